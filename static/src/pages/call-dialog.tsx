/** What somebody at the page does with calls: places one, gives one on, or goes into one with a telephone of the company's. */
import { Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { callsApi, extensionsApi } from "../api/resources.ts";
import type { LiveCall } from "../api/types.ts";
import { wholeList } from "../api/whole-list.ts";
import { FormDialog, FormRow } from "../components/form-dialog.tsx";
import { ShownNumber } from "../components/shown-number.tsx";
import { usePreferences } from "../store/preferences.ts";

export type CallDeed = "transfer" | "listen" | "whisper" | "barge_in" | "take_over";
export type Deed = { readonly what: "place"; readonly call: null } | { readonly what: CallDeed; readonly call: LiveCall };

interface CallDialogProps {
  readonly deed: Deed;
  readonly onClose: () => void;
}

export function CallDialog({ deed, onClose }: CallDialogProps) {
  const { t } = useTranslation();
  const { what, call } = deed;
  const { extension, setExtension } = usePreferences();
  const [to, setTo] = useState("");
  const [shown, setShown] = useState<string | null>(null);
  const { data = [] } = useQuery({ queryKey: ["extensions", "all"], queryFn: () => wholeList(extensionsApi.list, { sort: "number" }) });
  const mine = data.some(({ number }) => number === extension) ? extension : null;
  const wantsNumber = what === "place" || what === "transfer";
  const wantsTelephone = what !== "transfer";
  const act = async () => {
    if (what === "place") await callsApi.place(mine ?? "", to.trim(), shown);
    else if (what === "transfer") await callsApi.transfer(call.id, to.trim());
    else await callsApi.monitor(call.id, mine ?? "", what);
    onClose();
  };
  return (
    <FormDialog
      open
      title={t(`calls.do.${what}`)}
      okText={t(`calls.ok.${what}`)}
      okDisabled={(wantsTelephone && mine === null) || (wantsNumber && to.trim() === "")}
      onOk={act}
      onClose={onClose}
    >
      <p className="hint">{t(`calls.doHelp.${what}`)}</p>
      {wantsTelephone && (
        <FormRow label={t("calls.telephone")} field={what === "place" ? "from" : "extension"} value={mine}>
          <Select
            showSearch={{ optionFilterProp: "label" }}
            value={mine}
            options={data.map(({ number, name }) => ({ value: number, label: `${number} ${name}` }))}
            onChange={(number) => setExtension(number)}
            data-testid="call-extension"
          />
        </FormRow>
      )}
      {wantsNumber && (
        <FormRow label={t("calls.to")} field="to" value={to}>
          <Input autoFocus value={to} maxLength={30} inputMode="tel" onChange={(event) => setTo(event.target.value)} data-testid="call-to" />
        </FormRow>
      )}
      {what === "place" && (
        <FormRow label={t("calls.shown")} help={t("calls.shownHelp")} field="shown_number" value={shown}>
          <ShownNumber value={shown} usual={t("calls.shownUsual")} onChange={setShown} testId="call-shown" />
        </FormRow>
      )}
    </FormDialog>
  );
}
