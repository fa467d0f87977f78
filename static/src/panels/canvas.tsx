/** The drawing surface. */
import { CompressOutlined } from "../components/icons.tsx";
import {
  ControlButton,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useStore,
  ViewportPortal,
  type Connection,
  type DefaultEdgeOptions,
  type EdgeTypes,
  type NodeTypes,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useCallback, useEffect, useRef, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { CanvasEdge, CanvasNode } from "../model/graph.ts";
import { MIN_ZOOM } from "../model/layout.ts";
import { groupOf, schemaOf } from "../model/schema.ts";
import { mayConnect } from "../model/wires.ts";
import { Card } from "../nodes/card.tsx";
import { Distant, distantWire, FAR, WHOLE } from "../nodes/distance.ts";
import { DistantWires } from "../nodes/distant-wires.tsx";
import { Ground } from "../nodes/ground.tsx";
import { StickyNotes } from "../nodes/sticky-notes.tsx";
import { Wire } from "../nodes/wire.tsx";
import { useCatalog } from "../store/catalog.ts";
import { MANY_NODES, VERY_MANY_NODES } from "../store/editor/derived.ts";
import { useEditor } from "../store/editor/index.ts";
import { isSketched } from "../store/editor/ways.ts";
import { useDark } from "../theme.ts";
import { useFit } from "./use-fit.ts";
import { PalettePopup } from "./palette-popup.tsx";
import { useDropOfTypes, useEdgeHover, useLabels, useMoving, useOpeningView, useWireDrop } from "./use-canvas.ts";

// Module level: a new object on each render would draw every node again.
const nodeTypes = { card: Card } satisfies NodeTypes;
const edgeTypes = { wire: Wire } satisfies EdgeTypes;
/** Wires are drawn; where an exit leads, and changing it, is in the inspector. React Flow would make each a stop of Tab, in English. */
const edgeOptions = {
  focusable: false,
  ariaRole: "presentation",
  ariaLabel: null as unknown as string,
  domAttributes: { "aria-roledescription": undefined } as object,
  markerEnd: { type: MarkerType.ArrowClosed, width: 20, height: 20, markerUnits: "userSpaceOnUse", color: "context-stroke" },
} satisfies DefaultEdgeOptions;
const MULTI_KEYS = ["Meta", "Control"];
const SNAP: [number, number] = [10, 10];
const NO_EDGES: CanvasEdge[] = [];
const GROUP_COLOURS = { voice: "#1664ff", branch: "#f59e0b", connect: "#16a34a", data: "#8b5cf6", end: "#8a919f" } as const;

function miniMapColour(node: CanvasNode): string {
  return GROUP_COLOURS[groupOf(schemaOf(useCatalog.getState().schemas, node.data.type))];
}

interface CanvasProps {
  readonly readOnly: boolean;
}

export function Canvas({ readOnly }: CanvasProps) {
  const { t } = useTranslation();
  const nodes = useEditor((state) => state.nodes);
  const edges = useEditor((state) => state.edges);
  const { nodesChanged, edgesChanged, connectWire } = useEditor.getState();
  const frame = useRef<HTMLDivElement>(null);
  const moving = useMoving(frame);
  const hovering = useEdgeHover();
  const { dropped, onConnectEnd, closePopup } = useWireDrop(frame);
  useOpeningView(frame);
  const labels = useLabels();
  const drop = useDropOfTypes();
  const fit = useFit();
  const far = useStore((state) => state.transform[2] < FAR);
  const whole = useStore((state) => state.transform[2] < WHOLE);
  const wire = useStore((state) => distantWire(state.transform[2]));
  const many = useEditor((state) => state.nodes.length > (whole ? VERY_MANY_NODES : MANY_NODES));
  const sketched = useEditor(isSketched);
  const dark = useDark();

  useEffect(() => {
    if (far) useEditor.getState().hover(null); // The wire under the pointer goes without saying so.
  }, [far]);
  const isValid = useCallback((ends: Connection | CanvasEdge) => mayConnect(ends, useEditor.getState().nodes), []);

  return (
    <div className={["canvas", far && "far", whole && "whole"].filter(Boolean).join(" ")} style={{ "--wire": `${wire}px` } as CSSProperties} ref={frame} data-testid="canvas" data-wires={sketched ? "sketched" : "found"}>
      <Distant.Provider value={far}>
        <ReactFlow<CanvasNode, CanvasEdge>
          nodes={nodes}
          edges={far ? NO_EDGES : edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          defaultEdgeOptions={edgeOptions}
          onNodesChange={nodesChanged}
          onEdgesChange={edgesChanged}
          onConnect={connectWire}
          onConnectEnd={onConnectEnd}
          isValidConnection={isValid}
          {...moving}
          {...hovering}
          onlyRenderVisibleElements={many}
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
        >
          <ViewportPortal>
            <Ground />
            <StickyNotes readOnly={readOnly} />
            {far && <DistantWires />}
          </ViewportPortal>
          <Controls showInteractive={false} showFitView={false}>
            <ControlButton onClick={fit} aria-label={t("editor.fit")} title={t("editor.fit")}>
              <CompressOutlined />
            </ControlButton>
          </Controls>
          <MiniMap<CanvasNode> pannable zoomable nodeColor={miniMapColour} nodeStrokeWidth={0} />
        </ReactFlow>
      </Distant.Provider>
      {nodes.length === 0 && <p className="canvas-empty">{t("editor.emptyCanvas")}</p>}
      {dropped && <PalettePopup dropped={dropped} onClose={closePopup} />}
    </div>
  );
}
