/** What a flow's document has that cannot be drawn, in words. */
import { useTranslation } from "react-i18next";
import type { Fault } from "../model/review.ts";

/** Nobody reads more. */
const SHOWN = 50;

export function FaultList({ faults, help }: { readonly faults: readonly Fault[]; readonly help?: string }) {
  const { t } = useTranslation();
  const more = faults.length - SHOWN;
  return (
    <>
      <ul className="fault-list" data-testid="faults">
        {faults.slice(0, SHOWN).map(({ key, values }, i) => (
          <li key={i}>{t(`import.${key}`, values)}</li>
        ))}
        {more > 0 && <li>{t("import.more", { count: more })}</li>}
      </ul>
      {help && <p className="form-help">{help}</p>}
    </>
  );
}
