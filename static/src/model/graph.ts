/** Document <-> graph: the nodes and edges that React Flow draws, and back without loss. */
import type { Edge, Node } from "@xyflow/react";
import {
  FLOW_FORMAT,
  freshId,
  freshName,
  type Config,
  type FlowDocument,
  type Json,
  type Locale,
  type NodeDocument,
  type NoteDocument,
  type Settings,
  type Variables,
} from "./document.ts";
import type { Route } from "./shapes.ts";
import { schemaOf, typeLabel, type NodeSchema, type NodeSchemas, type PropertySchema } from "./schema.ts";

export type CardData = {
  readonly type: string;
  readonly label: string;
  readonly config: Config;
  /** Members of the saved node that this page does not know, kept as they are. */
  readonly extra?: Readonly<Record<string, Json>>;
};

export type CanvasNode = Node<CardData, "card">;
/** way: where the wire runs since the flow was tidied; it holds until an end moves or something comes in between. */
export type CanvasEdge = Edge<{ readonly way?: Route }, "wire">;

/** Everything of a flow but its nodes and wires. */
export interface Sheet {
  readonly name: string;
  readonly locale: Locale;
  readonly settings: Settings;
  readonly variables: Variables;
  readonly notes: readonly NoteDocument[];
  readonly extra: Readonly<Record<string, Json>>;
}

export interface Graph {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
}

/** React Flow would call each "node", in English; our cards have names of their own. */
const WORDLESS = { "aria-roledescription": undefined } as NonNullable<CanvasNode["domAttributes"]>;

const KNOWN_MEMBERS = new Set(["format", "name", "locale", "settings", "variables", "nodes", "edges", "notes"]);
const KNOWN_NODE_MEMBERS = new Set(["id", "type", "label", "config", "position"]);

export function edgeId(from: string, exit: string): string {
  return `${from}:${exit}`;
}

export function wire(from: string, exit: string, to: string): CanvasEdge {
  return { id: edgeId(from, exit), type: "wire", source: from, sourceHandle: exit, target: to, targetHandle: "in" };
}

function unknownMembers(value: object, known: ReadonlySet<string>): Record<string, Json> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !known.has(name))) as Record<string, Json>;
}

function toCard(node: NodeDocument, index: number): CanvasNode {
  const extra = unknownMembers(node, KNOWN_NODE_MEMBERS);
  return {
    id: node.id,
    type: "card",
    domAttributes: WORDLESS,
    position: node.position ? { x: node.position.x, y: node.position.y } : { x: (index % 5) * 320, y: Math.floor(index / 5) * 220 },
    data: {
      type: node.type,
      label: node.label ?? "",
      config: node.config ?? {},
      ...(Object.keys(extra).length > 0 ? { extra } : {}),
    },
  };
}

export function toGraph(document: FlowDocument): Graph {
  const seen = new Set<string>();
  const edges = document.edges.map((edge) => wire(edge.from, edge.exit, edge.to));
  return {
    nodes: document.nodes.map(toCard),
    edges: edges.filter((edge) => !seen.has(edge.id) && seen.add(edge.id)),
  };
}

export function toSheet(document: FlowDocument): Sheet {
  return {
    name: document.name ?? "",
    locale: document.locale ?? "zh-CN",
    settings: document.settings ?? {},
    variables: document.variables ?? {},
    notes: document.notes ?? [],
    extra: unknownMembers(document, KNOWN_MEMBERS),
  };
}

function toNodeDocument(node: CanvasNode): NodeDocument {
  const { type, label, config, extra } = node.data;
  return {
    ...extra,
    id: node.id,
    type,
    ...(label ? { label } : {}),
    config,
    position: { x: Math.round(node.position.x), y: Math.round(node.position.y) },
  };
}

/** The document to save. Wires whose node is gone are left out. */
export function toDocument(graph: Graph, sheet: Sheet): FlowDocument {
  const ids = new Set(graph.nodes.map((node) => node.id));
  return {
    ...sheet.extra,
    format: FLOW_FORMAT,
    name: sheet.name,
    locale: sheet.locale,
    settings: sheet.settings,
    variables: sheet.variables,
    nodes: graph.nodes.map(toNodeDocument),
    edges: graph.edges
      .filter((edge) => ids.has(edge.source) && ids.has(edge.target))
      .map((edge) => ({ from: edge.source, exit: edge.sourceHandle ?? "next", to: edge.target })),
    ...(sheet.notes.length > 0 ? { notes: sheet.notes } : {}),
  };
}

function blank(property: PropertySchema | undefined): Json | undefined {
  if (property?.type === "array" || property?.["x-ui"]?.widget === "prompt") return [];
  if (property?.type === "object") return {};
  return undefined;
}

/** Settings of a new node: empty lists and tables where the schema asks for them, defaults stay unwritten. */
export function blankConfig(schema: NodeSchema | undefined): Config {
  const config: Record<string, Json> = {};
  for (const name of schema?.required ?? []) {
    const value = blank(schema?.properties?.[name]);
    if (value !== undefined) config[name] = value;
  }
  return config;
}

/** A new card of a type, with an id that is free among the nodes and its type's name as label. */
export function newCard(
  type: string,
  position: { x: number; y: number },
  nodes: readonly CanvasNode[],
  schemas: NodeSchemas,
  language: string,
): CanvasNode {
  const id = freshId(type, new Set(nodes.map((node) => node.id)));
  const label = freshName(typeLabel(schemas, type, language), new Set(nodes.map((node) => node.data.label)));
  return { id, type: "card", domAttributes: WORDLESS, position, data: { type, label, config: blankConfig(schemaOf(schemas, type)) } };
}
