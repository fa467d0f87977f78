import { expect, it } from "vitest";
import type { FlowDocument } from "./document.ts";
import { essences, nodeEssence } from "./essence.ts";

const menu = { type: "menu", label: "主菜单", config: { timeout: 5, keys: { "1": "销售", "2": "售后" } } };

it("does not care where a node stands nor how its settings are ordered", () => {
  const same = { position: { x: 9, y: 9 }, config: { keys: { "2": "售后", "1": "销售" }, timeout: 5 }, label: "主菜单", type: "menu" };
  expect(nodeEssence(same)).toBe(nodeEssence(menu));
});

it.each([
  ["name", { ...menu, label: "菜单" }],
  ["settings", { ...menu, config: { ...menu.config, timeout: 6 } }],
  ["type", { ...menu, type: "collect" }],
])("sees a change of %s", (_, changed) => {
  expect(nodeEssence(changed)).not.toBe(nodeEssence(menu));
});

it("keeps essences by id", () => {
  const document: FlowDocument = { format: "zongji.flow/1", name: "x", locale: "zh-CN", nodes: [{ id: "main", ...menu }], edges: [] };
  expect(essences(document)).toEqual(new Map([["main", nodeEssence(menu)]]));
});
