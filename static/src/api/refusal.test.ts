import { expect, it } from "vitest";
import type { Issue } from "../model/issues.ts";
import { ApiError } from "./errors.ts";
import { messageOf, refusalOf } from "./refusal.ts";

const issue = (field: string | null, zh: string, en: string): Issue => ({ code: "x", severity: "error", node: null, field, message: { "zh-CN": zh, en } });
const refused = (...issues: Issue[]) => new ApiError(422, { code: "invalid", message: `有 ${issues.length} 处需要修改`, issues });
const labels = { number: "号码", name: "名称" };

it("puts each word at its field, under the name that people read", () => {
  const error = refused(issue("number", "不是电话号码：123", "not a telephone number: 123"), issue("name", "“name”太长，最多 100", "“name” is too long, at most 100"));
  expect(refusalOf(error, labels, "zh-CN")).toEqual({ fields: { number: "不是电话号码：123", name: "“名称”太长，最多 100" }, rest: null });
  expect(refusalOf(error, { number: "Number", name: "Name" }, "en").fields["name"]).toBe("“Name” is too long, at most 100");
});

it("keeps what is about no field that is shown", () => {
  const error = refused(issue("number", "不对", "wrong"), issue("revision", "缺少", "missing"));
  expect(refusalOf(error, labels, "zh-CN")).toEqual({ fields: { number: "不对" }, rest: error });
  const lost = new Error("连接不上服务器");
  expect(refusalOf(lost, labels, "zh-CN")).toEqual({ fields: {}, rest: lost });
});

it("says what is wrong where only the number of faults would be said", () => {
  expect(messageOf(refused(issue("number", "不对", "wrong"), issue(null, "缺少", "missing")), "en")).toBe("wrong; missing");
  expect(messageOf(new ApiError(409, { code: "stale", message: "小李已保存" }), "zh-CN")).toBe("小李已保存");
});
