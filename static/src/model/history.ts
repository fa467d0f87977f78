/** Undo and redo over immutable snapshots, with the name of what was done. */

/** What was done, as a key of the page's texts and its parameters, so that it reads in the present language. */
export interface Deed {
  readonly key: string;
  readonly name?: string;
}

export interface Step<T> {
  readonly deed: Deed;
  /** The state before (in `past`) or after (in `future`) the deed. */
  readonly state: T;
  /** Deeds with the same tag within a short time are one step (typing in a field). */
  readonly tag?: string | undefined;
  readonly at: number;
}

export interface History<T> {
  readonly past: readonly Step<T>[];
  readonly future: readonly Step<T>[];
}

export const MAX_STEPS = 200;
const SAME_STEP_MS = 1500;

export function emptyHistory<T>(): History<T> {
  return { past: [], future: [] };
}

/** History after a deed that led away from `before`. now: milliseconds. */
export function record<T>(history: History<T>, before: T, deed: Deed, now: number, tag?: string): History<T> {
  const last = history.past.at(-1);
  if (tag && last?.tag === tag && now - last.at < SAME_STEP_MS) {
    return { past: [...history.past.slice(0, -1), { ...last, at: now }], future: [] };
  }
  return { past: [...history.past, { deed, state: before, tag, at: now }].slice(-MAX_STEPS), future: [] };
}

export interface Moved<T> {
  readonly history: History<T>;
  readonly state: T;
}

export function undo<T>(history: History<T>, present: T): Moved<T> | null {
  const last = history.past.at(-1);
  if (!last) return null;
  return {
    state: last.state,
    history: { past: history.past.slice(0, -1), future: [{ ...last, state: present, tag: undefined }, ...history.future] },
  };
}

export function redo<T>(history: History<T>, present: T): Moved<T> | null {
  const [next, ...rest] = history.future;
  if (!next) return null;
  return {
    state: next.state,
    history: { past: [...history.past, { ...next, state: present, tag: undefined }], future: rest },
  };
}

/** Go `steps` forward (positive) or back (negative), as far as there is history. */
export function travel<T>(history: History<T>, present: T, steps: number): Moved<T> {
  let moved: Moved<T> = { history, state: present };
  for (let n = 0; n < Math.abs(steps); n++) {
    const next = steps < 0 ? undo(moved.history, moved.state) : redo(moved.history, moved.state);
    if (!next) break;
    moved = next;
  }
  return moved;
}
