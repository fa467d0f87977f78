/** Lead a number's callers as by day or by night, whatever the time is: asked first, for real callers go another way. */
import { Alert, Radio } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { numbersApi } from "../api/resources.ts";
import type { NumberSwitch, PhoneNumber, SwitchEffect } from "../api/types.ts";
import { FormDialog } from "../components/form-dialog.tsx";
import { Problem } from "../components/problem.tsx";
import { useOffer } from "../components/use-offer.ts";
import { inLanguage } from "../model/schema.ts";
import { usePreferences } from "../store/preferences.ts";

const POSITIONS: readonly NumberSwitch[] = ["auto", "day", "night"];

interface SwitchDialogProps {
  readonly number: PhoneNumber | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Where calls go, node by node. */
function Effects({ effects, position }: { readonly effects: readonly SwitchEffect[]; readonly position: NumberSwitch }) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  if (effects.length === 0) return <Alert showIcon type="warning" title={t("switch.noEffect")} data-testid="switch-no-effect" />;
  if (position === "auto") return <p className="form-help">{t("switch.autoHelp")}</p>;
  return (
    <ul className="switch-effects" data-testid="switch-effects">
      {effects.map((effect, index) => (
        <li key={index}>{t("switch.effect", { node: inLanguage(effect.node, language), exit: inLanguage(effect[position], language) })}</li>
      ))}
    </ul>
  );
}

export function SwitchDialog({ number, onClose, onDone }: SwitchDialogProps) {
  const { t } = useTranslation();
  const [position, setPosition] = useState<NumberSwitch>("auto");
  const id = number?.id;
  const effects = useOffer(["numbers", "switch", id], id ? async () => (await numbersApi.switch(id)).effects : null);
  useEffect(() => {
    if (number) setPosition(number.switch);
  }, [number]);
  const save = async () => {
    if (!number) return;
    await numbersApi.setSwitch(number.id, number.revision, position);
    onClose();
    onDone();
  };
  const unchanged = number?.switch === position;
  return (
    <FormDialog
      open={number !== null}
      title={t("switch.title", { number: number?.display ?? "" })}
      okText={t(`switch.to.${position}`)}
      okDisabled={unchanged}
      onOk={save}
      onClose={onClose}
    >
      <Radio.Group
        className="switch-positions"
        aria-label={t("switch.name")}
        value={position}
        onChange={(event) => setPosition(event.target.value as NumberSwitch)}
        options={POSITIONS.map((value) => ({ value, label: t(`switch.${value}`) }))}
      />
      {!unchanged && <p>{t("switch.ask")}</p>}
      {effects.items && <Effects effects={effects.items} position={position} />}
      <Problem error={effects.error} retry={effects.retry} />
    </FormDialog>
  );
}
