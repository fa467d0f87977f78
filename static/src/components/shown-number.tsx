/** Which of the company's numbers calls outside show; 400 numbers are none of them, for they only take calls. */
import { Select } from "antd";
import { useCalling } from "./use-calling.ts";

interface ShownNumberProps {
  readonly value: string | null;
  /** What stands where none is chosen. */
  readonly usual: string;
  readonly disabled?: boolean;
  readonly onChange: (digits: string | null) => void;
  readonly testId: string;
}

export function ShownNumber({ value, usual, disabled = false, onChange, testId }: ShownNumberProps) {
  const { calling } = useCalling();
  const numbers = calling?.numbers ?? [];
  const gone = value !== null && !numbers.some((number) => number.digits === value) ? [{ value, label: value }] : [];
  const options = [{ value: "", label: usual }, ...numbers.map((number) => ({ value: number.digits, label: number.display })), ...gone];
  return <Select value={value ?? ""} disabled={disabled} options={options} onChange={(digits) => onChange(digits || null)} data-testid={testId} />;
}
