/** Schemas and graphs for tests. */
import { wire, type CanvasNode, type Graph } from "./graph.ts";
import type { Config } from "./document.ts";
import type { NodeSchema, UiHint } from "./schema.ts";

const label = (zh: string, en: string) => ({ "zh-CN": zh, en });
/** How a setting without a name of its own is edited. */
export const hint = (widget: string, more: Partial<UiHint> = {}): UiHint => ({ label: label("", ""), widget, ...more });

export const menuSchema: NodeSchema = {
  type: "object",
  required: ["prompt", "keys"],
  properties: {
    prompt: { "x-ui": hint("prompt", { label: label("提示语音", "Prompt") }) },
    keys: { type: "object", "x-ui": hint("keys") },
    timeout: { type: "number", default: 5, minimum: 1, "x-ui": hint("seconds", { unit: label("秒", "s") }) },
    attempts: { type: "integer", default: 3, "x-ui": hint("integer", { advanced: true }) },
    direct_dial: { type: "boolean", default: false },
    number: { type: ["string", "null"], default: null },
  },
  "x-node": {
    type: "menu",
    group: "voice",
    icon: "dialpad",
    label: label("按键菜单", "Menu"),
    help: label("", ""),
    summary: { "zh-CN": "{prompt} · {timeout} 秒 · {attempts} 次", en: "{prompt} · {timeout} s · {attempts}×" },
    exits: [
      { each: "keys" },
      { id: "extension", label: label("直拨分机", "Extension"), if: "direct_dial" },
      { id: "no_input", label: label("没按键", "No input"), unless: "number" },
    ],
  },
};

export const switchSchema: NodeSchema = {
  type: "object",
  required: ["cases"],
  properties: {
    cases: {
      type: "array",
      items: {
        type: "object",
        required: ["exit", "when"],
        properties: { exit: { type: "string" }, label: { type: "string", default: "" }, when: { "x-ui": hint("expression") } },
      },
      "x-ui": hint("cases"),
    },
  },
  "x-node": {
    type: "switch",
    group: "branch",
    icon: "call_split",
    label: label("条件分支", "Switch"),
    help: label("", ""),
    summary: { "zh-CN": "{cases}", en: "{cases}" },
    exits: [{ each: "cases", id: "exit", label: "label" }, { id: "otherwise", label: label("其他情况", "Otherwise") }],
  },
};

export function card(id: string, type = "menu", config: Config = {}, place: Partial<CanvasNode> = {}): CanvasNode {
  return { id, type: "card", position: { x: 0, y: 0 }, data: { type, label: id, config }, ...place };
}

/** A graph from `a:1>b` wires and the nodes they name. */
export function graph(...wires: string[]): Graph {
  const parts = wires.map((text) => /^(\w+):(\w+)>(\w+)$/.exec(text) ?? []);
  const names = [...new Set(parts.flatMap(([, from, , to]) => [from ?? "", to ?? ""]))];
  return { nodes: names.map((name) => card(name)), edges: parts.map(([, from, exit, to]) => wire(from ?? "", exit ?? "", to ?? "")) };
}
