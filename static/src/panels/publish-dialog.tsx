/** Publish the draft as a version with a note, then offer to let a number use it. */
import { Button, Input, Modal, Result } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/errors.ts";
import { flowsApi } from "../api/resources.ts";
import type { PublishedVersion } from "../api/types.ts";
import { Problem } from "../components/problem.tsx";
import { count, type Issue } from "../model/issues.ts";
import { isDirty, useEditor } from "../store/editor/index.ts";
import { IssueList } from "./problems.tsx";
import { checkNow } from "./use-check.ts";
import { useNumbers } from "./use-numbers.ts";
import { BindNumber } from "./versions-panel.tsx";

interface PublishDialogProps {
  readonly open: boolean;
  readonly save: () => Promise<boolean>;
  readonly onClose: () => void;
  readonly onPick: (issue: Issue) => void;
}

interface PublishedProps {
  readonly version: PublishedVersion;
  readonly onClose: () => void;
  readonly onPick: (issue: Issue) => void;
}

export function Published({ version: { number, issues }, onClose, onPick }: PublishedProps) {
  const { t } = useTranslation();
  const flowId = useEditor((state) => state.flow?.id ?? "");
  const numbers = useNumbers();
  return (
    <Result
      status="success"
      title={<span data-testid="published">{t("publish.done", { n: number })}</span>}
      subTitle={t("publish.bindHelp")}
      extra={[
        <BindNumber key="bind" flowId={flowId} version={number} numbers={numbers} />,
        <Button key="close" type="primary" onClick={onClose} data-testid="published-close">{t("common.close")}</Button>,
      ]}
    >
      {issues.length > 0 && <IssueList issues={issues} onPick={onPick} />}
    </Result>
  );
}

export function PublishDialog({ open, save, onClose, onPick }: PublishDialogProps) {
  const { t } = useTranslation();
  const issues = useEditor((state) => state.issues);
  const checked = useEditor((state) => state.checked);
  const dirty = useEditor(isDirty);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [version, setVersion] = useState<PublishedVersion | null>(null);
  const errors = count(issues, "error");

  useEffect(() => {
    if (open) void checkNow();
  }, [open]);

  const close = () => {
    setVersion(null);
    setError(null);
    onClose();
  };
  const pick = (issue: Issue) => {
    close();
    onPick(issue);
  };
  const publish = async () => {
    setBusy(true);
    setError(null);
    try {
      if (isDirty(useEditor.getState()) && !(await save())) return;
      const { flow, saved, stamp, setIssues } = useEditor.getState();
      if (!flow) return;
      try {
        const done = await flowsApi.publish(flow.id, flow.revision, note.trim());
        saved({ ...flow, revision: done.revision, latest_version: done.number }, stamp);
        setVersion(done);
        setNote("");
      } catch (failure) {
        if (failure instanceof ApiError && failure.issues.length > 0) setIssues(failure.issues);
        setError(failure);
      }
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      open={open}
      title={version === null ? t("publish.title") : null}
      width={560}
      mask={{ closable: false }}
      onCancel={close}
      footer={
        version !== null
          ? null
          : [
              <Button key="cancel" onClick={close}>{t("common.cancel")}</Button>,
              <Button key="ok" type="primary" loading={busy} disabled={errors > 0 || checked === "running"} onClick={() => void publish()} data-testid="publish-ok">
                {t(dirty ? "publish.saveAndPublish" : "publish.ok")}
              </Button>,
            ]
      }
    >
      {version !== null ? (
        <Published version={version} onClose={close} onPick={pick} />
      ) : (
        <>
          <p className="form-help">{t("publish.help")}</p>
          <Input.TextArea
            autoFocus
            rows={3}
            maxLength={500}
            value={note}
            placeholder={t("publish.noteHint")}
            aria-label={t("publish.note")}
            data-testid="publish-note"
            onChange={(event) => {
              setNote(event.target.value);
              setError(null);
            }}
          />
          {errors > 0 && <p className="field-issue error">{t("publish.hasErrors", { count: errors })}</p>}
          {issues.length > 0 && <IssueList issues={issues} onPick={pick} />}
          <Problem error={error} />
        </>
      )}
    </Modal>
  );
}
