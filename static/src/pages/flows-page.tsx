import { DownloadOutlined, ImportOutlined, PlusOutlined } from "../components/icons.tsx";
import { App, Button, Input, type TableColumnsType } from "antd";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { flowsApi } from "../api/resources.ts";
import type { FlowItem } from "../api/types.ts";
import { DeleteButton } from "../components/delete-button.tsx";
import { FaultList } from "../components/fault-list.tsx";
import { FormDialog, FormRow } from "../components/form-dialog.tsx";
import { Long } from "../components/long.tsx";
import { ListPage } from "../components/list-page.tsx";
import { messageOf } from "../components/problem.tsx";
import { Time } from "../components/time.tsx";
import { Notices } from "../components/notices.tsx";
import { useAct } from "../components/use-act.tsx";
import { useList } from "../components/use-list.ts";
import { looksLikeFlow, type FlowDocument } from "../model/document.ts";
import { review } from "../model/review.ts";
import { written } from "../model/telephone.ts";
import { useCatalog } from "../store/catalog.ts";
import { useMay } from "../store/session.ts";

function NewFlow({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const create = async () => {
    const flow = await flowsApi.create(name.trim());
    setName("");
    onClose();
    await navigate(`/flows/${flow.id}`);
  };
  return (
    <FormDialog open={open} title={t("flows.new")} okText={t("flows.create")} okDisabled={!name.trim()} onOk={create} onClose={onClose}>
      <FormRow label={t("flows.name")} help={t("flows.nameHelp")} field="name" value={name}>
        <Input autoFocus value={name} maxLength={100} onChange={(event) => setName(event.target.value)} data-testid="new-flow-name" />
      </FormRow>
    </FormDialog>
  );
}

const MEND_ID: { readonly [name: `data-${string}`]: string } = { "data-testid": "import-mend" };

function ImportButton({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  /** The document as it can be drawn, once the person has seen what that changes; null when it cannot be or shall not. */
  const agreed = async (document: FlowDocument): Promise<FlowDocument | null> => {
    const { loadSchemas } = useCatalog.getState();
    await loadSchemas();
    const found = review(document, new Set(Object.keys(useCatalog.getState().schemas)));
    if (found.faults.length === 0) return document;
    if (found.document === null) {
      modal.error({ title: t("import.refused"), content: <FaultList faults={found.faults} />, okText: t("common.close"), width: 560 });
      return null;
    }
    const content = <FaultList faults={found.faults} help={t("import.help")} />;
    const yes = await modal.confirm({ title: t("import.title"), content, okText: t("import.mend"), cancelText: t("common.cancel"), okButtonProps: MEND_ID, width: 560 });
    return yes ? found.document : null;
  };
  const read = async (file: File | undefined) => {
    if (!file) return;
    try {
      let document: unknown;
      try {
        document = JSON.parse(await file.text());
      } catch {
        throw new Error(t("flows.notJson", { name: file.name }));
      }
      if (!looksLikeFlow(document)) throw new Error(t("flows.notFlow", { name: file.name }));
      const drawable = await agreed(document);
      if (!drawable) return;
      const flow = await flowsApi.import(drawable);
      void message.success(t("flows.imported", { name: flow.name }));
      await navigate(`/flows/${flow.id}`);
    } catch (error) {
      void message.error(messageOf(error), 8);
      onDone();
    } finally {
      if (input.current) input.current.value = "";
    }
  };
  return (
    <>
      <Button icon={<ImportOutlined />} onClick={() => input.current?.click()} data-testid="import">
        {t("flows.import")}
      </Button>
      <input ref={input} type="file" hidden accept=".json,application/json" data-testid="import-file" onChange={(event) => void read(event.target.files?.[0])} />
    </>
  );
}

function Numbers({ flow }: { readonly flow: FlowItem }) {
  const { t } = useTranslation();
  if (flow.numbers.length === 0) return <span className="muted">{t("flows.noNumber")}</span>;
  const text = flow.numbers.map((bound) => `${written(bound.number)} · v${bound.version ?? "–"}`).join(t("common.listComma"));
  return <Long text={text} room="some" />;
}

const LISTED = { sort: "-updated_at" };

export default function FlowsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = useList<FlowItem>("flows", flowsApi.list, LISTED);
  const [creating, setCreating] = useState(false);
  const act = useAct();
  const may = useMay();
  const columns = useMemo(
    (): TableColumnsType<FlowItem> => [
      { key: "name", title: t("flows.name"), sorter: true, render: (_, flow) => <Long text={flow.name} room="much"><Link to={`/flows/${flow.id}`} data-testid={`flow-${flow.id}`}>{flow.name}</Link></Long> },
      { key: "latest_version", title: t("flows.version"), render: (_, flow) => (flow.latest_version ? `v${flow.latest_version}` : <span className="muted">{t("flows.draftOnly")}</span>) },
      { key: "numbers", title: t("menu.numbers"), render: (_, flow) => <Numbers flow={flow} /> },
      { key: "updated_at", title: t("common.updated"), sorter: true, render: (_, flow) => <Time at={flow.updated_at} /> },
      { key: "updated_by", title: t("common.by"), render: (_, flow) => <Long text={flow.updated_by ?? "–"} /> },
      {
        key: "actions",
        fixed: "right",
        width: 96,
        render: (_, flow) => (
          <>
            <Button size="small" type="text" icon={<DownloadOutlined />} href={flowsApi.exportUrl(flow.id)} download aria-label={t("flows.exportNamed", { name: flow.name })} title={t("flows.export")} />
            {may("flows.edit") && <DeleteButton name={flow.name} help={t("flows.deleteHelp")} onDelete={() => void act(() => flowsApi.delete(flow.id, flow.revision), t("common.deleted"))} />}
          </>
        ),
      },
    ],
    [act, may, t],
  );
  return (
    <>
      <ListPage
        title={t("menu.flows")}
        list={list}
        columns={columns}
        rowKey="id"
        empty={t("flows.empty")}
        above={<Notices />}
        onOpen={(flow) => void navigate(`/flows/${flow.id}`)}
        actions={
          <>
            {may("flows.edit") && <ImportButton onDone={list.reload} />}
            {may("flows.edit") && (
              <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)} data-testid="new-flow">
                {t("flows.new")}
              </Button>
            )}
          </>
        }
      />
      <NewFlow open={creating} onClose={() => setCreating(false)} />
    </>
  );
}
