/** From how far away the flow is looked at, which decides how much of a node is drawn. */
import { createContext } from "react";

/** Below this zoom nobody reads a card: it is drawn as a coloured box with its name, and the wires in one drawing. */
export const FAR = 0.4;
/** Below this one most of a flow is in sight: drawing what comes and goes at the edges costs more than drawing all. */
export const WHOLE = 0.2;

/** Whether the canvas shows the flow from far away. A context, for it changes for all cards at once and seldom. */
export const Distant = createContext(false);

/** How broad wires are drawn from far away, in the flow's pixels: about one of the screen's, in steps, for each costs a new drawing. */
export const distantWire = (zoom: number) => 3 * 2 ** Math.max(0, Math.floor(Math.log2(FAR / zoom)));
