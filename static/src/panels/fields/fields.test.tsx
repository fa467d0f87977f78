// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import type { Json } from "../../model/document.ts";
import { changedValue, fieldsOf, type Change } from "../../model/form.ts";
import type { Issue } from "../../model/issues.ts";
import { menuSchema, switchSchema } from "../../model/testing.ts";
import type { FieldEditor as Editor } from "./field-editor.tsx";

const SLOW_IMPORT_MS = 30_000;
let FieldEditor: typeof Editor;

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }));
  await import("../../i18n/index.ts");
  ({ FieldEditor } = await import("./field-editor.tsx"));
}, SLOW_IMPORT_MS);
afterEach(cleanup);

function show(schema: typeof menuSchema, name: string, value: Json | undefined, issues: Issue[] = [], exitProperty: string | null = null) {
  const field = fieldsOf(schema, "zh-CN").find((candidate) => candidate.name === name);
  if (!field) throw new Error(`no field ${name}`);
  const onChange = vi.fn<(value: Json | undefined, renamed?: Record<string, string>) => void>();
  const change = (next: Change, renamed?: Record<string, string>) => onChange(...([changedValue(next, value), renamed].slice(0, renamed ? 2 : 1) as Parameters<typeof onChange>));
  render(<FieldEditor field={field} value={value} onChange={change} disabled={false} issues={issues} exitProperty={exitProperty} />);
  return onChange;
}

it("names keys, adds the next free one and removes one", () => {
  const onChange = show(menuSchema, "keys", { "1": "销售" });
  fireEvent.change(screen.getByTestId("key-1"), { target: { value: "售前" } });
  expect(onChange).toHaveBeenLastCalledWith({ "1": "售前" });
  fireEvent.click(screen.getByTestId("add-key"));
  expect(onChange).toHaveBeenLastCalledWith({ "1": "销售", "2": "选项 2" });
  fireEvent.click(screen.getByLabelText("删除按键 1"));
  expect(onChange).toHaveBeenLastCalledWith({});
});

it("shows a default until something else is chosen, with its unit", () => {
  const onChange = show(menuSchema, "timeout", undefined);
  const input = screen.getByRole("spinbutton");
  expect(input).toHaveProperty("value", "5");
  expect(screen.getByText("秒")).toBeTruthy();
  fireEvent.change(input, { target: { value: "8" } });
  expect(onChange).toHaveBeenLastCalledWith(8);
});

it("gives a new row a free exit of its own", () => {
  const rows = [{ exit: "exit", label: "贵宾", when: "vip" }];
  const onChange = show(switchSchema, "cases", rows, [], "exit");
  fireEvent.click(screen.getByTestId("add-cases"));
  expect(onChange).toHaveBeenLastCalledWith([...rows, { when: "", exit: "exit_2" }], {});
});

it("shows an issue at the row's own setting", () => {
  const issue: Issue = { code: "expression.syntax", severity: "error", node: "s", field: "cases.0.when", message: { "zh-CN": "写错了", en: "Wrong" } };
  show(switchSchema, "cases", [{ exit: "a", when: "(" }], [issue], "exit");
  expect(screen.getByTestId("field-cases.0.when").textContent).toContain("写错了");
  expect(screen.getAllByText("写错了")).toHaveLength(1);
});

it("adds a text to the prompts and takes it back to the default", () => {
  const onChange = show(menuSchema, "prompt", ["a.wav"]);
  fireEvent.click(screen.getByTestId("add-text"));
  expect(onChange).toHaveBeenLastCalledWith(["a.wav", { text: "" }]);
  expect(screen.getByText("还没有这个语音：请上传，或改用文字。")).toBeTruthy();
});

it("offers the node's exits for the switch and takes the choice back", () => {
  const schema = { ...menuSchema, properties: { night_exit: { type: ["string", "null"], "x-ui": { widget: "exit", label: { "zh-CN": "夜间" } } } } } as unknown as typeof menuSchema;
  const field = fieldsOf(schema, "zh-CN").find((one) => one.name === "night_exit");
  if (!field) throw new Error("no field");
  const onChange = vi.fn();
  render(<FieldEditor field={field} value="gone" exits={[{ id: "day", label: "上班" }]} onChange={onChange} disabled={false} />);
  expect(screen.getByText("gone")).toBeTruthy();
  fireEvent.mouseDown(screen.getByRole("combobox"));
  fireEvent.click(screen.getByText("上班"));
  expect(onChange).toHaveBeenLastCalledWith("day");
});
