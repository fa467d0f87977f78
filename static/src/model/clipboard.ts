/** Copied nodes as text, so that they go through the system's clipboard into another flow or window. */
import { freshId, freshName, isObject, type Config, type Json } from "./document.ts";
import type { Size } from "./shapes.ts";
import { wire, type CanvasEdge, type CanvasNode, type Graph } from "./graph.ts";
import { freeShift } from "./room.ts";

const FORMAT = "zongji.nodes/1";

type Place = { readonly x: number; readonly y: number };

interface CopiedNode {
  readonly id: string;
  readonly type: string;
  readonly label: string;
  readonly config: Config;
  readonly position: Place;
  /** What else the node has, such as its note. */
  readonly extra?: Readonly<Record<string, Json>>;
}

interface CopiedEdge {
  readonly from: string;
  readonly exit: string;
  readonly to: string;
}

interface Copied {
  readonly format: string;
  /** The flow that the nodes are from. */
  readonly flow?: string | null;
  readonly nodes: readonly CopiedNode[];
  readonly edges: readonly CopiedEdge[];
}

/** The selected nodes and the wires among them, or null when nothing is selected. flow: the id of theirs. */
export function copyText(graph: Graph, flow: string | null): string | null {
  const chosen = graph.nodes.filter((node) => node.selected);
  if (chosen.length === 0) return null;
  const ids = new Set(chosen.map((node) => node.id));
  const copied: Copied = {
    format: FORMAT,
    flow,
    nodes: chosen.map(({ id, data: { type, label, config, extra }, position }) => ({ id, type, label, config, position, ...(extra ? { extra } : {}) })),
    edges: graph.edges
      .filter((edge) => ids.has(edge.source) && ids.has(edge.target))
      .map((edge) => ({ from: edge.source, exit: edge.sourceHandle ?? "next", to: edge.target })),
  };
  return JSON.stringify(copied);
}

const areTexts = (value: { readonly [name: string]: unknown }, ...names: string[]) => names.every((name) => typeof value[name] === "string");

function isNode(value: unknown): value is CopiedNode {
  if (!isObject(value) || !areTexts(value, "id", "type", "label") || !isObject(value["config"])) return false;
  const { position, extra } = value;
  return isObject(position) && Number.isFinite(position["x"]) && Number.isFinite(position["y"]) && (extra === undefined || isObject(extra));
}

function isEdge(value: unknown): value is CopiedEdge {
  return isObject(value) && areTexts(value, "from", "exit", "to");
}

function isCopied(value: unknown): value is Copied {
  if (!isObject(value) || value["format"] !== FORMAT) return false;
  const { nodes, edges } = value;
  return Array.isArray(nodes) && nodes.length > 0 && nodes.every(isNode) && Array.isArray(edges) && edges.every(isEdge);
}

export function readCopied(text: string): Copied | null {
  try {
    const value: unknown = JSON.parse(text);
    return isCopied(value) ? value : null;
  } catch {
    return null;
  }
}

export interface Target {
  /** The flow that is pasted into. */
  readonly flow: string | null;
  /** Where nodes of another flow go: the middle of what is seen. */
  readonly middle: Place;
  readonly sizeOf: (node: CanvasNode) => Size;
}

/** The copied nodes as cards under ids and names that are free. */
function newCards(copied: Copied, graph: Graph): { cards: CanvasNode[]; idOf: ReadonlyMap<string, string> } {
  const taken = new Set(graph.nodes.map((node) => node.id));
  const labels = new Set(graph.nodes.map((node) => node.data.label));
  const idOf = new Map<string, string>();
  const cards = copied.nodes.map(({ type, config, extra, position, ...node }): CanvasNode => {
    const id = freshId(taken.has(node.id) ? type : node.id, taken);
    const label = node.label && freshName(node.label, labels);
    taken.add(id);
    labels.add(label);
    idOf.set(node.id, id);
    return { id, type: "card", position, selected: true, data: { type, label, config, ...(extra ? { extra } : {}) } };
  });
  return { cards, idOf };
}

/** The graph with the copied nodes added and selected, beside all others; null when the text is none of ours. */
export function paste(graph: Graph, text: string, { flow, middle, sizeOf }: Target): Graph | null {
  const copied = readCopied(text);
  if (!copied) return null;
  const { cards, idOf } = newCards(copied, graph);
  const boxOf = (node: CanvasNode) => ({ ...node.position, ...sizeOf(node) });
  const near = copied.flow && copied.flow === flow ? null : middle;
  const { x, y } = freeShift(cards.map(boxOf), graph.nodes.map(boxOf), near);
  const added = cards.map((card) => ({ ...card, position: { x: card.position.x + x, y: card.position.y + y } }));
  const edges = copied.edges.flatMap((edge): CanvasEdge[] => {
    const [from, to] = [idOf.get(edge.from), idOf.get(edge.to)];
    return from && to ? [wire(from, edge.exit, to)] : [];
  });
  const unselected = graph.nodes.map((node) => (node.selected ? { ...node, selected: false } : node));
  return { nodes: [...unselected, ...added], edges: [...graph.edges, ...edges] };
}
