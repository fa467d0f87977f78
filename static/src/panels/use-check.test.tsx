// @vitest-environment happy-dom
import { cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Flow } from "../api/types.ts";
import { emptyDocument } from "../model/document.ts";
import { useEditor } from "../store/editor/index.ts";
import { useCheck } from "./use-check.ts";

const check = vi.hoisted(() => vi.fn());
vi.mock("../api/resources.ts", () => ({ flowsApi: { check } }));

const FLOW: Flow = { id: "f", name: "f", document: emptyDocument("f"), revision: 1, updated_at: "", updated_by: "", latest_version: null, numbers: [] };
const ISSUE = { code: "x", severity: "error", node: null, field: null, message: { "zh-CN": "", en: "" } } as const;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  check.mockReset();
  useEditor.getState().open({ ...FLOW, id: crypto.randomUUID() });
  renderHook(() => useCheck());
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("asks once after several changes", async () => {
  check.mockResolvedValue({ issues: [ISSUE] });
  useEditor.getState().addNote({ x: 0, y: 0 });
  useEditor.getState().addNote({ x: 0, y: 0 });
  await pass(1000);
  expect(check).toHaveBeenCalledTimes(1);
  expect(useEditor.getState().issues).toEqual([ISSUE]);
});

it("asks again after no answer, so that issues of yesterday do not stay", async () => {
  check.mockRejectedValueOnce(new Error("away")).mockResolvedValue({ issues: [] });
  useEditor.getState().setIssues([ISSUE]);
  await pass(1000);
  expect(useEditor.getState().checked).toBe("failed");
  await pass(6000);
  expect([check.mock.calls.length, useEditor.getState().issues]).toEqual([2, []]);
});

it("drops an answer that comes after the one to a later question", async () => {
  const answers: ((found: { issues: readonly unknown[] }) => void)[] = [];
  check.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  await pass(1000);
  useEditor.getState().addNote({ x: 0, y: 0 });
  await pass(1000);
  const [first, second] = answers;
  second?.({ issues: [] });
  await pass(1);
  first?.({ issues: [ISSUE] });
  await pass(1);
  expect([answers.length, useEditor.getState().issues, useEditor.getState().checked]).toEqual([2, [], "done"]);
});

it("drops the answer about a flow that has been left", async () => {
  let answer: (found: { issues: readonly unknown[] }) => void = () => undefined;
  check.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  await pass(1000);
  useEditor.getState().open({ ...FLOW, id: "next" });
  answer({ issues: [ISSUE] });
  await pass(1);
  expect(useEditor.getState().issues).toEqual([]);
});

it("asks no more once the editor is left", async () => {
  check.mockRejectedValue(new Error("away"));
  await pass(1000);
  cleanup();
  await pass(20_000);
  expect(check).toHaveBeenCalledTimes(1);
});
