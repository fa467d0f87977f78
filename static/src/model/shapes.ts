/** What lies on the canvas, by its outline alone; all in pixels of the canvas. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The corners of a wire from its exit to its target's entry; each piece between two is level or upright. */
export type Route = readonly Point[];
