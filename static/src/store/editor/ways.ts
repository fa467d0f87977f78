/** Where the wires of the open flow run, reckoned once per change and shared by all that draw them. */
import type { CanvasEdge, CanvasNode } from "../../model/graph.ts";
import { drawingOf, type Drawing } from "../../model/routes/drawing.ts";
import { route, type Routes } from "../../model/routes/router.ts";
import type { Box } from "../../model/routes/runs.ts";
import type { Route } from "../../model/shapes.ts";
import { exitRows, sizeOf } from "./derived.ts";
import type { EditorState } from "./state.ts";

type Seen = Pick<EditorState, "nodes" | "edges" | "dragging" | "flow" | "version">;

interface Settled {
  readonly cards: Drawing["cards"];
  readonly ways: Routes;
}

const NOTHING: Settled = { cards: new Map(), ways: new Map() };

function same(a: Box | undefined, b: Box): boolean {
  return a !== undefined && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

export class Ways {
  private open = "";
  private nodes: readonly CanvasNode[] = [];
  private edges: readonly CanvasEdge[] = [];
  private now: Routes = new Map();
  /**
   * As it was when nothing was dragged. While a card is, ways are found from there in each frame, so that a wire that it
   * pushed aside comes back once it has passed.
   */
  private settled = NOTHING;
  /** Ways that tidying gave, by wire: taken over once. */
  private given = new Map<string, Route>();

  of({ nodes, edges, dragging, flow, version }: Seen): Routes {
    const open = `${flow?.id}/${version}`;
    if (open !== this.open) [this.open, this.settled, this.given] = [open, NOTHING, new Map()];
    else if (nodes === this.nodes && edges === this.edges) return this.now;
    [this.nodes, this.edges] = [nodes, edges];
    const { cards, wires } = drawingOf(nodes, edges, sizeOf, (node, exit) => exitRows(node, edges).get(exit) ?? 0);
    const moved = [...cards].filter(([id, card]) => !same(this.settled.cards.get(id), card)).map(([, card]) => card);
    this.now = route([...cards.values()], wires, this.before(edges), moved);
    if (!dragging) this.settled = { cards, ways: this.now };
    return this.now;
  }

  private before(edges: readonly CanvasEdge[]): Routes {
    let ways: Map<string, Route> | null = null;
    for (const { id, data } of edges) {
      const way = data?.way;
      if (way === this.given.get(id)) continue;
      if (!way) this.given.delete(id);
      else {
        this.given.set(id, way);
        (ways ??= new Map(this.settled.ways)).set(id, way);
      }
    }
    return ways ?? this.settled.ways;
  }
}

const ways = new Ways();

/** Wire id -> way; wires whose node is gone have none. */
export function waysOf(state: Seen): Routes {
  return ways.of(state);
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
