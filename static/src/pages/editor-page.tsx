import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { App } from "antd";
import { memo, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { flowsApi } from "../api/resources.ts";
import { FaultList } from "../components/fault-list.tsx";
import { messageOf, Problem } from "../components/problem.tsx";
import { inAddress, noteInAddress, useAddress } from "../components/use-address.ts";
import { Waiting } from "../components/waiting.tsx";
import type { Issue } from "../model/issues.ts";
import { review, type Fault } from "../model/review.ts";
import { BottomDrawer, DRAWERS, type Drawer } from "../panels/bottom-drawer.tsx";
import { Canvas } from "../panels/canvas.tsx";
import { HelpDialog } from "../panels/help-dialog.tsx";
import { Inspector } from "../panels/inspector.tsx";
import { Palette } from "../panels/palette.tsx";
import { PublishDialog } from "../panels/publish-dialog.tsx";
import { TrialDialog } from "../panels/trial-dialog.tsx";
import { SearchBox } from "../panels/search-box.tsx";
import { StaleDialog } from "../panels/stale-dialog.tsx";
import { Toolbar } from "../panels/toolbar.tsx";
import { UnsavedGuard } from "../panels/unsaved-guard.tsx";
import { useCheck } from "../panels/use-check.ts";
import { useFigures, usePublished } from "../panels/use-figures.ts";
import { useSave } from "../panels/use-save.ts";
import { useClipboard, useShortcuts } from "../panels/use-shortcuts.ts";
import { useCatalog } from "../store/catalog.ts";
import { onlySelected, useEditor, type Point } from "../store/editor/index.ts";
import { mayNow } from "../store/session.ts";
import type { InspectorTab } from "../store/editor/state.ts";
import { STILL } from "../theme.ts";
import "../editor.css";

/** Select nodes and bring them into view without losing the zoom. */
function useFocusNode(): (id: string) => void {
  const { setCenter, getZoom, getInternalNode } = useReactFlow();
  return useCallback(
    (id: string) => {
      useEditor.getState().select([id]);
      const node = getInternalNode(id);
      if (!node) return;
      const { x, y } = node.internals.positionAbsolute;
      const { width = 240, height = 120 } = node.measured;
      void setCenter(x + width / 2, y + height / 2, { zoom: Math.max(getZoom(), 0.7), duration: STILL ? 0 : 200 });
    },
    [getInternalNode, getZoom, setCenter],
  );
}

/** Where on the canvas the middle of what is seen is. */
function useMiddle(): () => Point {
  const { screenToFlowPosition } = useReactFlow();
  return useCallback(() => {
    const box = document.querySelector(".canvas")?.getBoundingClientRect();
    return screenToFlowPosition({ x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 });
  }, [screenToFlowPosition]);
}

/** Put a new node there (palette by keyboard or double click). */
function useAddInMiddle(): (type: string) => void {
  const middle = useMiddle();
  return useCallback(
    (type: string) => {
      const at = middle();
      const taken = useEditor.getState().nodes.filter((node) => Math.abs(node.position.x - at.x + 120) < 30 && Math.abs(node.position.y - at.y + 40) < 200).length;
      useEditor.getState().addNode(type, { x: at.x - 120, y: at.y - 40 + taken * 40 });
    },
    [middle],
  );
}

/** The drawer that is open stands in the address. */
function useDrawer(): [Drawer | null, (drawer: Drawer | null) => void] {
  const [address, change] = useAddress();
  const named = address.get("drawer");
  const set = useCallback((drawer: Drawer | null) => change({ drawer }, { replace: true }), [change]);
  return [DRAWERS.find((drawer) => drawer === named) ?? null, set];
}

/** The selected node stands in the address. */
function SelectionInAddress() {
  const selected = useEditor(onlySelected);
  useEffect(() => noteInAddress({ node: selected }), [selected]);
  return null;
}

/** The inspector; which of its tabs is open stands in the address. */
function InspectorInAddress({ readOnly }: { readonly readOnly: boolean }) {
  const [address, change] = useAddress();
  const [first] = useState<InspectorTab>(address.get("tab") === "exits" ? "exits" : "form");
  const tell = useCallback((tab: InspectorTab) => change({ tab: tab === "form" ? null : tab }, { replace: true }), [change]);
  return <Inspector readOnly={readOnly} first={first} onTab={tell} />;
}

/** Put an empty note there, ready to be written in. */
function useAddNote(): () => void {
  const middle = useMiddle();
  return useCallback(() => {
    const id = useEditor.getState().addNote(middle());
    // It is there once it has been drawn.
    setTimeout(() => document.querySelector<HTMLElement>(`[data-testid="sticky-${id}"] textarea`)?.focus(), 0);
  }, [middle]);
}

const Editor = memo(function Editor() {
  const readOnly = useEditor((state) => state.readOnly);
  const [drawer, setDrawer] = useDrawer();
  const [dialog, setDialog] = useState<"publish" | "try" | "help" | "search" | null>(null);
  const { saving, stale, forgetStale, save } = useSave();
  const check = useCheck();
  const focusNode = useFocusNode();
  const addInMiddle = useAddInMiddle();
  const addNote = useAddNote();
  useRepairsTold();
  useFigures();
  usePublished();

  const close = useCallback(() => setDialog(null), []);
  const commands = useMemo(
    () => ({
      save: () => void save(),
      search: () => setDialog("search"),
      help: () => setDialog("help"),
      escape: () => useEditor.getState().select([]),
    }),
    [save],
  );
  useShortcuts(commands);
  useClipboard();

  const pickIssue = useCallback(
    (issue: Issue) => {
      if (issue.node) focusNode(issue.node);
      else useEditor.getState().select([]);
      const tab = issue.code.startsWith("exit.") && !issue.field ? "exits" : "form";
      useEditor.getState().want(issue.node, issue.field, tab);
    },
    [focusNode],
  );

  return (
    <div className="editor">
      <Toolbar
        readOnly={readOnly}
        saving={saving}
        onSave={commands.save}
        onCheck={() => {
          setDrawer("problems");
          void check();
        }}
        onPublish={() => setDialog("publish")}
        onTry={() => setDialog("try")}
        onNote={addNote}
        onSearch={commands.search}
        onHelp={commands.help}
      />
      <Palette disabled={readOnly} onPick={addInMiddle} />
      <div className="stage">
        <Canvas readOnly={readOnly} />
        {dialog === "search" && (
          <SearchBox
            onClose={close}
            onPick={(id) => {
              focusNode(id);
              close();
            }}
          />
        )}
      </div>
      <InspectorInAddress readOnly={readOnly} />
      <BottomDrawer open={drawer} readOnly={readOnly} onOpen={setDrawer} onIssue={pickIssue} onFocus={focusNode} />
      <PublishDialog open={dialog === "publish"} save={save} onClose={close} onPick={pickIssue} />
      {dialog === "try" && <TrialDialog save={save} onClose={close} />}
      <HelpDialog open={dialog === "help"} onClose={close} />
      <StaleDialog stale={stale} onClose={forgetStale} />
      <UnsavedGuard save={save} />
      <SelectionInAddress />
    </div>
  );
});

/** Load what forms let one pick from. The form works without; that prompts and extensions are missing is said. */
function useLists(flow: string): void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  useEffect(() => {
    let here = true;
    useCatalog.getState().loadResources().catch((error: unknown) => {
      if (here) void message.warning(`${t("editor.listsMissing")} ${messageOf(error)}`, 8);
    });
    return () => {
      here = false;
    };
  }, [flow, message, t]);
}

