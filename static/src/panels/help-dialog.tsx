import { Modal } from "antd";
import { useTranslation } from "react-i18next";

const KEYS: readonly (readonly [string, string])[] = [
  ["Ctrl+S", "save"],
  ["Ctrl+Z / Ctrl+Y", "undo"],
  ["Ctrl+C / Ctrl+X / Ctrl+V", "copy"],
  ["Ctrl+D", "duplicate"],
  ["Ctrl+A", "all"],
  ["Del", "delete"],
  ["Ctrl+F", "search"],
  ["L", "layout"],
  ["F", "fit"],
  ["← ↑ → ↓", "move"],
  ["Enter", "inspector"],
  ["Tab", "tab"],
  ["Esc", "escape"],
  ["?", "help"],
];

export function HelpDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={open} title={t("help.title")} footer={null} onCancel={onClose} width={460}>
      <table className="keys" data-testid="help">
        <tbody>
          {KEYS.map(([key, what]) => (
            <tr key={what}>
              <td>
                <kbd>{key}</kbd>
              </td>
              <td>{t(`help.${what}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="form-help">{t("help.mouse")}</p>
    </Modal>
  );
}
