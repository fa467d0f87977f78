/** Copied nodes as text, so that they go through the system's clipboard into another flow or window. */
import { wire, type CanvasEdge, type CanvasNode, type Graph } from "./graph.ts";
import { freshId, isObject, type Config } from "./document.ts";

const FORMAT = "zongji.nodes/1";
const PASTE_OFFSET = 40;

interface CopiedNode {
  readonly id: string;
  readonly type: string;
  readonly label: string;
  readonly config: Config;
  readonly position: { readonly x: number; readonly y: number };
}

interface Copied {
  readonly format: string;
  readonly nodes: readonly CopiedNode[];
  readonly edges: readonly { readonly from: string; readonly exit: string; readonly to: string }[];
}

/** The selected nodes and the wires among them, or null when nothing is selected. */
export function copyText(graph: Graph): string | null {
  const chosen = graph.nodes.filter((node) => node.selected);
  if (chosen.length === 0) return null;
  const ids = new Set(chosen.map((node) => node.id));
  const copied: Copied = {
    format: FORMAT,
    nodes: chosen.map(({ id, data, position }) => ({ id, type: data.type, label: data.label, config: data.config, position })),
    edges: graph.edges
      .filter((edge) => ids.has(edge.source) && ids.has(edge.target))
      .map((edge) => ({ from: edge.source, exit: edge.sourceHandle ?? "next", to: edge.target })),
  };
  return JSON.stringify(copied);
}

function isCopied(value: unknown): value is Copied {
  return isObject(value) && value["format"] === FORMAT && Array.isArray(value["nodes"]) && Array.isArray(value["edges"]);
}

export function readCopied(text: string): Copied | null {
  try {
    const value: unknown = JSON.parse(text);
    return isCopied(value) ? value : null;
  } catch {
    return null;
  }
}

function placed(copied: Copied, at: { x: number; y: number } | null): (node: CopiedNode) => { x: number; y: number } {
  const left = Math.min(...copied.nodes.map((node) => node.position.x));
  const top = Math.min(...copied.nodes.map((node) => node.position.y));
  const shift = at ? { x: at.x - left, y: at.y - top } : { x: PASTE_OFFSET, y: PASTE_OFFSET };
  return (node) => ({ x: node.position.x + shift.x, y: node.position.y + shift.y });
}

/** The graph with the copied nodes added under free ids and selected; null when the text is not ours. */
export function paste(graph: Graph, text: string, at: { x: number; y: number } | null = null): Graph | null {
  const copied = readCopied(text);
  if (!copied || copied.nodes.length === 0) return null;
  const taken = new Set(graph.nodes.map((node) => node.id));
  const idOf = new Map<string, string>();
  const position = placed(copied, at);
  const added = copied.nodes.map((node): CanvasNode => {
    const id = freshId(taken.has(node.id) ? node.type : node.id, taken);
    taken.add(id);
    idOf.set(node.id, id);
    const data = { type: node.type, label: node.label, config: node.config };
    return { id, type: "card", position: position(node), selected: true, data };
  });
  const edges = copied.edges.flatMap((edge): CanvasEdge[] => {
    const from = idOf.get(edge.from);
    const to = idOf.get(edge.to);
    return from && to ? [wire(from, edge.exit, to)] : [];
  });
  const unselected = graph.nodes.map((node) => (node.selected ? { ...node, selected: false } : node));
  return { nodes: [...unselected, ...added], edges: [...graph.edges, ...edges] };
}
