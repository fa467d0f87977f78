/** Wires that lead back: to the menu again, to another try. They are drawn, but do not say what comes after what. */
import type { CanvasEdge, CanvasNode } from "./graph.ts";

type Next = ReadonlyMap<string, readonly string[]>;

function nextOf(edges: readonly CanvasEdge[]): Next {
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) {
    const list = next.get(source);
    if (list) list.push(target);
    else next.set(source, [target]);
  }
  return next;
}

/** Node -> how many wires a call takes at least to get there from one of the starts. */
function stepsFrom(starts: readonly string[], next: Next): Map<string, number> {
  const steps = new Map(starts.map((id) => [id, 0]));
  for (const id of steps.keys()) {
    // A Map goes on through what is added on the way: nearest first.
    for (const target of next.get(id) ?? []) {
      if (!steps.has(target)) steps.set(target, (steps.get(id) ?? 0) + 1);
    }
  }
  return steps;
}

/** The wires without those of a loop that do not lead further from the beginning. Ends of wires must be nodes. */
export function onward(nodes: readonly CanvasNode[], edges: readonly CanvasEdge[]): CanvasEdge[] {
  const next = nextOf(edges);
  const entered = new Set(edges.map((edge) => edge.target));
  const steps = stepsFrom(nodes.map((node) => node.id).filter((id) => !entered.has(id)), next);
  const reached = new Map<string, Map<string, number>>();
  const leadsTo = (from: string, to: string) => {
    const all = reached.get(from) ?? stepsFrom([from], next);
    reached.set(from, all);
    return all.has(to);
  };
  return edges.filter(({ source, target }) => {
    const [before, after] = [steps.get(source), steps.get(target)];
    const further = before === undefined || after === undefined || after > before;
    return further || !leadsTo(target, source);
  });
}
