/** Which runs are taken, by whom: found by where they lie. */
import type { Route } from "../shapes.ts";
import { CLEAR, cross, runsOf, sideBySide, type Run } from "./runs.ts";

interface Taken extends Run {
  readonly owner: string;
}

interface Cell {
  readonly upright: Taken[];
  readonly level: Taken[];
}

const CELL = 120;
const cellOf = (at: number) => Math.floor(at / CELL);
/** Canvases are less than two million pixels wide. */
const keyOf = (cx: number, cy: number) => (cx + 10_000) * 20_001 + cy;

/** owner: the target of the wire, as wires to one target may share a lane. */
export class Lanes {
  private readonly cells = new Map<number, Cell>();

  add(run: Run, owner: string): void {
    const taken = { ...run, owner };
    const across = cellOf(run.at);
    for (let along = cellOf(run.from); along <= cellOf(run.to); along++) {
      const cell = this.cellAt(run.upright ? keyOf(across, along) : keyOf(along, across));
      (run.upright ? cell.upright : cell.level).push(taken);
    }
  }

  addRoute(route: Route, owner: string): void {
    for (const run of runsOf(route)) this.add(run, owner);
  }

  /** Whether another's wire lies there already. */
  clashes(run: Run, owner: string): boolean {
    const [first, last] = [cellOf(run.at - CLEAR), cellOf(run.at + CLEAR)];
    for (let across = first; across <= last; across++) {
      for (let along = cellOf(run.from - CLEAR); along <= cellOf(run.to + CLEAR); along++) {
        const cell = this.cells.get(run.upright ? keyOf(across, along) : keyOf(along, across));
        for (const other of (run.upright ? cell?.upright : cell?.level) ?? []) {
          if (other.owner !== owner && sideBySide(run, other)) return true;
        }
      }
    }
    return false;
  }

  /** How many wires to other targets it would cross. */
  crossings(run: Run, owner: string): number {
    const across = cellOf(run.at);
    let n = 0;
    for (let along = cellOf(run.from); along <= cellOf(run.to); along++) {
      const cell = this.cells.get(run.upright ? keyOf(across, along) : keyOf(along, across));
      for (const other of (run.upright ? cell?.level : cell?.upright) ?? []) {
        // A run lies in several cells, its crossing in one.
        if (other.owner !== owner && cellOf(other.at) === along && cross(run, other)) n++;
      }
    }
    return n;
  }

  private cellAt(key: number): Cell {
    const known = this.cells.get(key);
    if (known) return known;
    const cell = { upright: [], level: [] };
    this.cells.set(key, cell);
    return cell;
  }
}
