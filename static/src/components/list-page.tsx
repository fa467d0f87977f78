import { Empty, Input, Table, type TableColumnsType } from "antd";
import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "./problem.tsx";
import { PAGE_SIZE, type List } from "./use-list.ts";

interface ListPageProps<T extends object> {
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

type Searched = Pick<List<never>, "query" | "setQuery">;

/** Asks when typing pauses; follows the address when that asks for something else (Back, a link). */
function SearchBox({ list, title }: { readonly list: Searched; readonly title: string }) {
  const { t } = useTranslation();
  const { setQuery } = list;
  const asked = list.query.q ?? "";
  const [text, setText] = useState(asked);
  const [seen, setSeen] = useState(asked);
  const [ours, setOurs] = useState(asked);
  if (asked !== seen) {
    setSeen(asked);
    setOurs(asked);
    if (asked !== ours) setText(asked);
  }
  const ask = useCallback(
    (q: string) => {
      setOurs(q);
      setQuery({ q }, { replace: true });
    },
    [setQuery],
  );
  useEffect(() => {
    if (text === ours) return;
    const timer = setTimeout(() => ask(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, ours, ask]);
  return (
    <Input.Search
      className="list-search"
      allowClear
      placeholder={t("common.search")}
      aria-label={`${t("common.search")} ${title}`}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onSearch={ask}
      data-testid="list-search"
    />
  );
}

function orderOf(key: string, sort: string | undefined): "ascend" | "descend" | null {
  if (sort === key) return "ascend";
  return sort === `-${key}` ? "descend" : null;
}

/** A list with search, sorting, pages, and words for when it is empty. */
export function ListPage<T extends object>({ title, list, columns, rowKey, empty, actions, filters, above, onOpen }: ListPageProps<T>) {
  const { t } = useTranslation();
  const { query, setQuery } = list;
  const sorted = useMemo(() => columns.map((column) => (column.sorter ? { ...column, sortOrder: orderOf(String(column.key), query.sort) } : column)), [columns, query.sort]);
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
        columns={sorted}
        dataSource={list.items as T[]}
        rowKey={rowKey}
        loading={list.loading ? { delay: 300, description: t("waiting.list") } : false}
        locale={{ emptyText: list.loaded ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words} /> : <span /> }}
        pagination={{
          current: query.page ?? 1,
          pageSize: query.size ?? PAGE_SIZE,
          total: list.total,
          showSizeChanger: true,
          hideOnSinglePage: list.total <= PAGE_SIZE,
          showTotal: (count) => t("common.total", { count }),
        }}
        onChange={(pagination, _, sorter, { action }) => {
          if (action !== "sort") {
            setQuery({ page: pagination.current ?? 1, size: pagination.pageSize ?? PAGE_SIZE });
            return;
          }
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          const key = one?.columnKey === undefined ? undefined : String(one.columnKey);
          const sort = one?.order && key ? `${one.order === "descend" ? "-" : ""}${key}` : "";
          setQuery({ page: pagination.current ?? 1, sort });
        }}
        onRow={(row) => (onOpen ? { onDoubleClick: () => onOpen(row) } : {})}
        scroll={{ x: "max-content" }}
      />
    </main>
  );
}
