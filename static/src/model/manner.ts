/** How a prompt item is to be spoken: its `voice` and `speed`, absent where it is as the company has it. */
import type { Json } from "./document.ts";

export interface Manner {
  readonly voice: string | null;
  readonly speed: number | null;
}

export const AS_USUAL: Manner = { voice: null, speed: null };

type Entry = { readonly [name: string]: Json };

export function mannerOf(item: Entry): Manner {
  const { voice, speed } = item;
  return { voice: typeof voice === "string" ? voice : null, speed: typeof speed === "number" ? speed : null };
}

/** The item with this manner; what is not chosen is left out of the document. */
export function withManner(item: Entry, { voice, speed }: Manner): Entry {
  const { voice: _voice, speed: _speed, ...rest } = item;
  return { ...rest, ...(voice === null ? {} : { voice }), ...(speed === null ? {} : { speed }) };
}
