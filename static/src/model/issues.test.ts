import { expect, it } from "vitest";
import { count, issuesByNode, keepUnchanged, worstFirst, type Issue } from "./issues.ts";

function issue(code: string, severity: Issue["severity"], node: string | null, field: string | null = null): Issue {
  return { code, severity, node, field, message: { "zh-CN": code, en: code } };
}

const issues = [issue("exit.missing", "warning", "a"), issue("prompt.missing", "error", "a", "prompt"), issue("node.unreachable", "warning", "b"), issue("flow.on_error_missing", "error", null)];

it("gathers issues by node, the worst first in mind", () => {
  const map = issuesByNode(issues);
  expect([...map.keys()]).toEqual(["a", "b"]);
  expect(map.get("a")).toMatchObject({ worst: "error", unreachable: false });
  expect(map.get("b")).toMatchObject({ worst: "warning", unreachable: true });
});

it("does not take an unreachable case for an unreachable node", () => {
  expect(issuesByNode([issue("switch.unreachable", "warning", "a", "cases.1")]).get("a")?.unreachable).toBe(false);
});

it("keeps entries that did not change, so that their cards are not drawn again", () => {
  const before = issuesByNode(issues);
  const after = keepUnchanged(before, issuesByNode([...issues, issue("x", "error", "b")]));
  expect(after.get("a")).toBe(before.get("a"));
  expect(after.get("b")).not.toBe(before.get("b"));
});

it("counts and sorts", () => {
  expect(count(issues, "error")).toBe(2);
  expect(worstFirst(issues).map((one) => one.severity)).toEqual(["error", "error", "warning", "warning"]);
});
