import { Button, Checkbox, Input, InputNumber, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { Forwarding } from "../api/types.ts";
import { FormRow } from "../components/form-dialog.tsx";
import { DeleteOutlined, PlusOutlined } from "../components/icons.tsx";

const WHEN = ["always", "busy", "no_answer", "offline"] as const;
const MOST = 5;

type Destination = NonNullable<Forwarding["destinations"]>[number];

interface FieldsProps {
  readonly value: Forwarding;
  readonly onChange: (value: Forwarding) => void;
}

/** Where an extension rings: its telephones, and up to five places in their order. */
function Destinations({ value, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const rows = value.destinations ?? [];
  const put = (destinations: readonly Destination[]) => onChange({ ...value, destinations });
  const change = (index: number, part: Destination) => put(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  const add = () => put(rows.length === 0 ? [{ to: "" }, { to: "", together: true }] : [...rows, { to: "" }]);
  return (
    <>
      <FormRow label={t("forwarding.destinations")} help={t("forwarding.destinationsHelp")} field="destinations" value={JSON.stringify(rows)}>
        <span>
          <Button size="small" icon={<PlusOutlined />} disabled={rows.length >= MOST} onClick={add} data-testid="add-destination">{t("forwarding.add")}</Button>
        </span>
      </FormRow>
      <ol className="group-members">
        {rows.map((row, index) => {
          const n = index + 1;
          return (
            <li key={index}>
              <Input value={row.to ?? ""} placeholder={t("forwarding.telephones")} maxLength={30} aria-label={t("forwarding.destination", { n })} onChange={(event) => change(index, { to: event.target.value })} data-testid={`destination-${n}`} />
              <Checkbox checked={row.together ?? false} disabled={index === 0} aria-label={t("forwarding.togetherOf", { n })} onChange={(event) => change(index, { together: event.target.checked })}>{t("forwarding.together")}</Checkbox>
              <Checkbox checked={row.accept ?? true} disabled={(row.to ?? "") === ""} aria-label={t("forwarding.acceptOf", { n })} onChange={(event) => change(index, { accept: event.target.checked })}>{t("forwarding.accept")}</Checkbox>
              <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t("forwarding.takeOut", { n })} onClick={() => put(rows.filter((_, at) => at !== index))} />
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** How an extension wants to be reached: do not disturb, forwards, destinations. */
export function ForwardingFields({ value, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const forwards = value.forwards ?? {};
  return (
    <>
      <FormRow label={t("forwarding.dnd")} help={t("forwarding.dndHelp")} field="do_not_disturb" value={String(value.do_not_disturb)}>
        <span><Switch checked={value.do_not_disturb ?? false} onChange={(on) => onChange({ ...value, do_not_disturb: on })} data-testid="extension-dnd" /></span>
      </FormRow>
      {WHEN.map((when) => (
        <FormRow key={when} label={t(`forwarding.${when}`)} field={`forwards.${when}`} value={forwards[when] ?? ""}>
          <Input value={forwards[when] ?? ""} placeholder={t("forwarding.nowhere")} maxLength={30} onChange={(event) => onChange({ ...value, forwards: { ...forwards, [when]: event.target.value } })} data-testid={`forward-${when}`} />
        </FormRow>
      ))}
      <Destinations value={value} onChange={onChange} />
      <FormRow label={t("forwarding.seconds")} field="ring_seconds" value={value.ring_seconds ?? null}>
        <InputNumber value={value.ring_seconds ?? 20} min={5} max={120} onChange={(seconds) => onChange({ ...value, ring_seconds: seconds ?? 20 })} data-testid="extension-seconds" />
      </FormRow>
    </>
  );
}
