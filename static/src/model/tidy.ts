/**
 * A flow tidied from left to right by ELK (layered, level and upright wires): each card with its pins where they are drawn,
 * so that exits keep their order, and with the ways that ELK found for the wires.
 */
import type { ElkExtendedEdge, ElkNode, ElkPort } from "elkjs/lib/elk-api";
import { entryPlace, entryPoint, exitPlace, exitPoint } from "./geometry.ts";
import type { CanvasEdge, CanvasNode } from "./graph.ts";
import type { NoteDocument } from "./document.ts";
import { notePlace, noteSize } from "./notes.ts";
import { onward } from "./returns.ts";
import { freeShift, type Box } from "./room.ts";
import { runsOf, withoutStraight } from "./routes/runs.ts";
import type { Point, Route, Size } from "./shapes.ts";
import { ENTRY_TYPE } from "./schema.ts";

export type Layout = (graph: ElkNode) => Promise<ElkNode>;

export interface Flow {
  readonly nodes: readonly CanvasNode[];
  readonly edges: readonly CanvasEdge[];
  readonly notes: readonly NoteDocument[];
  readonly sizeOf: (node: CanvasNode) => Size;
  /** Exit -> row of its card. */
  readonly rowsOf: (node: CanvasNode) => ReadonlyMap<string, number>;
}

export interface Tidied {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
  readonly notes: readonly NoteDocument[];
}

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.spacing.nodeNode": "40",
  "elk.spacing.edgeNode": "18",
  "elk.spacing.edgeEdge": "10",
  "elk.spacing.componentComponent": "60",
  "elk.layered.spacing.nodeNodeBetweenLayers": "60",
  "elk.layered.spacing.edgeNodeBetweenLayers": "20",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
};

/** Ids of our own making: those of nodes and exits are anything that people wrote. */
const portOf = (node: number, row: number | "in") => `${node}.${row}`;

/** Nodes in the order in which a call may come to them, exit by exit: ELK keeps to it where it can. */
function inCallOrder({ nodes, edges, rowsOf }: Flow): CanvasNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rowOf = (edge: CanvasEdge) => {
    const source = byId.get(edge.source);
    return (source && rowsOf(source).get(edge.sourceHandle ?? "")) ?? 0;
  };
  const leaving = new Map<string, CanvasEdge[]>();
  for (const edge of [...edges].sort((a, b) => rowOf(a) - rowOf(b))) leaving.set(edge.source, [...(leaving.get(edge.source) ?? []), edge]);
  const starts = [...nodes].sort((a, b) => Number(b.data.type === ENTRY_TYPE) - Number(a.data.type === ENTRY_TYPE));
  const order = new Set<CanvasNode>();
  for (const start of starts) {
    const queue = [start];
    for (let node = queue.shift(); node; node = queue.shift()) {
      if (order.has(node)) continue;
      order.add(node);
      queue.push(...(leaving.get(node.id) ?? []).flatMap((edge) => byId.get(edge.target) ?? []));
    }
  }
  return [...order];
}

function portsOf(index: number, rows: ReadonlyMap<string, number>): ElkPort[] {
  const port = (id: string, side: "WEST" | "EAST", y: number, x: number): ElkPort => ({ id, x, y, width: 0, height: 0, layoutOptions: { "elk.port.side": side } });
  const width = exitPlace(0).x + 1;
  const exits = [...rows.values()].map((row) => port(portOf(index, row), "EAST", exitPlace(row).y, width));
  return [port(portOf(index, "in"), "WEST", entryPlace().y, 0), ...exits];
}

