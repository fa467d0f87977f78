import type { ReactNode } from "react";

interface LongProps {
  readonly text: string;
  /** For what a list is about: it may take more of the line. */
  readonly wide?: boolean;
  /** What is shown, where that is more than the text alone. */
  readonly children?: ReactNode;
}

/** One line in a list, cut where it has no room; the whole text comes under the pointer. */
export function Long({ text, wide = false, children }: LongProps) {
  return <span className={wide ? "long wide" : "long"} title={text}>{children ?? text}</span>;
}
