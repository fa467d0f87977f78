import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { extensionsApi } from "../api/resources.ts";
import type { Extension, ExtensionWithSecret, Forwarding, Outside } from "../api/types.ts";
import { FormDialog, FormRow } from "../components/form-dialog.tsx";
import { OutsideFields } from "../components/outside-fields.tsx";
import { ForwardingFields } from "./extension-forwarding.tsx";

const NUMBER = /^\d{1,6}$/;
const USUAL: Forwarding = { destinations: [], forwards: {}, do_not_disturb: false, ring_seconds: 20 };
const NOBODY: Outside = { calls: "internal", countries: [], shown_number: null };

interface ExtensionDialogProps {
  readonly open: boolean;
  readonly extension: Extension | null;
  readonly onClose: () => void;
  readonly onDone: (created: ExtensionWithSecret | null) => void;
}

/** A new extension, or one that is changed. */
export function ExtensionDialog({ open, extension, onClose, onDone }: ExtensionDialogProps) {
  const { t } = useTranslation();
  const [number, setNumber] = useState(extension?.number ?? "");
  const [name, setName] = useState(extension?.name ?? "");
  const [outside, setOutside] = useState<Outside>(extension ? { calls: extension.calls, countries: extension.countries, shown_number: extension.shown_number } : NOBODY);
  const [forwarding, setForwarding] = useState<Forwarding>(extension?.forwarding ?? USUAL);
  const save = async () => {
    const body = { number: number.trim(), name: name.trim(), outside, forwarding };
    const saved = await (extension ? extensionsApi.change(extension.id, { revision: extension.revision, ...body }) : extensionsApi.create(body));
    setNumber("");
    setName("");
    setOutside(NOBODY);
    setForwarding(USUAL);
    onClose();
    const { secret } = saved;
    onDone(secret === null ? null : { ...saved, secret });
  };
  const wrong = number.trim() !== "" && !NUMBER.test(number.trim());
  return (
    <FormDialog open={open} title={t(extension ? "extensions.change" : "extensions.new")} okText={t("common.save")} okDisabled={!NUMBER.test(number.trim())} width={560} onOk={save} onClose={onClose}>
      <FormRow label={t("extensions.number")} help={t("extensions.numberHelp")} error={wrong ? t("extensions.numberWrong") : undefined} field="number" value={number}>
        <Input autoFocus value={number} maxLength={12} inputMode="numeric" onChange={(event) => setNumber(event.target.value)} data-testid="extension-number" />
      </FormRow>
      <FormRow label={t("extensions.name")} field="name" value={name}>
        <Input value={name} maxLength={40} onChange={(event) => setName(event.target.value)} data-testid="extension-name" />
      </FormRow>
      <h3 className="form-part">{t("outside.part")}</h3>
      <OutsideFields value={outside} onChange={setOutside} />
      <h3 className="form-part">{t("forwarding.part")}</h3>
      <ForwardingFields value={forwarding} onChange={setForwarding} />
    </FormDialog>
  );
}
