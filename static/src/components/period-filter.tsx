import { DatePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { useAddress } from "./use-address.ts";

const DAY = "YYYY-MM-DD";

/** A day out of the address. */
function dayIn(text: string | null): Dayjs | null {
  const day = text === null ? null : dayjs(text);
  return day?.isValid() ? day : null;
}

/** From which day to which a list shows what it shows: `from` and `to` of the address. */
export function PeriodFilter() {
  const { t } = useTranslation();
  const [address, change] = useAddress();
  return (
    <DatePicker.RangePicker
      aria-label={t("calls.period")}
      value={[dayIn(address.get("from")), dayIn(address.get("to"))]}
      allowEmpty
      presets={[
        { label: t("calls.today"), value: [dayjs(), dayjs()] },
        { label: t("calls.week"), value: [dayjs().subtract(6, "day"), dayjs()] },
      ]}
      onChange={(next) => change({ from: next?.[0]?.format(DAY), to: next?.[1]?.format(DAY), page: null })}
    />
  );
}
