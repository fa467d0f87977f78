import { DeleteOutlined } from "./icons.tsx";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";

interface DeleteButtonProps {
  readonly name: string;
  /** What goes with it, when that is not obvious. */
  readonly help?: string;
  readonly onDelete: () => void;
}

export function DeleteButton({ name, help, onDelete }: DeleteButtonProps) {
  const { t } = useTranslation();
  return (
    <Popconfirm
      title={t("common.deleteAsk", { name })}
      description={help}
      okText={t("common.delete")}
      okButtonProps={{ danger: true }}
      cancelText={t("common.cancel")}
      onConfirm={onDelete}
    >
      <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t("common.deleteNamed", { name })} title={t("common.delete")} />
    </Popconfirm>
  );
}