/** Say what could not be drawn of the draft and was mended, as it would vanish at the next save. */
function useRepairsTold(): void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const repairs = useEditor((state) => state.repairs);
  useEffect(() => {
    if (repairs.length === 0) return;
    const told = modal.warning({ title: t("import.opened"), content: <FaultList faults={repairs} help={t("import.openedHelp")} />, okText: t("common.close"), width: 560 });
    return () => told.destroy();
  }, [modal, repairs, t]);
}

/** The document is none that could be drawn. */
class Undrawable extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super("undrawable");
    this.faults = faults;
  }
}

function NotOpened({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  const { t } = useTranslation();
  if (!(error instanceof Undrawable)) return <Problem error={error} retry={retry} />;
  const why = error.faults.map(({ key, values }) => t(`import.${key}`, values)).join(" ");
  return <Problem error={new Error(t("import.cannotOpen", { why }))} />;
}

/** Load the flow, and the version if one is asked for, before anything is drawn; select the node that the address names. */
function useOpenFlow(id: string, version: number | null) {
  const [state, setState] = useState<{ opened: string | null; error: unknown }>({ opened: null, error: null });
  const [again, setAgain] = useState(0);
  const key = `${id}/${version ?? ""}/${again}`;
  useEffect(() => {
    let here = true;
    const { loadSchemas } = useCatalog.getState();
    const load = async () => {
      const [flow, published] = await Promise.all([flowsApi.open(id), version === null ? null : flowsApi.version(id, version), loadSchemas()]);
      if (!here) return;
      const { document, faults } = review((published ?? flow).document);
      if (document === null) throw new Undrawable(faults);
      if (published) useEditor.getState().openVersion(flow, published);
      else useEditor.getState().open(flow, !mayNow("flows.edit"));
      const node = inAddress("node");
      if (node !== null) useEditor.getState().select([node]);
      setState({ opened: key, error: null });
    };
    load().catch((error: unknown) => here && setState({ opened: null, error }));
    return () => {
      here = false;
    };
  }, [id, version, key]);
  return { ready: state.opened === key, key, error: state.error, retry: () => setAgain((n) => n + 1) };
}

export default function EditorPage() {
  const { t } = useTranslation();
  const parameters = useParams();
  const version = parameters["version"] === undefined ? null : Number(parameters["version"]);
  const { ready, key, error, retry } = useOpenFlow(parameters["id"] ?? "", version);
  useLists(key);
  if (error) return <NotOpened error={error} retry={retry} />;
  if (!ready) return <Waiting what={t("waiting.flow")} />;
  return (
    <ReactFlowProvider key={key}>
      <Editor />
    </ReactFlowProvider>
  );
}
