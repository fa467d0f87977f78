/** What the pointer does on the canvas. All handlers keep their identity, so that nothing is drawn again for them. */
import { useReactFlow, type OnConnectEnd } from "@xyflow/react";
import { App } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { CanvasEdge, CanvasNode } from "../model/graph.ts";
import { openingView } from "../model/layout.ts";
import { ENTRY_TYPE } from "../model/schema.ts";
import { sizeOf } from "../store/editor/derived.ts";
import { useEditor } from "../store/editor/index.ts";
import { DRAG_TYPE } from "./palette.tsx";
import type { Dropped } from "./palette-popup.tsx";

type Frame = RefObject<HTMLDivElement | null>;

function clientPoint(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

/** A node type dragged from the palette becomes a node where it is dropped. */
export function useDropOfTypes() {
  const { screenToFlowPosition } = useReactFlow();
  const addNode = useEditor((state) => state.addNode);
  const onDragOver = useCallback((event: DragEvent) => {
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  }, []);
  const onDrop = useCallback(
    (event: DragEvent) => {
      event.preventDefault();
      const type = event.dataTransfer.getData(DRAG_TYPE);
      if (!type) return;
      const at = screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: true });
      addNode(type, { x: at.x - 120, y: at.y - 20 });
    },
    [addNode, screenToFlowPosition],
  );
  return { onDragOver, onDrop };
}

/** Mark the canvas while it or something on it is dragged, and make one step of a whole drag. */
export function useMoving(frame: Frame) {
  const { dragStarted, dragEnded } = useEditor.getState();
  // Classes, so that React stays out of it. `moving` covers the canvas, for the browser looks under the pointer in every
  // frame, and among thousands of things that takes long. The drags themselves listen at the window. `panned` makes one
  // picture of the canvas that is only shifted; while a card is dragged that would be in vain, and takes a frame to make.
  const moving = useCallback((on: boolean, panned = false) => {
    frame.current?.classList.toggle("moving", on);
    frame.current?.classList.toggle("panned", on && panned);
  }, [frame]);
  // The picture is made when the button goes down, before anything has to move. The cover comes later: a click has to find what it is
  // on. Neither for the wheel, which has to reach the canvas.
  const pressed = useCallback((event: MouseEvent | TouchEvent | null) => event?.type === "mousedown" && frame.current?.classList.add("panned"), [frame]);
  const moved = useCallback((event: MouseEvent | TouchEvent | null) => event?.type === "mousemove" && moving(true, true), [moving]);
  const moveEnded = useCallback(() => moving(false), [moving]);
  const startDrag = useCallback(() => {
    moving(true);
    dragStarted();
  }, [moving, dragStarted]);
  const endDrag = useCallback(() => {
    moving(false);
    dragEnded();
  }, [moving, dragEnded]);
  return {
    onMoveStart: pressed,
    onMove: moved,
    onMoveEnd: moveEnded,
    onNodeDragStart: startDrag,
    onNodeDragStop: endDrag,
    onSelectionDragStart: startDrag,
    onSelectionDragStop: endDrag,
  };
}

/** The node of a screen place; on the canvas no other thing lies over it while a wire is drawn. */
function nodeAt({ x, y }: { x: number; y: number }): CanvasNode | undefined {
  const id = document.elementFromPoint(x, y)?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  return useEditor.getState().nodes.find((node) => node.id === id);
}

/** Where a wire was dropped on the empty canvas, until something has been picked there. */
export function useWireDrop(frame: Frame) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { screenToFlowPosition } = useReactFlow();
  const [dropped, setDropped] = useState<Dropped | null>(null);
  const onConnectEnd: OnConnectEnd = useCallback(
    (event, connection) => {
      const { fromNode, fromHandle, toNode } = connection;
      const point = clientPoint(event);
      if (nodeAt(point)?.data.type === ENTRY_TYPE && nodeAt(point)?.id !== fromNode?.id) return void message.warning(t("editor.noWayIn"), 6);
      if (!fromNode || !fromHandle?.id || fromHandle.type !== "source" || toNode) return;
      const box = frame.current?.getBoundingClientRect();
      const at = { x: point.x - (box?.left ?? 0), y: Math.min(point.y - (box?.top ?? 0), Math.max(0, (box?.height ?? 0) - 380)) };
      setDropped({ source: fromNode.id, exit: fromHandle.id, at, position: screenToFlowPosition(point) });
    },
    [frame, message, screenToFlowPosition, t],
  );
  const closePopup = useCallback(() => setDropped(null), []);
  return { dropped, onConnectEnd, closePopup };
}

/** The wire under the pointer lights up with both its ends. */
export function useEdgeHover() {
  const { hover } = useEditor.getState();
  const onEdgeMouseEnter = useCallback(
    (_: unknown, edge: CanvasEdge) => hover({ id: edge.id, source: edge.source, exit: edge.sourceHandle ?? "", target: edge.target }),
    [hover],
  );
  const onEdgeMouseLeave = useCallback(() => hover(null), [hover]);
  return { onEdgeMouseEnter, onEdgeMouseLeave };
}

/** What one sees first. Before React Flow draws any node, for those where it begins by itself would be drawn in vain. */
export function useOpeningView(frame: Frame): void {
  const { setViewport } = useReactFlow<CanvasNode, CanvasEdge>();
  const opened = useRef(false);
  useEffect(() => {
    if (opened.current) return;
    opened.current = true;
    const { nodes: drawn } = useEditor.getState();
    if (drawn.length === 0) return;
    const { clientWidth: width = 0, clientHeight: height = 0 } = frame.current ?? {};
    const first = drawn.find((node) => node.selected) ?? drawn.find((node) => node.data.type === ENTRY_TYPE);
    void setViewport(openingView(drawn, { width, height }, sizeOf, first));
  }, [frame, setViewport]);
}

/** Names of React Flow's own parts in the page's language. */
export function useLabels() {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      "controls.zoomIn.ariaLabel": t("editor.zoomIn"),
      "controls.zoomOut.ariaLabel": t("editor.zoomOut"),
      "controls.ariaLabel": t("editor.controls"),
      "minimap.ariaLabel": t("editor.miniMap"),
      "node.a11yDescription.default": t("editor.nodeHelp"),
      "node.a11yDescription.keyboardDisabled": t("editor.nodeHelp"),
      "edge.a11yDescription.default": "",
      "handle.ariaLabel": t("editor.handle"),
    }),
    [t],
  );
}