function graphFor(flow: Flow, order: readonly CanvasNode[]): ElkNode {
  const indexOf = new Map(order.map((node, i) => [node.id, i]));
  const forward = new Set(onward([...order], [...flow.edges]).map((edge) => edge.id));
  const edges = flow.edges.flatMap((edge, i): ElkExtendedEdge[] => {
    const [source, target] = [indexOf.get(edge.source), indexOf.get(edge.target)];
    const node = source === undefined ? undefined : order[source];
    if (source === undefined || target === undefined || !node) return [];
    const row = flow.rowsOf(node).get(edge.sourceHandle ?? "") ?? 0;
    const layoutOptions = { "elk.layered.priority.direction": forward.has(edge.id) ? "10" : "0" };
    return [{ id: `wire ${i}`, sources: [portOf(source, row)], targets: [portOf(target, "in")], layoutOptions }];
  });
  const children = order.map((node, i): ElkNode => ({
    id: `${i}`,
    ...flow.sizeOf(node),
    ports: portsOf(i, flow.rowsOf(node)),
    layoutOptions: { "elk.portConstraints": "FIXED_POS", ...(node.data.type === ENTRY_TYPE ? { "elk.layered.layering.layerConstraint": "FIRST" } : {}) },
  }));
  return { id: "flow", layoutOptions: OPTIONS, children, edges };
}

/** The corners that ELK found, led on to where the wire is drawn to begin and end. */
function wayBetween(start: Point, bends: readonly Point[], end: Point): Route {
  const [first, last] = [bends[0], bends.at(-1)];
  if (!first || !last) {
    const x = Math.round((start.x + end.x) / 2);
    return withoutStraight([start, { x, y: start.y }, { x, y: end.y }, end]);
  }
  const inner = bends.map((point) => ({ x: Math.round(point.x), y: Math.round(point.y) }));
  inner[0] = { x: Math.round(first.x), y: start.y };
  inner[inner.length - 1] = { x: Math.round(last.x), y: end.y };
  return withoutStraight([start, ...inner, end]);
}

/** Notes beside the cards that they were next to, where neither cards nor wires nor other notes lie. */
function movedNotes(flow: Flow, nodes: readonly CanvasNode[], ways: readonly Route[]): NoteDocument[] {
  const boxOf = (node: CanvasNode): Box => ({ ...node.position, ...flow.sizeOf(node) });
  const wires = ways.flatMap(runsOf).map(({ upright, at, from, to }): Box => (upright ? { x: at, y: from, width: 0, height: to - from } : { x: from, y: at, width: to - from, height: 0 }));
  const taken = [...nodes.map(boxOf), ...wires];
  return flow.notes.map((note) => {
    const [{ x, y }, size] = [notePlace(note), noteSize(note)];
    const distance = (node: CanvasNode) => Math.hypot(node.position.x + 120 - x - size.width / 2, node.position.y + 50 - y - size.height / 2);
    const nearest = flow.nodes.reduce<CanvasNode | null>((best, node) => (!best || distance(node) < distance(best) ? node : best), null);
    const now = nodes.find((node) => node.id === nearest?.id);
    const along = nearest && now ? { x: now.position.x - nearest.position.x, y: now.position.y - nearest.position.y } : { x: 0, y: 0 };
    const wanted = { x: x + along.x, y: y + along.y, ...size };
    const shift = freeShift([wanted], taken, null);
    const position = { x: Math.round(wanted.x + shift.x), y: Math.round(wanted.y + shift.y) };
    taken.push({ ...position, ...size });
    return { ...note, position };
  });
}

/** The flow with new places and ways. Wires whose node is gone are left as they are. */
export async function tidied(flow: Flow, layout: Layout): Promise<Tidied> {
  const order = inCallOrder(flow);
  const laid = await layout(graphFor(flow, order));
  const places = new Map((laid.children ?? []).map((child) => [order[Number(child.id)]?.id, { x: Math.round(child.x ?? 0), y: Math.round(child.y ?? 0) }]));
  const nodes = flow.nodes.map((node) => ({ ...node, position: places.get(node.id) ?? node.position }));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const sections = new Map((laid.edges ?? []).map((edge) => [edge.id, edge.sections?.[0]]));
  const ways: Route[] = [];
  const edges = flow.edges.map((edge, i): CanvasEdge => {
    const [source, target, section] = [byId.get(edge.source), byId.get(edge.target), sections.get(`wire ${i}`)];
    if (!source || !target || !section) return edge;
    const row = flow.rowsOf(source).get(edge.sourceHandle ?? "") ?? 0;
    const way = wayBetween(exitPoint(source.position, row), section.bendPoints ?? [], entryPoint(target.position));
    ways.push(way);
    return { ...edge, data: { way } };
  });
  return { nodes, edges, notes: movedNotes(flow, nodes, ways) };
}
