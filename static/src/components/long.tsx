import type { ReactNode } from "react";

interface LongProps {
  readonly text: string;
  /** How much of the line it may take: most for what a list with few columns is about. */
  readonly room?: "little" | "some" | "much";
  /** What is shown, where that is more than the text alone. */
  readonly children?: ReactNode;
}

/** One line in a list, cut where it has no room; the whole text comes under the pointer. */
export function Long({ text, room = "little", children }: LongProps) {
  return <span className={`long ${room}`} title={text}>{children ?? text}</span>;
}
