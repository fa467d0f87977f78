import { Button, type TableColumnsType } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { groupsApi } from "../api/resources.ts";
import type { Group } from "../api/types.ts";
import { DeleteButton } from "../components/delete-button.tsx";
import { EditOutlined, PlusOutlined } from "../components/icons.tsx";
import { ListPage } from "../components/list-page.tsx";
import { Long } from "../components/long.tsx";
import { useAct } from "../components/use-act.tsx";
import { useList } from "../components/use-list.ts";
import { useMay } from "../store/session.ts";
import { GroupDialog } from "./group-dialog.tsx";

const LISTED = { sort: "name" };

export default function GroupsPage() {
  const { t } = useTranslation();
  const list = useList<Group>("groups", groupsApi.list, LISTED);
  const [editing, setEditing] = useState<Group | "new" | null>(null);
  const act = useAct();
  const may = useMay();
  const columns = useMemo(
    (): TableColumnsType<Group> => [
      { key: "name", title: t("groups.name"), sorter: true, render: (_, row) => <b><Long text={row.name} room="some" /></b> },
      { key: "strategy", title: t("groups.strategy"), sorter: true, render: (_, row) => t(`groups.by.${row.strategy}`) },
      {
        key: "members",
        title: t("groups.members"),
        render: (_, row) => (
          <Long text={row.members.map(({ number, name }) => `${number} ${name}`).join("、") || t("groups.none")} room="much">
            {row.members.length === 0 ? "–" : `${t("groups.size", { count: row.members.length })} · ${row.members.map(({ number }) => number).join(" ")}`}
          </Long>
        ),
      },
      {
        key: "actions",
        fixed: "right",
        width: 100,
        render: (_, row) =>
          may("groups.edit") && (
            <>
              <Button size="small" type="text" icon={<EditOutlined />} title={t("groups.change")} aria-label={t("groups.changeNamed", { name: row.name })} onClick={() => setEditing(row)} />
              <DeleteButton name={row.name} onDelete={() => void act(() => groupsApi.delete(row.id, row.revision), t("common.deleted"))} />
            </>
          ),
      },
    ],
    [act, may, t],
  );
  const edited = editing === "new" ? null : editing;
  return (
    <>
      <ListPage
        title={t("menu.groups")}
        list={list}
        columns={columns}
        rowKey="id"
        empty={t("groups.empty")}
        {...(may("groups.edit") ? { onOpen: setEditing } : {})}
        actions={
          may("groups.edit") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")} data-testid="new-group">
              {t("groups.new")}
            </Button>
          )
        }
      />
      <GroupDialog open={editing !== null} key={editing === "new" ? "new" : (edited?.id ?? "none")} group={edited} onClose={() => setEditing(null)} onDone={() => void changed()} />
    </>
  );
}
