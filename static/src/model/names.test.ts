/** Names that people give to nodes, types, exits and variables are text: none is taken for something that every object has. */
import { expect, it } from "vitest";
import { own } from "./document.ts";
import { essences } from "./essence.ts";
import { exitsOf } from "./exits.ts";
import { newCard, toDocument, toGraph, toSheet } from "./graph.ts";
import { issuesByNode } from "./issues.ts";
import { groupOf, schemaOf, typeLabel } from "./schema.ts";
import { menuSchema } from "./testing.ts";

const NAMES = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];
const SCHEMAS = { menu: menuSchema };

it.each(NAMES)("a node, a type, an exit and a variable called %s", (name) => {
  const document = JSON.parse(`{"format": "zongji.flow/1", "name": "f", "locale": "en", "settings": {}, "variables": {"${name}": "x"},
    "nodes": [{"id": "${name}", "type": "menu", "label": "a", "config": {"keys": {"${name}": "b"}}, "position": {"x": 0, "y": 0}},
              {"id": "b", "type": "${name}", "config": {}, "position": {"x": 0, "y": 0}}],
    "edges": [{"from": "${name}", "exit": "${name}", "to": "b"}]}`);
  expect(toDocument(toGraph(document), toSheet(document))).toEqual(document);
  expect(exitsOf(menuSchema, document.nodes[0].config, "en").map((exit) => exit.id)).toContain(name);
  expect([schemaOf(SCHEMAS, name), typeLabel(SCHEMAS, name, "en"), groupOf(schemaOf(SCHEMAS, name))]).toEqual([undefined, name, "data"]);
  expect(newCard(name, { x: 0, y: 0 }, [], SCHEMAS, "en").data.label).toBe(name);
  expect([issuesByNode([]).get(name), own({}, name), essences(document).get("nobody")]).toEqual([undefined, undefined, undefined]);
  expect(issuesByNode([{ code: "x", severity: "error", node: name, field: null, message: { "zh-CN": "", en: "" } }]).get(name)?.list).toHaveLength(1);
});
