import { Modal } from "antd";
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { refusalOf, type Refusal } from "../api/refusal.ts";
import { usePreferences } from "../store/preferences.ts";
import { Problem } from "./problem.tsx";

const OK_ID: { readonly [name: `data-${string}`]: string } = { "data-testid": "dialog-ok" };

interface Form {
  /** What the server said about each field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly show: (field: string, label: string) => () => void;
  readonly changed: (field: string) => void;
}

const NOTHING: Refusal = { fields: {}, rest: null };
const FormContext = createContext<Form>({ fields: {}, show: () => () => undefined, changed: () => undefined });

/** The error, shared out among the rows; what is said about a row goes when the row changes, the rest with any change. */
function useRefusal() {
  const language = usePreferences((state) => state.language);
  const labels = useRef(new Map<string, string>());
  const [refusal, setRefusal] = useState<Refusal>(NOTHING);
  const [mended, setMended] = useState<readonly string[]>([]);
  const form = useMemo((): Form => {
    const fields = Object.fromEntries(Object.entries(refusal.fields).filter(([field]) => !mended.includes(field)));
    return {
      fields,
      show: (field, label) => {
        labels.current.set(field, label);
        return () => void labels.current.delete(field);
      },
      changed: (field) => setMended((old) => (old.includes(field) ? old : [...old, field])),
    };
  }, [refusal, mended]);
  const refuse = (failure: unknown) => {
    setMended([]);
    setRefusal(failure ? refusalOf(failure, Object.fromEntries(labels.current), language) : NOTHING);
  };
  return { form, rest: mended.length > 0 ? null : refusal.rest, refuse };
}

interface FormDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly okText: string;
  readonly okDisabled?: boolean;
  readonly width?: number;
  /** Does the work; the dialog stays open, with what was typed, when it fails. */
  readonly onOk: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog whose inputs live in the page, so that neither a failure nor closing it loses a word. */
export function FormDialog({ open, title, okText, okDisabled = false, width = 480, onOk, onClose, children }: FormDialogProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const { form, rest, refuse } = useRefusal();

  const submit = async () => {
    if (okDisabled || busy) return;
    setBusy(true);
    refuse(null);
    try {
      await onOk();
    } catch (failure) {
      refuse(failure);
    } finally {
      setBusy(false);
    }
  };
  const close = () => {
    refuse(null);
    onClose();
  };

  return (
    <Modal
      open={open}
      title={title}
      okText={okText}
      cancelText={t("common.cancel")}
      okButtonProps={{ disabled: okDisabled, ...OK_ID }}
      confirmLoading={busy}
      mask={{ closable: false }}
      width={width}
      onOk={() => void submit()}
      onCancel={close}
    >
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <FormContext value={form}>{children}</FormContext>
        <button type="submit" hidden />
      </form>
      <Problem error={rest} />
    </Modal>
  );
}

interface RowProps {
  readonly label: string;
  readonly help?: string;
  /** What the page itself finds wrong with what stands here. */
  readonly error?: string | undefined;
  /** The name of this field in the request, and what stands in it: an error of the server stands here until that changes. */
  readonly field?: string;
  readonly value?: string | number | null;
  readonly children: ReactNode;
}

/** A labelled line of a dialog, with what is wrong with it. */
export function FormRow({ label, help, error, field = "", value, children }: RowProps) {
  const { fields, show, changed } = useContext(FormContext);
  const before = useRef(value);
  useEffect(() => (field ? show(field, label) : undefined), [field, label, show]);
  useEffect(() => {
    if (before.current !== value) changed(field);
    before.current = value;
  }, [value, field, changed]);
  const wrong = error || (field && fields[field]);
  return (
    <label className={`form-row ${wrong ? "wrong" : ""}`}>
      <span className="form-label">{label}</span>
      {children}
      {wrong ? <span className="form-error" role="alert">{wrong}</span> : help && <span className="form-help">{help}</span>}
    </label>
  );
}
