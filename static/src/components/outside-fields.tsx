/** Whom an extension may call outside: how far, which countries, by which number. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Outside } from "../api/types.ts";
import { FormRow } from "./form-dialog.tsx";
import { ShownNumber } from "./shown-number.tsx";

const CALLS = ["internal", "local", "national", "international"] as const;

interface OutsideFieldsProps {
  readonly value: Outside;
  readonly onChange: (value: Outside) => void;
}

export function OutsideFields({ value, onChange }: OutsideFieldsProps) {
  const { t } = useTranslation();
  const countries = [...(value.countries ?? [])];
  return (
    <>
      <FormRow label={t("outside.calls")} help={t(`outside.help.${value.calls}`)} field="calls" value={value.calls}>
        <Select value={value.calls} options={CALLS.map((calls) => ({ value: calls, label: t(`outside.calls.${calls}`) }))} onChange={(calls) => onChange({ ...value, calls })} data-testid="extension-calls" />
      </FormRow>
      {value.calls === "international" && (
        <FormRow label={t("outside.countries")} help={t("outside.countriesHelp")} field="countries" value={countries.join()}>
          <Select mode="tags" value={countries} open={false} suffixIcon={null} tokenSeparators={[",", "，", " "]} onChange={(codes: string[]) => onChange({ ...value, countries: codes })} data-testid="extension-countries" />
        </FormRow>
      )}
      {value.calls !== "internal" && (
        <FormRow label={t("outside.shown")} help={t("outside.shownHelp")} field="shown_number" value={value.shown_number ?? ""}>
          <ShownNumber value={value.shown_number ?? null} usual={t("outside.shownUsual")} onChange={(digits) => onChange({ ...value, shown_number: digits })} testId="extension-shown" />
        </FormRow>
      )}
    </>
  );
}
