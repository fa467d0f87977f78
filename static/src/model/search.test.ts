import { expect, it } from "vitest";
import { searchNodes } from "./search.ts";
import { card, menuSchema } from "./testing.ts";

const nodes = [
  card("m", "menu", { prompt: ["welcome.wav"], keys: { "1": "销售" } }, { data: { type: "menu", label: "主菜单", config: { prompt: ["welcome.wav"], keys: { "1": "销售" } } } }),
  card("s", "menu", {}, { data: { type: "menu", label: "转销售", config: { targets: [{ value: "801" }, { kind: "number", value: "+86 10-65529988" }] } } }),
];
const find = (query: string) => searchNodes(nodes, query, { menu: menuSchema }, "zh-CN").map((hit) => hit.id);

it.each([
  ["销售", ["s", "m"]],
  ["WELCOME", ["m"]],
  ["801", ["s"]],
  ["010-6552 9988", ["s"]],
  ["１０ ６５５２", ["s"]],
  ["按键菜单", ["m", "s"]],
  ["没有的", []],
  ["  ", []],
])("finds %j", (query, expected) => {
  expect(find(query)).toEqual(expected);
});
