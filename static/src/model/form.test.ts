import { expect, it } from "vitest";
import { exitProperty, fieldsOf, renamedExits, widgetOf, withRenamedExits, withValue } from "./form.ts";
import type { PropertySchema } from "./schema.ts";
import { hint, menuSchema, switchSchema } from "./testing.ts";

it("makes fields with the schema's words", () => {
  const fields = Object.fromEntries(fieldsOf(menuSchema, "zh-CN").map((field) => [field.name, field]));
  expect(fields["prompt"]).toMatchObject({ label: "提示语音", widget: "prompt", required: true });
  expect(fields["timeout"]).toMatchObject({ unit: "秒", default: 5, required: false });
  expect(fields["attempts"]?.advanced).toBe(true);
  expect(fields["direct_dial"]).toMatchObject({ label: "direct_dial", widget: "boolean" });
});

it.each<[PropertySchema, string]>([
  [{ type: "array", "x-ui": hint("cases") }, "rows"],
  [{ type: "array", items: { properties: {} } }, "rows"],
  [{ type: "array", "x-ui": hint("choice") }, "choices"],
  [{ type: "array", "x-ui": hint("text") }, "tags"],
  [{ type: ["string", "null"] }, "text"],
  [{ type: "number" }, "integer"],
  [{ "x-ui": hint("expression") }, "expression"],
])("chooses a widget (%#)", (schema, expected) => {
  expect(widgetOf(schema)).toBe(expected);
});

it("offers choices under their names, or as they are", () => {
  const schema = { properties: { mode: { enum: ["a", "b"], "x-ui": hint("choice", { choices: { a: { "zh-CN": "甲", en: "A" } } }) } } };
  expect(fieldsOf(schema, "zh-CN")[0]?.choices).toEqual([{ value: "a", label: "甲" }, { value: "b", label: "b" }]);
});

it("knows which property of a list names an exit", () => {
  expect(exitProperty(switchSchema, "cases")).toBe("exit");
  expect(exitProperty(menuSchema, "keys")).toBeNull();
});

it("sets and unsets values", () => {
  expect(withValue({ a: 1 }, "b", 2)).toEqual({ a: 1, b: 2 });
  expect(withValue({ a: 1 }, "a", undefined)).toEqual({});
});

it.each([
  ["a renamed exit", ["a", "b"], ["a", "c"], { b: "c" }],
  ["exits that change places", ["a", "b"], ["b", "a"], {}],
  ["an exit that another item still uses", ["a", "a"], ["a", "c"], {}],
  ["an exit that becomes one with another", ["a", "b"], ["a", "a"], { b: "a" }],
  ["an item more", ["a"], ["a", "b"], {}],
])("finds %s", (_, before, after, expected) => {
  const rows = (ids: string[]) => ids.map((exit) => ({ exit }));
  expect(renamedExits(rows(before), rows(after), "exit")).toEqual(expected);
});

it("lets settings that name an exit follow its new id, and no others", () => {
  const exit = { type: ["string", "null"], "x-ui": { widget: "exit" } };
  const schema = { properties: { day_exit: exit, night_exit: exit, label: { type: "string" } } } as unknown as Parameters<typeof withRenamedExits>[1];
  const config = { day_exit: "open", night_exit: null, label: "open" };
  expect(withRenamedExits(config, schema, { open: "office" })).toEqual({ day_exit: "office", night_exit: null, label: "open" });
  expect(withRenamedExits({ ...config, night_exit: "otherwise" }, schema, { closed: "shut" })).toEqual({ ...config, night_exit: "otherwise" });
});
