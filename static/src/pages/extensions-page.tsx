import { EditOutlined, KeyOutlined, PlusOutlined } from "../components/icons.tsx";
import { Alert, Badge, Button, Input, Modal, Popconfirm, Typography, type TableColumnsType } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { extensionsApi, systemApi } from "../api/resources.ts";
import type { Extension } from "../api/types.ts";
import { DeleteButton } from "../components/delete-button.tsx";
import { FormDialog, FormRow } from "../components/form-dialog.tsx";
import { ListPage } from "../components/list-page.tsx";
import { useAct } from "../components/use-act.ts";
import { useList } from "../components/use-list.ts";
import { useLive } from "../store/live.ts";

interface EditDialogProps {
  readonly open: boolean;
  readonly extension: Extension | null;
  readonly onClose: () => void;
  readonly onDone: (created: Extension | null) => void;
}

function EditDialog({ open, extension, onClose, onDone }: EditDialogProps) {
  const { t } = useTranslation();
  const [number, setNumber] = useState("");
  const [name, setName] = useState("");
  useEffect(() => {
    if (!extension) return;
    setNumber(extension.number);
    setName(extension.name);
  }, [extension]);
  const save = async () => {
    const body = { number: number.trim(), name: name.trim() };
    const saved = extension ? await extensionsApi.change(extension.id, { revision: extension.revision, ...body }) : await extensionsApi.create(body.number, body.name);
    setNumber("");
    setName("");
    onClose();
    onDone(saved.secret ? saved : null);
  };
  return (
    <FormDialog open={open} title={t(extension ? "extensions.change" : "extensions.new")} okText={t("common.save")} okDisabled={!/^\d{1,6}$/.test(number.trim())} onOk={save} onClose={onClose}>
      <FormRow label={t("extensions.number")} help={t("extensions.numberHelp")}>
        <Input autoFocus value={number} maxLength={6} inputMode="numeric" onChange={(event) => setNumber(event.target.value)} data-testid="extension-number" />
      </FormRow>
      <FormRow label={t("extensions.name")}>
        <Input value={name} maxLength={40} onChange={(event) => setName(event.target.value)} data-testid="extension-name" />
      </FormRow>
    </FormDialog>
  );
}

/** The one time that the secret can be read. */
function SecretDialog({ extension, onClose }: { readonly extension: Extension | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [addresses, setAddresses] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!extension) return;
    systemApi
      .status()
      .then((status) => setAddresses(status.sip.addresses))
      .catch(() => undefined);
  }, [extension]);
  return (
    <Modal
      open={extension !== null}
      title={t("extensions.secretTitle", { number: extension?.number ?? "" })}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={<Button type="primary" onClick={onClose} data-testid="secret-close">{t("extensions.secretNoted")}</Button>}
    >
      <Alert type="warning" showIcon title={t("extensions.secretOnce")} />
      <dl className="facts">
        <dt>{t("extensions.user")}</dt>
        <dd><Typography.Text copyable>{extension?.number ?? ""}</Typography.Text></dd>
        <dt>{t("extensions.secret")}</dt>
        <dd><Typography.Text copyable code data-testid="secret">{extension?.secret ?? ""}</Typography.Text></dd>
        <dt>{t("extensions.server")}</dt>
        <dd>{addresses.join("、") || "–"}</dd>
      </dl>
    </Modal>
  );
}

function Online({ extension }: { readonly extension: Extension }) {
  const { t } = useTranslation();
  const live = useLive((state) => state.online[extension.number]);
  const online = live ?? extension.online;
  return <Badge status={online ? "success" : "default"} text={t(online ? "extensions.online" : "extensions.offline")} data-testid={`online-${extension.number}`} />;
}

export default function ExtensionsPage() {
  const { t } = useTranslation();
  const list = useList<Extension>(extensionsApi.list, "number");
  const [editing, setEditing] = useState<Extension | "new" | null>(null);
  const [secret, setSecret] = useState<Extension | null>(null);
  const act = useAct(list.reload);
  const renew = useCallback((row: Extension) => act(async () => setSecret(await extensionsApi.newSecret(row.id, row.revision))), [act]);
  const columns = useMemo(
    (): TableColumnsType<Extension> => [
      { key: "number", title: t("extensions.number"), sorter: true, render: (_, row) => <b>{row.number}</b> },
      { key: "name", title: t("extensions.name"), sorter: true, dataIndex: "name" },
      { key: "online", title: t("extensions.state"), render: (_, row) => <Online extension={row} /> },
      { key: "contacts", title: t("extensions.phones"), render: (_, row) => row.contacts.length || "–" },
      {
        key: "actions",
        width: 140,
        render: (_, row) => (
          <>
            <Button size="small" type="text" icon={<EditOutlined />} title={t("extensions.change")} aria-label={t("extensions.changeNamed", { number: row.number })} onClick={() => setEditing(row)} />
            <Popconfirm title={t("extensions.renewAsk")} okText={t("extensions.renew")} cancelText={t("common.cancel")} onConfirm={() => void renew(row)}>
              <Button size="small" type="text" icon={<KeyOutlined />} title={t("extensions.renew")} aria-label={t("extensions.renewNamed", { number: row.number })} />
            </Popconfirm>
            <DeleteButton name={`${row.number} ${row.name}`} onDelete={() => void act(() => extensionsApi.delete(row.id, row.revision), t("common.deleted"))} />
          </>
        ),
      },
    ],
    [act, renew, t],
  );
  return (
    <>
      <ListPage
        title={t("menu.extensions")}
        list={list}
        columns={columns}
        rowKey="id"
        empty={t("extensions.empty")}
        onOpen={setEditing}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")} data-testid="new-extension">
            {t("extensions.new")}
          </Button>
        }
      />
      <EditDialog
        open={editing !== null}
        extension={editing === "new" ? null : editing}
        onClose={() => setEditing(null)}
        onDone={(created) => {
          setSecret(created);
          list.reload();
        }}
      />
      <SecretDialog extension={secret} onClose={() => setSecret(null)} />
    </>
  );
}
