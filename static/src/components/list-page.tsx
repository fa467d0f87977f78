import { Empty, Input, Table, type TableColumnsType } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "./problem.tsx";
import type { List } from "./use-list.ts";

interface ListPageProps<T> {
  readonly title: string;
  readonly list: List<T>;
  readonly columns: TableColumnsType<T>;
  readonly rowKey: keyof T & string;
  /** What to do first, when there is nothing at all. */
  readonly empty: string;
  readonly actions?: ReactNode;
  readonly filters?: ReactNode;
  readonly above?: ReactNode;
  readonly onOpen?: (row: T) => void;
}

const TYPING_MS = 250;

function SearchBox({ list, title }: { readonly list: { query: { q?: string | undefined }; setQuery: (change: { q: string }) => void }; readonly title: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState(list.query.q ?? "");
  const { setQuery } = list;
  const asked = list.query.q ?? "";
  useEffect(() => {
    if (text === asked) return;
    const timer = setTimeout(() => setQuery({ q: text }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, asked, setQuery]);
  return (
    <Input.Search
      className="list-search"
      allowClear
      placeholder={t("common.search")}
      aria-label={`${t("common.search")} ${title}`}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onSearch={(value) => setQuery({ q: value })}
      data-testid="list-search"
    />
  );
}

/** A list with search, sorting, pages, and words for when it is empty. */
export function ListPage<T extends object>({ title, list, columns, rowKey, empty, actions, filters, above, onOpen }: ListPageProps<T>) {
  const { t } = useTranslation();
  const { query, setQuery } = list;
  const words = query.q ? t("common.nothingFound", { q: query.q }) : empty;
  return (
    <main className="page">
      <header className="page-head">
        <h1>{title}</h1>
        <SearchBox list={list} title={title} />
        {filters}
        <span className="grow" />
        {actions}
      </header>
      {above}
      <Problem error={list.error} retry={list.reload} />
      <Table<T>
        size="middle"
        columns={columns}
        dataSource={list.items as T[]}
        rowKey={rowKey}
        loading={list.loading && list.loaded ? { delay: 300, description: t("waiting.list") } : false}
        locale={{ emptyText: list.loaded ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words} /> : <span /> }}
        pagination={{
          current: query.page ?? 1,
          pageSize: query.size ?? 20,
          total: list.total,
          showSizeChanger: true,
          hideOnSinglePage: list.total <= 20,
          showTotal: (n) => t("common.total", { n }),
        }}
        onChange={(pagination, _, sorter) => {
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          const key = one?.columnKey === undefined ? undefined : String(one.columnKey);
          const sort = one?.order && key ? `${one.order === "descend" ? "-" : ""}${key}` : undefined;
          setQuery({ page: pagination.current ?? 1, size: pagination.pageSize ?? 20, sort: sort ?? (one?.order ? query.sort : undefined) });
        }}
        onRow={(row) => (onOpen ? { onDoubleClick: () => onOpen(row) } : {})}
        scroll={{ x: "max-content" }}
      />
    </main>
  );
}
