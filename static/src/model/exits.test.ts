import { expect, it } from "vitest";
import type { Config, Json } from "./document.ts";
import { exitsOf, inKeypadOrder, withGoneExits } from "./exits.ts";
import { menuSchema, switchSchema } from "./testing.ts";

const ids = (config: Config, schema = menuSchema) => exitsOf(schema, config, "zh-CN").map((exit) => exit.id);

it.each<[string, Config, string[]]>([
  ["no settings: the fixed exits", {}, ["no_input"]],
  ["keys as they lie on a telephone", { keys: { "0": "前台", "2": "售后", "1": "销售", "#": "重听" } }, ["1", "2", "0", "#", "no_input"]],
  ["an exit that a setting switches on", { direct_dial: true }, ["extension", "no_input"]],
  ["an exit that a setting switches off", { number: "call.extension" }, []],
  ["an empty setting switches nothing off", { number: "" }, ["no_input"]],
])("menu, %s", (_, config, expected) => {
  expect(ids(config)).toEqual(expected);
});

it("gives each case its exit once, with its label or its id", () => {
  const cases: Json[] = [{ exit: "vip", label: "贵宾", when: "vip" }, { exit: "north", when: "true" }, { exit: "vip", label: "又一个", when: "x" }];
  const exits = exitsOf(switchSchema, { cases }, "zh-CN");
  expect(exits.map(({ id, label }) => [id, label])).toEqual([["vip", "贵宾"], ["north", "north"], ["otherwise", "其他情况"]]);
});

it("speaks the page's language", () => {
  expect(exitsOf(menuSchema, {}, "en")[0]?.label).toBe("No input");
});

it("has no exits without a schema", () => {
  expect(exitsOf(undefined, { keys: { "1": "x" } }, "en")).toEqual([]);
});

it("sorts unknown keys last", () => {
  expect(inKeypadOrder(["x", "#", "0", "9"])).toEqual(["9", "0", "#", "x"]);
});

it("shows exits that only a wire knows of", () => {
  const exits = withGoneExits(exitsOf(menuSchema, {}, "en"), ["no_input", "7", ""]);
  expect(exits.map(({ id, gone }) => [id, gone ?? false])).toEqual([["no_input", false], ["7", true]]);
});

it("says which exits may lead nowhere", () => {
  const rules = [{ id: "next", label: { en: "Next" } }, { id: "failed", label: { en: "No value" }, optional: true }];
  const schema = { "x-node": { exits: rules } } as unknown as typeof menuSchema;
  expect(exitsOf(schema, {}, "en")).toEqual([{ id: "next", label: "Next" }, { id: "failed", label: "No value", optional: true }]);
});
