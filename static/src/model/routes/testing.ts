/** Flows of several sizes, drawn in several ways, and what is wrong with how their wires run. */
import type { FlowDocument, NodeDocument } from "../document.ts";
import { exitsOf } from "../exits.ts";
import { estimatedSize } from "../geometry.ts";
import { toGraph, type CanvasNode, type Graph } from "../graph.ts";
import type { NodeSchema } from "../schema.ts";
import { drawingOf, type Drawing } from "./drawing.ts";
import { hits, runsOf, type Box, type Ends, type Run } from "./runs.ts";
import type { Routes } from "./router.ts";

const FLOWS = import.meta.glob<FlowDocument>("../../../../flows/*/flow.json", { import: "default", eager: true });
const SCHEMAS = import.meta.glob<NodeSchema>("../../../../schemas/nodes/*.json", { import: "default", eager: true });

export function example(name: string): FlowDocument {
  const found = Object.entries(FLOWS).find(([path]) => path.includes(`/${name}/`))?.[1];
  if (!found) throw new Error(`no example ${name}`);
  return found;
}

export const exitsOfNode = (type: string, config: NodeDocument["config"]) =>
  exitsOf(SCHEMAS[`../../../../schemas/nodes/${type}.json`], config ?? {}, "en").map((exit) => exit.id);
const exitIdsOf = (node: CanvasNode) => exitsOfNode(node.data.type, node.data.config);
export const sizeOf = (node: CanvasNode) => estimatedSize(exitIdsOf(node).length);
const rowOf = (node: CanvasNode, exit: string) => Math.max(0, exitIdsOf(node).indexOf(exit));

export const drawn = ({ nodes, edges }: Graph): Drawing => drawingOf(nodes, edges, sizeOf, rowOf);

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const MENU = { prompt: ["main.wav"], keys: { "1": "a", "2": "b", "3": "c" } };

/** A flow of `n` nodes as companies have them: menus within menus, prompts and transfers, ways back, one goodbye. */
export function companyFlow(n: number, seed = 1): FlowDocument {
  const chance = random(seed);
  const kinds = ["menu", "play", "transfer", "collect", "voicemail", "play"];
  const configs: Readonly<Record<string, NodeDocument["config"]>> = { menu: MENU, transfer: { targets: [{ kind: "extension", value: "801" }] } };
  const nodes: NodeDocument[] = [{ id: "start", type: "start" }];
  for (let i = 1; i < n - 1; i++) {
    const type = kinds[i % kinds.length] ?? "play";
    nodes.push({ id: `n${i}`, type, ...(configs[type] ? { config: configs[type] } : {}) });
  }
  nodes.push({ id: "bye", type: "hangup" });
  const edges = nodes.flatMap(({ id, type, config }, i) =>
    exitsOfNode(type, config).map((exit, k) => {
      const back = chance() < 0.12;
      const next = back ? Math.max(1, i - Math.floor(chance() * 15)) : Math.min(n - 1, i * 2 + 1 + k - (i % 2));
      const to = chance() < 0.15 ? "bye" : (nodes[Math.max(1, next)]?.id ?? "bye");
      return { from: id, exit, to };
    }),
  );
  return { format: "zongji.flow/1", name: `${n}`, locale: "zh-CN", nodes, edges };
}

/** Cards that stand nearer beside each other leave no room for the wires of seven exits. */
const BESIDE = 44;
const BELOW = 14;

function apart(box: Box, others: readonly Box[]): boolean {
  return !others.some((other) =>
    box.x < other.x + other.width + BESIDE && other.x < box.x + box.width + BESIDE && box.y < other.y + other.height + BELOW && other.y < box.y + box.height + BELOW);
}

/**
 * The flow drawn by a careless hand: each node somewhere to the right of one that leads to it, now and then far away or to the
 * left, on no grid, as near to each other as wires can bear.
 */
export function handDrawn(document: FlowDocument, seed: number): Graph {
  const chance = random(seed);
  const graph = toGraph(document);
  const places = new Map<string, Box>();
  for (const node of graph.nodes) {
    const leading = graph.edges.find((edge) => edge.target === node.id && places.has(edge.source));
    const from = places.get(leading?.source ?? "") ?? { x: 0, y: 0 };
    const side = chance() < 0.1 ? -1 : 1;
    for (let reach = 260; ; reach += 12) {
      const x = Math.round(from.x + side * (250 + chance() * reach));
      const y = Math.round(from.y + (chance() - 0.5) * 2 * reach);
      const box = { ...sizeOf(node), x, y };
      if (!apart(box, [...places.values()])) continue;
      places.set(node.id, box);
      break;
    }
  }
  return { nodes: graph.nodes.map((node) => ({ ...node, position: { x: places.get(node.id)?.x ?? 0, y: places.get(node.id)?.y ?? 0 } })), edges: graph.edges };
}

/** In tight columns, each node below the one before. */
export function stacked(document: FlowDocument, columns: number, gap: number): Graph {
  const graph = toGraph(document);
  const bottoms = Array.from({ length: columns }, () => 0);
  const nodes = graph.nodes.map((node, i) => {
    const column = i % columns;
    const y = bottoms[column] ?? 0;
    bottoms[column] = y + sizeOf(node).height + gap;
    return { ...node, position: { x: column * (240 + gap), y } };
  });
  return { nodes, edges: graph.edges };
}

/** Nearer than this two wires look like one. */
const LIKE_ONE = 3.5;

function alongEachOther(a: Run, b: Run): boolean {
  return a.upright === b.upright && Math.abs(a.at - b.at) < LIKE_ONE && Math.min(a.to, b.to) - Math.max(a.from, b.from) > LIKE_ONE;
}

/** What is wrong, in words: wires under cards, wires along wires to other targets, wires that do not lead from their exit to their entry. */
export function faults({ cards, wires }: Drawing, routes: Routes): string[] {
  const drawnWires = wires.map((wire) => ({ ...wire, runs: runsOf(routes.get(wire.id) ?? []) }));
  const under = drawnWires.flatMap(({ id, runs }) =>
    [...cards].filter(([, card]) => runs.some((run) => hits(run, card, 0.5))).map(([card]) => `${id} under ${card}`));
  const along = drawnWires.flatMap((a, i) =>
    drawnWires.slice(i + 1).filter((b) => a.target !== b.target && a.runs.some((one) => b.runs.some((other) => alongEachOther(one, other)))).map((b) => `${a.id} along ${b.id}`));
  const loose = drawnWires.filter((wire) => !joins(wire, routes)).map(({ id }) => `${id} is loose`);
  return [...under, ...along, ...loose];
}

function joins({ id, start, end }: Ends, routes: Routes): boolean {
  const route = routes.get(id) ?? [];
  const [first, last] = [route[0], route.at(-1)];
  const straight = route.slice(1).every((point, i) => point.x === route[i]?.x || point.y === route[i]?.y);
  return straight && first?.x === start.x && first.y === start.y && last?.x === end.x && last.y === end.y;
}
