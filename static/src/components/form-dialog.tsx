import { Modal } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "./problem.tsx";

const OK_ID: { readonly [name: `data-${string}`]: string } = { "data-testid": "dialog-ok" };

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
  const [error, setError] = useState<unknown>(null);

  const submit = async () => {
    if (okDisabled || busy) return;
    setBusy(true);
    setError(null);
    try {
      await onOk();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const close = () => {
    setError(null);
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
        {children}
        <button type="submit" hidden />
      </form>
      <Problem error={error} />
    </Modal>
  );
}

interface RowProps {
  readonly label: string;
  readonly help?: string;
  readonly children: ReactNode;
}

/** A labelled line of a dialog. */
export function FormRow({ label, help, children }: RowProps) {
  return (
    <label className="form-row">
      <span className="form-label">{label}</span>
      {children}
      {help && <span className="form-help">{help}</span>}
    </label>
  );
}
