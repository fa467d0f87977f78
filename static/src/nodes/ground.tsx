/** The ground on which the flow lies, with its dots. */
import { memo } from "react";
import { groundOf } from "../model/geometry.ts";
import { useEditor } from "../store/editor/index.ts";

/**
 * While the canvas is panned from far away, the browser keeps it as one picture and only shifts that (`.far.panned`,
 * editor.css). Cards that lie on nothing would become a picture each, sorted anew in every frame; on a common, opaque
 * ground they are one.
 */
export const Ground = memo(function Ground() {
  const ground = useEditor((state) => groundOf(state.nodes));
  const [left = 0, top = 0, right = 0, bottom = 0] = ground.split(" ").map(Number);
  return <div className="ground" style={{ left, top, width: right - left, height: bottom - top }} />;
});
