/** The audit log: who did what, when and from where; to read and to take away, never to change. */
import { useQuery } from "@tanstack/react-query";
import { Button, Select, Tag, type TableColumnsType } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { auditApi } from "../api/resources.ts";
import type { AuditEntry } from "../api/types.ts";
import { DownloadOutlined } from "../components/icons.tsx";
import { ListPage } from "../components/list-page.tsx";
import { Long } from "../components/long.tsx";
import { PeriodFilter } from "../components/period-filter.tsx";
import { Time } from "../components/time.tsx";
import { useAddress } from "../components/use-address.ts";
import { useList } from "../components/use-list.ts";
import { usePreferences } from "../store/preferences.ts";

const LISTED = { sort: "-at", filters: ["from", "to", "who", "action", "object"] };

/** What there is to know beside the columns, on one line. */
function detailsText(details: AuditEntry["details"]): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" · ");
}

function ActionFilter() {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const [address, change] = useAddress();
  const { data } = useQuery({ queryKey: ["audit", "actions"], queryFn: auditApi.actions });
  return (
    <Select
      className="audit-action"
      aria-label={t("audit.action")}
      placeholder={t("audit.anyAction")}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      value={address.get("action")}
      options={(data?.actions ?? []).map(({ name, label }) => ({ value: name, label: label[language] }))}
      onChange={(action: string | undefined) => change({ action, page: null })}
      data-testid="audit-action"
    />
  );
}

/** Filters that stand in the address by a click on a cell: whose acts, and what was done to one thing. */
function Chosen() {
  const { t } = useTranslation();
  const [address, change] = useAddress();
  return (["who", "object"] as const).map((name) => {
    const value = address.get(name);
    return value ? (
      <Tag key={name} closable onClose={() => change({ [name]: null, page: null })} data-testid={`chosen-${name}`}>
        {t(`audit.only.${name}`, { value })}
      </Tag>
    ) : null;
  });
}

export default function AuditPage() {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const [, change] = useAddress();
  const list = useList<AuditEntry>("audit", auditApi.list, LISTED);

  const columns = useMemo(
    (): TableColumnsType<AuditEntry> => [
      { key: "at", title: t("audit.at"), sorter: true, render: (_, row) => <Time at={row.at} /> },
      {
        key: "actor",
        title: t("audit.actor"),
        sorter: true,
        render: (_, { actor }) => (
          <>
            {actor.name && <Button size="small" type="link" className="cell-link" onClick={() => change({ who: actor.name, page: null })}>{actor.name}</Button>}
            {actor.kind !== "user" && <Tag>{t(`audit.kind.${actor.kind}`)}</Tag>}
          </>
        ),
      },
      {
        key: "action",
        title: t("audit.action"),
        sorter: true,
        render: (_, row) => (
          <>
            {row.label[language]} {row.result === "refused" && <Tag color="red">{t("audit.refused")}</Tag>}
          </>
        ),
      },
      {
        key: "object",
        title: t("audit.object"),
        render: (_, { object }) =>
          object.name ? (
            <Long text={object.name} room="some">
              <Button size="small" type="link" className="cell-link" onClick={() => change({ object: object.id || object.name, page: null })}>{object.name}</Button>
            </Long>
          ) : (
            "–"
          ),
      },
      { key: "details", title: t("audit.details"), render: (_, row) => <Long text={detailsText(row.details)} room="some" /> },
      { key: "address", title: t("audit.address"), render: (_, row) => row.address || "–" },
    ],
    [change, language, t],
  );
  return (
    <ListPage
      title={t("menu.audit")}
      list={list}
      columns={columns}
      rowKey="id"
      empty={t("audit.empty")}
      filters={
        <>
          <PeriodFilter />
          <ActionFilter />
          <Chosen />
        </>
      }
      actions={
        <Button icon={<DownloadOutlined />} href={auditApi.exportUrl(list.query, language)} download data-testid="audit-export">
          {t("audit.export")}
        </Button>
      }
    />
  );
}
