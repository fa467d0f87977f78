/** The editor's store: one state made of slices; components take narrow pieces of it. */
import type { EdgeChange, NodeChange } from "@xyflow/react";
import type { StateCreator } from "zustand";
import type { Counts, Flow, VersionWithDocument } from "../../api/types.ts";
import type { CanvasEdge, CanvasNode, Sheet } from "../../model/graph.ts";
import type { FlowDocument, NoteDocument } from "../../model/document.ts";
import type { Change } from "../../model/form.ts";
import type { Deed, History } from "../../model/history.ts";
import type { Fault } from "../../model/review.ts";
import type { Found } from "../../model/routes/found.ts";
import type { Issue, IssueMap } from "../../model/issues.ts";
import type { Ends } from "../../model/wires.ts";

export interface Snapshot {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
  readonly sheet: Sheet;
  /** Tells snapshots apart; the flow is unsaved while it differs from `savedStamp`. */
  readonly stamp: number;
}

export interface DrawingSlice extends Snapshot {
  readonly history: History<Snapshot>;
  readonly nodesChanged: (changes: NodeChange<CanvasNode>[]) => void;
  readonly edgesChanged: (changes: EdgeChange<CanvasEdge>[]) => void;
  /** The one way to change the flow: `change` gives what becomes of it, `deed` names it in the history. */
  readonly commit: (deed: Deed, change: Partial<Omit<Snapshot, "stamp">>, tag?: string) => void;
  /** Whether nodes follow the pointer now. */
  readonly dragging: boolean;
  /** What the router found last, for the drawing as it was then. */
  readonly found: Found;
  readonly dragStarted: () => void;
  readonly dragEnded: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly travel: (steps: number) => void;
  readonly document: () => FlowDocument;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface EditingSlice {
  readonly addNode: (type: string, position: Point, from?: { source: string; exit: string }) => string;
  readonly connectWire: (ends: Ends) => void;
  readonly setTarget: (source: string, exit: string, target: string | null) => void;
  readonly deleteSelection: () => void;
  readonly setLabel: (id: string, label: string) => void;
  readonly setNote: (id: string, note: string) => void;
  readonly setConfig: (id: string, name: string, change: Change, renamed?: Record<string, string>) => void;
  /** The new note's id; null when the flow has as many as it may. */
  readonly addNote: (position: Point) => string | null;
  /** Change a note's text, place or size; what is done shortly after another is one step with it. */
  readonly changeNote: (id: string, part: Partial<Omit<NoteDocument, "id">>) => void;
  readonly removeNote: (id: string) => void;
  readonly setSheet: (change: Partial<Sheet>, tag?: string) => void;
  readonly moveSelection: (dx: number, dy: number) => void;
  /** Paste copied nodes: beside the originals in their own flow, from another one near `middle`; false when the text is none of ours. */
  readonly pasteText: (text: string, middle: Point) => boolean;
  readonly duplicate: () => void;
  /** Tidy the flow; false when there is nothing to tidy, or something was changed meanwhile. */
  readonly layOut: () => Promise<boolean>;
  readonly select: (ids: readonly string[]) => void;
  readonly selectAll: () => void;
}

export interface FlowFileSlice {
  readonly flow: Omit<Flow, "document"> | null;
  /** A published version that is looked at, or null in the draft. */
  readonly version: number | null;
  /** Nothing can be changed: a published version, or a role that may only look. */
  readonly readOnly: boolean;
  readonly savedStamp: number;
  /** What could not be drawn of the saved flow and was mended; unsaved until somebody saves it. */
  readonly repairs: readonly Fault[];
  readonly open: (flow: Flow, readOnly?: boolean) => void;
  readonly openVersion: (flow: Flow, version: VersionWithDocument) => void;
  readonly close: () => void;
  /** Take what somebody else saved as one step, so that undo brings back one's own; of another flow than the open one: nothing. */
  readonly adopt: (flow: Flow) => void;
  /** The snapshot `stamp` is what the server has now; of another flow than the open one: nothing. */
  readonly saved: (flow: Omit<Flow, "document">, stamp: number) => void;
}

export type InspectorTab = "form" | "exits";

export interface FindingsSlice {
  readonly issues: readonly Issue[];
  readonly issueMap: IssueMap;
  readonly checked: "never" | "running" | "done" | "failed";
  /** Today's calls by node and exit. */
  readonly counts: Counts | null;
  /** How often callers were asked in vain today, by node and why. */
  readonly misses: Counts | null;
  /** Node id -> essence in the version published last; null before there is one. */
  readonly published: ReadonlyMap<string, string> | null;
  readonly hoveredEdge: { readonly id: string; readonly source: string; readonly exit: string; readonly target: string } | null;
  /** A field that the inspector should bring into view. */
  readonly wanted: { readonly node: string | null; readonly field: string | null; readonly tab: InspectorTab; readonly at: number } | null;
  readonly setIssues: (issues: readonly Issue[]) => void;
  readonly setChecked: (checked: FindingsSlice["checked"]) => void;
  readonly setFigures: (figures: { readonly counts: Counts; readonly misses: Counts } | null) => void;
  readonly setPublished: (published: FindingsSlice["published"]) => void;
  readonly hover: (edge: FindingsSlice["hoveredEdge"]) => void;
  readonly want: (node: string | null, field: string | null, tab?: InspectorTab) => void;
}

export type EditorState = DrawingSlice & EditingSlice & FlowFileSlice & FindingsSlice;
export type Slice<T> = StateCreator<EditorState, [], [], T>;
