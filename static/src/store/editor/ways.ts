/** Where the wires of the open flow run, reckoned once per change and shared by all that draw them. */
import type { CanvasEdge, CanvasNode } from "../../model/graph.ts";
import { drawingOf, type Drawing } from "../../model/routes/drawing.ts";
import { jobOf, shown, type Found, type Given, type Job } from "../../model/routes/found.ts";
import type { Routes } from "../../model/routes/router.ts";
import type { Route } from "../../model/shapes.ts";
import { exitRows, sizeOf } from "./derived.ts";
import type { EditorState } from "./state.ts";

type Seen = Pick<EditorState, "nodes" | "edges" | "found">;

let drawn: { readonly nodes: readonly CanvasNode[]; readonly edges: readonly CanvasEdge[]; readonly drawing: Drawing; readonly given: Given } | null = null;

function drawnNow({ nodes, edges }: Seen) {
  if (drawn?.nodes === nodes && drawn.edges === edges) return drawn;
  const drawing = drawingOf(nodes, edges, sizeOf, (node, exit) => exitRows(node, edges).get(exit) ?? 0);
  const given = new Map(edges.flatMap(({ id, data }): [string, Route][] => (data?.way ? [[id, data.way]] : [])));
  return (drawn = { nodes, edges, drawing, given });
}

let drawingOfWays: Drawing | null = null;
let foundOfWays: Found | null = null;
let ways: Routes = new Map();
let sketches: Routes = new Map();

/** Wire id -> way; wires whose node is gone have none. What no router has found yet, is sketched. */
export function waysOf(state: Seen): Routes {
  const { drawing, given } = drawnNow(state);
  if (drawing !== drawingOfWays || state.found !== foundOfWays) {
    ({ ways, sketches } = shown(drawing, given, state.found, sketches));
    [drawingOfWays, foundOfWays] = [drawing, state.found];
  }
  return ways;
}

/** Whether any wire is only sketched, as while its end is dragged. */
export function isSketched(state: Seen): boolean {
  waysOf(state);
  return sketches.size > 0;
}

/** What a router has to find, and what will have been found with its answer. */
export function openJob(state: Seen): { readonly job: Job; readonly foundWith: (ways: Routes) => Found } | null {
  const { drawing, given } = drawnNow(state);
  const job = jobOf(drawing, given, state.found);
  return job && { job, foundWith: (answer) => ({ cards: drawing.cards, ways: answer, given }) };
}

let nodesOf: readonly CanvasNode[] = [];
let selected: ReadonlySet<string> = new Set();

/** While nodes are selected, their wires are lit and all others dim. */
export function lightOf(nodes: readonly CanvasNode[], source: string, target: string): "lit" | "dim" | "" {
  if (nodes !== nodesOf) {
    nodesOf = nodes;
    selected = new Set(nodes.filter((node) => node.selected).map((node) => node.id));
  }
  if (selected.size === 0) return "";
  return selected.has(source) || selected.has(target) ? "lit" : "dim";
}
