/** The lines as a grid, and what each step along one of them meets: a card, another wire, wires to cross. */
import { indexAt, linesAmong, REACH } from "./lines.ts";
import type { Route } from "../shapes.ts";
import { CARD_CLEAR, CLEAR, hits, runsOf, type Box, type Run } from "./runs.ts";

/** Nearer to a card than this a wire looks as if it belonged to it. */
const NEAR = 8;
const NOBODY = 0;
const SEVERAL = -1;

/** Steps of one direction. The step `i, j` leads from the crossing of the lines i and j to the next along it. */
class Steps {
  readonly blocked: Uint8Array;
  readonly near: Uint8Array;
  readonly crossed: Uint8Array;
  /** At which crossings a wire may turn into this direction: along a card's side, and on until the next card. */
  readonly open: Uint8Array;
  private readonly owner: Int32Array;

  constructor(size: number) {
    this.blocked = new Uint8Array(size);
    this.near = new Uint8Array(size);
    this.crossed = new Uint8Array(size);
    this.open = new Uint8Array(size);
    this.owner = new Int32Array(size);
  }

  take(step: number, owner: number): void {
    const before = this.owner[step];
    this.owner[step] = before === NOBODY || before === owner ? owner : SEVERAL;
  }

  takenByAnother(step: number, owner: number): boolean {
    const present = this.owner[step];
    return present !== NOBODY && present !== owner;
  }
}

export class Grid {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly upright: Steps;
  readonly level: Steps;
  private readonly owners = new Map<string, number>();
  private readonly cells = new Map<number, Box[]>();

  constructor(cards: readonly Box[]) {
    const { xs, ys } = linesAmong(cards);
    [this.xs, this.ys] = [xs, ys];
    this.upright = new Steps(xs.length * ys.length);
    this.level = new Steps(xs.length * ys.length);
    for (const card of cards) this.block(card);
    for (const card of cards) this.openBeside(card);
  }

  at(i: number, j: number): number {
    return i * this.ys.length + j;
  }

  /** Owners as numbers, for arrays. */
  ownerNumber(owner: string): number {
    const known = this.owners.get(owner);
    if (known !== undefined) return known;
    this.owners.set(owner, this.owners.size + 1);
    return this.owners.size;
  }

  /** Whether the run comes so near to a card. clear: less than NEAR. */
  hitsCard(run: Run, clear = CARD_CLEAR): boolean {
    const [left, right] = run.upright ? [run.at, run.at] : [run.from, run.to];
    const [top, bottom] = run.upright ? [run.from, run.to] : [run.at, run.at];
    for (let cx = cellOf(left); cx <= cellOf(right); cx++) {
      for (let cy = cellOf(top); cy <= cellOf(bottom); cy++) {
        if (this.cells.get(cellKey(cx, cy))?.some((card) => hits(run, card, clear))) return true;
      }
    }
    return false;
  }

  takeRoute(route: Route, owner: string): void {
    for (const run of runsOf(route)) this.take(run, owner);
  }

  take(run: Run, owner: string): void {
    const mine = this.ownerNumber(owner);
    const { xs, ys } = this;
    const [along, across] = run.upright ? [ys, xs] : [xs, ys];
    const step = (a: number, b: number) => (run.upright ? this.at(b, a) : this.at(a, b));
    const steps = run.upright ? this.upright : this.level;
    const crossing = run.upright ? this.level : this.upright;
    const [first, last] = [Math.max(0, indexAt(along, run.from - CLEAR) - 1), indexAt(along, run.to + CLEAR)];
    for (let b = indexAt(across, run.at - CLEAR + 1e-6); b < across.length && (across[b] ?? 0) < run.at + CLEAR; b++) {
      for (let a = first; a < last; a++) steps.take(step(a, b), mine);
    }
    // The step across that begins at or before the run.
    const before = indexAt(across, run.at + 1e-6) - 1;
    if (before < 0) return;
    for (let a = indexAt(along, run.from); a < along.length && (along[a] ?? 0) < run.to; a++) {
      const index = step(a, before);
      crossing.crossed[index] = Math.min(255, (crossing.crossed[index] ?? 0) + 1);
    }
  }

  /** Let wires turn into the lines beside the card, as far as these run without meeting another. */
  private openBeside(card: Box): void {
    const { xs, ys } = this;
    const columns = linesBeside(xs, card.x, card.x + card.width);
    const rows = linesBeside(ys, card.y, card.y + card.height);
    const [top, left] = [Math.min(indexAt(ys, card.y), ys.length - 1), Math.min(indexAt(xs, card.x), xs.length - 1)];
    for (const i of columns) {
      for (let j = top; j >= 0; j--) if (this.openAt(this.upright, this.at(i, j), j > 0 ? this.at(i, j - 1) : -1)) break;
      for (let j = top + 1; j < ys.length; j++) if (this.openAt(this.upright, this.at(i, j), this.at(i, j))) break;
    }
    for (const j of rows) {
      for (let i = left; i >= 0; i--) if (this.openAt(this.level, this.at(i, j), i > 0 ? this.at(i - 1, j) : -1)) break;
      for (let i = left + 1; i < xs.length; i++) if (this.openAt(this.level, this.at(i, j), this.at(i, j))) break;
    }
  }

  /** Open the crossing; true when the line is blocked beyond it. */
  private openAt(steps: Steps, crossing: number, step: number): boolean {
    steps.open[crossing] = 1;
    return step < 0 || steps.blocked[step] === 1;
  }

  private block(card: Box): void {
    const { xs, ys } = this;
    const mark = (clear: number, upright: Uint8Array, level: Uint8Array) => {
      const [left, right] = [indexAt(xs, card.x - clear + 1e-6), indexAt(xs, card.x + card.width + clear)];
      const [top, bottom] = [indexAt(ys, card.y - clear + 1e-6), indexAt(ys, card.y + card.height + clear)];
      for (let i = left; i < right; i++) for (let j = Math.max(0, top - 1); j < bottom; j++) upright[this.at(i, j)] = 1;
      for (let j = top; j < bottom; j++) for (let i = Math.max(0, left - 1); i < right; i++) level[this.at(i, j)] = 1;
    };
    mark(CARD_CLEAR, this.upright.blocked, this.level.blocked);
    mark(NEAR, this.upright.near, this.level.near);
    for (let cx = cellOf(card.x - NEAR); cx <= cellOf(card.x + card.width + NEAR); cx++) {
      for (let cy = cellOf(card.y - NEAR); cy <= cellOf(card.y + card.height + NEAR); cy++) {
        const list = this.cells.get(cellKey(cx, cy));
        if (list) list.push(card);
        else this.cells.set(cellKey(cx, cy), [card]);
      }
    }
  }
}

/** The lines that a card has on both of its sides. */
function linesBeside(lines: Float64Array, from: number, to: number): number[] {
  const beside: number[] = [];
  for (let i = indexAt(lines, from) - 1; i >= 0 && (lines[i] ?? 0) >= from - REACH; i--) beside.push(i);
  for (let i = indexAt(lines, to); i < lines.length && (lines[i] ?? 0) <= to + REACH; i++) beside.push(i);
  return beside;
}

const CELL = 200;
const cellOf = (at: number) => Math.floor(at / CELL);
/** Canvases are less than two million pixels wide. */
const cellKey = (cx: number, cy: number) => (cx + 10_000) * 20_001 + cy;
