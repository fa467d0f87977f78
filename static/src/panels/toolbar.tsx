/** The line above the canvas: what is open, whether it is saved, and what can be done with it. */
import {
  ApartmentOutlined,
  ArrowLeftOutlined,
  CheckOutlined,
  CloudUploadOutlined,
  CompressOutlined,
  DownloadOutlined,
  FileTextOutlined,
  QuestionCircleOutlined,
  RedoOutlined,
  SaveOutlined,
  SearchOutlined,
  UndoOutlined,
  PhoneOutlined,
} from "../components/icons.tsx";
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { clock } from "../model/format.ts";
import { count } from "../model/issues.ts";
import { isDirty, useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";
import { useMay, useTimeZone } from "../store/session.ts";
import { exportDrawing } from "./stale-dialog.tsx";
import { useFit } from "./use-fit.ts";
import { useTidy } from "./use-tidy.ts";
import { useVersionsOnline } from "./use-numbers.ts";

function SaveState({ saving }: { readonly saving: boolean }) {
  const { t } = useTranslation();
  const zone = useTimeZone();
  const language = usePreferences((state) => state.language);
  const dirty = useEditor(isDirty);
  const flow = useEditor((state) => state.flow);
  if (saving) return <span className="save-state">{t("editor.saving")}</span>;
  if (dirty) return <span className="save-state unsaved" data-testid="save-state">{t("editor.unsaved")}</span>;
  if (!flow) return null;
  const time = clock(flow.updated_at, language, zone);
  return <span className="save-state" data-testid="save-state">{t("editor.saved", { time })}</span>;
}

function CheckButton({ onCheck }: { readonly onCheck: () => void }) {
  const { t } = useTranslation();
  const issues = useEditor((state) => state.issues);
  const [errors, warnings] = [count(issues, "error"), count(issues, "warning")];
  return (
    <Button size="small" className="check" icon={<CheckOutlined />} onClick={onCheck} data-testid="check">
      {t("editor.check")}
      <span className="badges">
        {errors > 0 && <span className="badge error" aria-label={t("editor.errors", { count: errors })}>{errors}</span>}
        {warnings > 0 && <span className="badge warning" aria-label={t("editor.warnings", { count: warnings })}>{warnings}</span>}
      </span>
    </Button>
  );
}

interface ToolProps {
  readonly name: string;
  readonly icon: React.ReactNode;
  readonly disabled?: boolean;
  readonly testId: string;
  readonly onClick: () => void;
}

function Tool({ name, icon, disabled = false, testId, onClick }: ToolProps) {
  return (
    <Tooltip title={name} mouseEnterDelay={0.4}>
      <Button size="small" type="text" icon={icon} aria-label={name} disabled={disabled} onClick={onClick} data-testid={testId} />
    </Tooltip>
  );
}

/** Which versions of the flow answer numbers now. */
function OnlineTag() {
  const { t } = useTranslation();
  const flowId = useEditor((state) => state.flow?.id);
  const versions = useVersionsOnline(flowId);
  if (!versions || versions.length === 0) return null;
  return <span className="tag live" data-testid="online-versions">{t("editor.online", { versions: versions.map((n) => `v${n}`).join(" ") })}</span>;
}

export interface ToolbarProps {
  readonly readOnly: boolean;
  readonly saving: boolean;
  readonly onSave: () => void;
  readonly onCheck: () => void;
  readonly onPublish: () => void;
  readonly onTry: () => void;
  readonly onNote: () => void;
  readonly onSearch: () => void;
  readonly onHelp: () => void;
}

export function Toolbar({ readOnly, saving, onSave, onCheck, onPublish, onTry, onNote, onSearch, onHelp }: ToolbarProps) {
  const { t } = useTranslation();
  const fit = useFit();
  const may = useMay();
  const name = useEditor((state) => state.sheet.name);
  const flow = useEditor((state) => state.flow);
  const version = useEditor((state) => state.version);
  const canUndo = useEditor((state) => state.history.past.length > 0);
  const canRedo = useEditor((state) => state.history.future.length > 0);
  const dirty = useEditor(isDirty);
  const { undo, redo } = useEditor.getState();
  const tidy = useTidy();
  return (
    <div className="toolbar" role="toolbar" aria-label={t("editor.toolbar")}>
      <Link to="/flows" className="back" aria-label={t("editor.back")} title={t("editor.back")}>
        <ArrowLeftOutlined />
      </Link>
      <strong className="flow-name" title={name} data-testid="flow-name">{name}</strong>
      {version === null ? (
        <>
          <span className="tag">{t("editor.draft")}</span>
          {readOnly ? <span className="tag" data-testid="read-only">{t("editor.mayOnlyLook")}</span> : <SaveState saving={saving} />}
          <OnlineTag />
        </>
      ) : (
        <span className="tag live" data-testid="read-only">
          {t("editor.readOnly", { n: version })} <Link to={`/flows/${flow?.id}`}>{t("editor.toDraft")}</Link>
        </span>
      )}
      <span className="grow" />
      <Tool name={t("editor.undo")} icon={<UndoOutlined />} disabled={readOnly || !canUndo} testId="undo" onClick={undo} />
      <Tool name={t("editor.redo")} icon={<RedoOutlined />} disabled={readOnly || !canRedo} testId="redo" onClick={redo} />
      <Tool name={t("editor.layout")} icon={<ApartmentOutlined />} disabled={readOnly} testId="layout" onClick={tidy} />
      <Tool name={t("editor.addNote")} icon={<FileTextOutlined />} disabled={readOnly} testId="add-note" onClick={onNote} />
      <Tool name={t("editor.fit")} icon={<CompressOutlined />} testId="fit" onClick={fit} />
      <Tool name={t("editor.search")} icon={<SearchOutlined />} testId="search" onClick={onSearch} />
      <Tool name={t("editor.export")} icon={<DownloadOutlined />} testId="export" onClick={exportDrawing} />
      <Tool name={t("editor.keys")} icon={<QuestionCircleOutlined />} testId="help-button" onClick={onHelp} />
      <CheckButton onCheck={onCheck} />
      {!readOnly && (
        <>
          <Button size="small" icon={<PhoneOutlined />} onClick={onTry} data-testid="try">
            {t("trial.button")}
          </Button>
          <Button size="small" icon={<SaveOutlined />} loading={saving} disabled={!dirty} onClick={onSave} data-testid="save">
            {t("editor.save")}
          </Button>
          <Button size="small" type="primary" icon={<CloudUploadOutlined />} disabled={!may("flows.publish")} onClick={onPublish} data-testid="publish">
            {t("editor.publish")}
          </Button>
        </>
      )}
    </div>
  );
}
