import { EditOutlined, LockOutlined, PlusOutlined } from "../components/icons.tsx";
import { Badge, Button, Popconfirm, type TableColumnsType } from "antd";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { extensionsApi } from "../api/resources.ts";
import type { Extension, ExtensionWithSecret } from "../api/types.ts";
import { DeleteButton } from "../components/delete-button.tsx";
import { Long } from "../components/long.tsx";
import { ListPage } from "../components/list-page.tsx";
import { SecretDialog } from "../components/secret-dialog.tsx";
import { useAct } from "../components/use-act.tsx";
import { useList } from "../components/use-list.ts";
import { contactAddress } from "../model/sip-address.ts";
import { useLive } from "../store/live.ts";
import { useMay } from "../store/session.ts";
import { ExtensionDialog } from "./extension-dialog.tsx";

function Online({ extension }: { readonly extension: Extension }) {
  const { t } = useTranslation();
  const live = useLive((state) => state.online[extension.number]);
  const online = live ?? extension.online;
  return <Badge status={online ? "success" : "default"} text={t(online ? "extensions.online" : "extensions.offline")} data-testid={`online-${extension.number}`} />;
}

/** Where the extension is registered; the whole contact comes under the pointer. */
function Telephones({ extension: { number, contacts } }: { readonly extension: Extension }) {
  return (
    <div data-testid={`telephones-${number}`}>
      {contacts.length === 0 && "–"}
      {contacts.map((contact) => (
        <span key={contact} className="long some" title={contact}>
          {contactAddress(contact)}
        </span>
      ))}
    </div>
  );
}

const LISTED = { sort: "number" };

export default function ExtensionsPage() {
  const { t } = useTranslation();
  const list = useList<Extension>("extensions", extensionsApi.list, LISTED);
  const [editing, setEditing] = useState<Extension | "new" | null>(null);
  const [secret, setSecret] = useState<ExtensionWithSecret | null>(null);
  const act = useAct();
  const may = useMay();
  const renew = useCallback((row: Extension) => act(async () => setSecret(await extensionsApi.newSecret(row.id, row.revision))), [act]);
  const columns = useMemo(
    (): TableColumnsType<Extension> => [
      { key: "number", title: t("extensions.number"), sorter: true, render: (_, row) => <b>{row.number}</b> },
      { key: "name", title: t("extensions.name"), sorter: true, render: (_, row) => <Long text={row.name} room="much" /> },
      { key: "online", title: t("extensions.state"), render: (_, row) => <Online extension={row} /> },
      { key: "contacts", title: t("extensions.phones"), render: (_, row) => <Telephones extension={row} /> },
      {
        key: "actions",
        fixed: "right",
        width: 140,
        render: (_, row) => (
          <>
            {may("extensions.edit") && <Button size="small" type="text" icon={<EditOutlined />} title={t("extensions.change")} aria-label={t("extensions.changeNamed", { number: row.number })} onClick={() => setEditing(row)} />}
            {may("extensions.edit") && <Popconfirm title={t("extensions.renewAsk")} okText={t("extensions.renew")} cancelText={t("common.cancel")} onConfirm={() => void renew(row)}>
              <Button size="small" type="text" icon={<LockOutlined />} title={t("extensions.renew")} aria-label={t("extensions.renewNamed", { number: row.number })} />
            </Popconfirm>}
            {may("extensions.edit") && <DeleteButton name={`${row.number} ${row.name}`} onDelete={() => void act(() => extensionsApi.delete(row.id, row.revision), t("common.deleted"))} />}
          </>
        ),
      },
    ],
    [act, may, renew, t],
  );
  const edited = editing === "new" ? null : editing;
  return (
    <>
      <ListPage
        title={t("menu.extensions")}
        list={list}
        columns={columns}
        rowKey="id"
        empty={t("extensions.empty")}
        {...(may("extensions.edit") ? { onOpen: setEditing } : {})}
        actions={
          may("extensions.edit") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")} data-testid="new-extension">
              {t("extensions.new")}
            </Button>
          )
        }
      />
      <ExtensionDialog
        open={editing !== null}
        key={edited?.id ?? "new"}
        extension={edited}
        onClose={() => setEditing(null)}
        onDone={(created) => {
          setSecret(created);
          void changed();
        }}
      />
      <SecretDialog extension={secret} onClose={() => setSecret(null)} />
    </>
  );
}
