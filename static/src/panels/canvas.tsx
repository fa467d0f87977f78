/** The drawing surface. */
import { CompressOutlined } from "@ant-design/icons";
import {
  Background,
  BackgroundVariant,
  ControlButton,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
  type Connection,
  type DefaultEdgeOptions,
  type EdgeTypes,
  type NodeTypes,
  type OnConnectEnd,
  type ReactFlowInstance,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useCallback, useMemo, useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import type { CanvasEdge, CanvasNode } from "../model/canvas.ts";
import { MIN_ZOOM, openingView } from "../model/layout.ts";
import { ENTRY_TYPE, groupOf } from "../model/schema.ts";
import { mayConnect } from "../model/wires.ts";
import { Card } from "../nodes/card.tsx";
import { Wire } from "../nodes/wire.tsx";
import { useCatalog } from "../store/catalog.ts";
import { MANY_NODES, sizeOf } from "../store/editor/derived.ts";
import { useEditor } from "../store/editor/index.ts";
import { useDark } from "../theme.ts";
import { DRAG_TYPE } from "./palette.tsx";
import { useFit } from "./use-fit.ts";
import { PalettePopup, type Dropped } from "./palette-popup.tsx";

// Module level: a new object on each render would draw every node again.
const nodeTypes = { card: Card } satisfies NodeTypes;
const edgeTypes = { wire: Wire } satisfies EdgeTypes;
const edgeOptions = { markerEnd: { type: MarkerType.ArrowClosed, width: 20, height: 20, markerUnits: "userSpaceOnUse" } } satisfies DefaultEdgeOptions;
const MULTI_KEYS = ["Meta", "Control"];
const SNAP: [number, number] = [10, 10];
/** Below this zoom nobody reads a card: its texts and handles are not drawn. */
const FAR = 0.4;
const GROUP_COLOURS = { voice: "#1664ff", branch: "#f59e0b", connect: "#16a34a", data: "#8b5cf6", end: "#8a919f" } as const;

function miniMapColour(node: CanvasNode): string {
  return GROUP_COLOURS[groupOf(useCatalog.getState().schemas[node.data.type])];
}

function clientPoint(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

function useDropOfTypes() {
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

interface CanvasProps {
  readonly readOnly: boolean;
}

export function Canvas({ readOnly }: CanvasProps) {
  const { t } = useTranslation();
  const nodes = useEditor((state) => state.nodes);
  const edges = useEditor((state) => state.edges);
  const { nodesChanged, edgesChanged, connectWire, dragStarted, dragEnded, hover } = useEditor.getState();
  const { screenToFlowPosition } = useReactFlow();
  const [dropped, setDropped] = useState<Dropped | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const drop = useDropOfTypes();
  const fit = useFit();
  const far = useStore((state) => state.transform[2] < FAR);
  const many = useEditor((state) => state.nodes.length > MANY_NODES);
  const dark = useDark();

  const open = useCallback((flow: ReactFlowInstance<CanvasNode, CanvasEdge>) => {
    const { nodes: drawn } = useEditor.getState();
    const { clientWidth: width = 0, clientHeight: height = 0 } = frame.current ?? {};
    const first = drawn.find((node) => node.data.type === ENTRY_TYPE);
    if (drawn.length > 0) void flow.setViewport(openingView(drawn, { width, height }, sizeOf, first));
  }, []);
  // While something moves, nothing under the pointer needs to be found: a class, so that React stays out of it.
  const moving = useCallback((on: boolean) => frame.current?.classList.toggle("moving", on), []);
  const moveStarted = useCallback(() => moving(true), [moving]);
  const moveEnded = useCallback(() => moving(false), [moving]);
  const startDrag = useCallback(() => {
    moving(true);
    dragStarted();
  }, [moving, dragStarted]);
  const endDrag = useCallback(() => {
    moving(false);
    dragEnded();
  }, [moving, dragEnded]);
  const isValid = useCallback((ends: Connection | CanvasEdge) => mayConnect(ends, useEditor.getState().nodes), []);
  const onConnectEnd: OnConnectEnd = useCallback(
    (event, connection) => {
      const { fromNode, fromHandle, toNode } = connection;
      if (!fromNode || !fromHandle?.id || fromHandle.type !== "source" || toNode) return;
      const point = clientPoint(event);
      const box = frame.current?.getBoundingClientRect();
      const at = { x: point.x - (box?.left ?? 0), y: Math.min(point.y - (box?.top ?? 0), Math.max(0, (box?.height ?? 0) - 380)) };
      setDropped({ source: fromNode.id, exit: fromHandle.id, at, position: screenToFlowPosition(point) });
    },
    [screenToFlowPosition],
  );
  const onEdgeEnter = useCallback(
    (_: unknown, edge: CanvasEdge) => hover({ id: edge.id, source: edge.source, exit: edge.sourceHandle ?? "", target: edge.target }),
    [hover],
  );
  const onEdgeLeave = useCallback(() => hover(null), [hover]);
  const closePopup = useCallback(() => setDropped(null), []);
  const labels = useMemo(
    () => ({
      "controls.zoomIn.ariaLabel": t("editor.zoomIn"),
      "controls.zoomOut.ariaLabel": t("editor.zoomOut"),
      "controls.ariaLabel": t("editor.controls"),
      "minimap.ariaLabel": t("editor.miniMap"),
    }),
    [t],
  );

  return (
    <div className={far ? "canvas far" : "canvas"} ref={frame} data-testid="canvas">
      <ReactFlow<CanvasNode, CanvasEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        defaultEdgeOptions={edgeOptions}
        onNodesChange={nodesChanged}
        onEdgesChange={edgesChanged}
        onConnect={connectWire}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValid}
        onNodeDragStart={startDrag}
        onNodeDragStop={endDrag}
        onSelectionDragStart={startDrag}
        onSelectionDragStop={endDrag}
        onMoveStart={moveStarted}
        onMoveEnd={moveEnded}
        onlyRenderVisibleElements={many}
        onEdgeMouseEnter={onEdgeEnter}
        onEdgeMouseLeave={onEdgeLeave}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        onDragOver={readOnly ? undefined : drop.onDragOver}
        onDrop={readOnly ? undefined : drop.onDrop}
        deleteKeyCode={null}
        multiSelectionKeyCode={MULTI_KEYS}
        selectionMode={SelectionMode.Partial}
        disableKeyboardA11y
        snapToGrid
        snapGrid={SNAP}
        minZoom={MIN_ZOOM}
        maxZoom={2}
        connectionRadius={28}
        colorMode={dark ? "dark" : "light"}
        ariaLabelConfig={labels}
        onInit={open}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
        <Controls showInteractive={false} showFitView={false}>
          <ControlButton onClick={fit} aria-label={t("editor.fit")} title={t("editor.fit")}>
            <CompressOutlined />
          </ControlButton>
        </Controls>
        <MiniMap<CanvasNode> pannable zoomable nodeColor={miniMapColour} nodeStrokeWidth={0} />
      </ReactFlow>
      {nodes.length === 0 && <p className="canvas-empty">{t("editor.emptyCanvas")}</p>}
      {dropped && <PalettePopup dropped={dropped} onClose={closePopup} />}
    </div>
  );
}
