/** Ring a telephone of the company's with the draft: it rings nobody else, and leaves no record. */
import { App, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/errors.ts";
import { extensionsApi, flowsApi } from "../api/resources.ts";
import { wholeList } from "../api/whole-list.ts";
import { FormDialog, FormRow } from "../components/form-dialog.tsx";
import { isDirty, useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";

interface TrialDialogProps {
  readonly save: () => Promise<boolean>;
  readonly onClose: () => void;
}

export function TrialDialog({ save, onClose }: TrialDialogProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { extension, setExtension } = usePreferences();
  const [caller, setCaller] = useState("");
  const dirty = useEditor(isDirty);
  const { data = [] } = useQuery({ queryKey: ["extensions", "all"], queryFn: () => wholeList(extensionsApi.list, { sort: "number" }) });
  const mine = data.some(({ number }) => number === extension) ? extension : null;
  const ring = async () => {
    if (isDirty(useEditor.getState()) && !(await save())) return;
    const { flow, setIssues } = useEditor.getState();
    if (!flow || mine === null) return;
    try {
      await flowsApi.tryDraft(flow.id, { revision: flow.revision, extension: mine, caller: caller.replace(/[^0-9+]/gu, ""), called: "" });
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === "flow.invalid") setIssues(failure.issues);
      throw failure;
    }
    void message.success(t("trial.rings", { number: mine }));
    onClose();
  };
  return (
    <FormDialog open title={t("trial.title")} okText={t(dirty ? "trial.saveAndRing" : "trial.ring")} okDisabled={mine === null} onOk={ring} onClose={onClose}>
      <p className="hint">{t("trial.help")}</p>
      <FormRow label={t("calls.telephone")} field="extension" value={mine}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          value={mine}
          options={data.map(({ number, name }) => ({ value: number, label: `${number} ${name}` }))}
          onChange={(number) => setExtension(number)}
          data-testid="call-extension"
        />
      </FormRow>
      <FormRow label={t("trial.caller")} help={t("trial.callerHelp")} field="caller" value={caller}>
        <Input value={caller} maxLength={30} inputMode="tel" onChange={(event) => setCaller(event.target.value)} data-testid="trial-caller" />
      </FormRow>
    </FormDialog>
  );
}
