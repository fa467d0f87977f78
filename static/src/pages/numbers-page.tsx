import { EditOutlined, HistoryOutlined, PlusOutlined } from "../components/icons.tsx";
import { App, Button, Input, Select, Switch, Tag, type TableColumnsType } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { changed } from "../api/queries.ts";
import { flowsApi, numbersApi } from "../api/resources.ts";
import type { FlowItem, PhoneNumber } from "../api/types.ts";
import { wholeList } from "../api/whole-list.ts";
import { BindingChange, useAskToBind } from "../components/binding-change.tsx";
import { DeleteButton } from "../components/delete-button.tsx";
import { FormDialog, FormRow } from "../components/form-dialog.tsx";
import { Long } from "../components/long.tsx";
import { ListPage } from "../components/list-page.tsx";
import { Problem } from "../components/problem.tsx";
import { Time } from "../components/time.tsx";
import { useAct } from "../components/use-act.tsx";
import { useList } from "../components/use-list.ts";
import { useOffer } from "../components/use-offer.ts";
import { useMay } from "../store/session.ts";
import { HistoryDialog } from "./number-history.tsx";
import { SwitchDialog } from "./switch-dialog.tsx";

function NewNumber({ open, onClose, onDone }: { readonly open: boolean; readonly onClose: () => void; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [number, setNumber] = useState("");
  const create = async () => {
    const made = await numbersApi.create(number.trim());
    if (!made.given) void message.info(t("numbers.askedHelp"), 8);
    setNumber("");
    onClose();
    onDone();
  };
  return (
    <FormDialog open={open} title={t("numbers.new")} okText={t("common.add")} okDisabled={!/\d/.test(number)} onOk={create} onClose={onClose}>
      <FormRow label={t("numbers.number")} help={t("numbers.numberHelp")} field="number" value={number}>
        <Input autoFocus value={number} maxLength={32} onChange={(event) => setNumber(event.target.value)} data-testid="new-number" />
      </FormRow>
    </FormDialog>
  );
}

/** The number, and whether it is still to be given. */
function NumberCell({ number }: { readonly number: PhoneNumber }) {
  const { t } = useTranslation();
  return (
    <>
      <b>{number.display || number.number}</b>
      {!number.given && <Tag className="asked" title={t("numbers.askedHelp")} data-testid={`asked-${number.number}`}>{t("numbers.asked")}</Tag>}
    </>
  );
}

const byName = () => wholeList(flowsApi.list, { sort: "name" });

interface BindDialogProps {
  readonly number: PhoneNumber | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Which flow, in which published version, answers the number. */
function BindDialog({ number, onClose, onDone }: BindDialogProps) {
  const { t } = useTranslation();
  const [flowId, setFlowId] = useState<string | null>(null);
  const [version, setVersion] = useState<number | null>(null);
  const [note, setNote] = useState("");
  const flows = useOffer<FlowItem>(["flows"], number ? byName : null);
  const versions = useOffer(["versions", flowId], flowId ? () => flowsApi.versions(flowId) : null);
  useEffect(() => {
    setFlowId(number?.flow?.id ?? null);
    setVersion(number?.version ?? null);
    setNote("");
  }, [number]);
  const chosen = version ?? versions.items?.[0]?.number ?? null;
  const save = async () => {
    if (!number) return;
    await numbersApi.bind(number.id, { revision: number.revision, flow_id: flowId, version: flowId ? chosen : null, note });
    onClose();
    onDone();
  };
  const unpublished = flowId !== null && versions.items?.length === 0;
  const unknown = flowId !== null && !versions.items;
  const flowName = flows.items?.find((flow) => flow.id === flowId)?.name ?? number?.flow?.name ?? null;
  const changes = number !== null && !unknown && (flowId !== (number.flow?.id ?? null) || (flowId !== null && chosen !== number.version));
  return (
    <FormDialog open={number !== null} title={t("numbers.bindTitle", { number: number?.display ?? "" })} okText={t("common.save")} okDisabled={unpublished || unknown} onOk={save} onClose={onClose}>
      <FormRow label={t("numbers.flow")} field="flow_id" value={flowId}>
        <Select
          className="fill"
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          aria-label={t("numbers.flow")}
          placeholder={t("numbers.noFlow")}
          value={flowId}
          loading={!flows.items && !flows.error}
          options={(flows.items ?? []).map((flow) => ({ value: flow.id, label: flow.name }))}
          data-testid="bind-flow"
          onChange={(next: string | null | undefined) => {
            setFlowId(next ?? null);
            setVersion(null);
          }}
        />
      </FormRow>
      <FormRow label={t("numbers.version")} help={t("numbers.versionHelp")} error={unpublished ? t("numbers.unpublished") : undefined} field="version" value={chosen}>
        <Select
          className="fill"
          aria-label={t("numbers.version")}
          disabled={!flowId || unpublished || unknown}
          loading={unknown && !versions.error}
          value={flowId ? chosen : null}
          options={(versions.items ?? []).map((entry) => ({ value: entry.number, label: `v${entry.number} ${entry.note}` }))}
          data-testid="bind-version"
          onChange={(next: number) => setVersion(next)}
        />
      </FormRow>
      {changes && flowId && (
        <FormRow label={t("numbers.note")} help={t("numbers.noteHelp")} field="note" value={note}>
          <Input value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} data-testid="bind-note" />
        </FormRow>
      )}
      {number && changes && <BindingChange number={number} next={{ flow: flowId ? flowName : null, version: flowId ? chosen : null, enabled: number.enabled }} />}
      <Problem error={flows.error} retry={flows.retry} />
      <Problem error={versions.error} retry={versions.retry} />
    </FormDialog>
  );
}

const LISTED = { sort: "number" };

/** How the day/night switch stands, since when and by whom; opens the dialog that asks. */
function SwitchButton({ number, onOpen }: { readonly number: PhoneNumber; readonly onOpen: (number: PhoneNumber) => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const set = number.switch !== "auto";
  return (
    <>
      <Button size="small" danger={set} disabled={!may("numbers.switch")} aria-label={`${t("switch.title", { number: number.display })}: ${t(`switch.short.${number.switch}`)}`} onClick={() => onOpen(number)} data-testid={`switch-${number.number}`}>
        {t(`switch.short.${number.switch}`)}
      </Button>
      {set && <div className="form-help">{number.switched_by} · <Time at={number.switched_at} /></div>}
    </>
  );
}

export default function NumbersPage() {
  const { t } = useTranslation();
  const list = useList<PhoneNumber>("numbers", numbersApi.list, LISTED);
  const [creating, setCreating] = useState(false);
  const [binding, setBinding] = useState<PhoneNumber | null>(null);
  const [remembered, setRemembered] = useState<PhoneNumber | null>(null);
  const [switching, setSwitching] = useState<PhoneNumber | null>(null);
  const act = useAct();
  const may = useMay();
  const ask = useAskToBind();
  const switchTo = useCallback(
    async (row: PhoneNumber, enabled: boolean) => {
      const { id, revision, flow, version } = row;
      if (!(await ask(row, { flow: flow?.name ?? null, version, enabled }))) return;
      await act(() => numbersApi.bind(id, { revision, flow_id: flow?.id ?? null, version, enabled }));
    },
    [act, ask],
  );
  const columns = useMemo(
    (): TableColumnsType<PhoneNumber> => [
      { key: "number", title: t("numbers.number"), sorter: true, render: (_, row) => <NumberCell number={row} /> },
      { key: "flow", title: t("numbers.flow"), render: (_, row) => (row.flow ? <Long text={row.flow.name} room="much"><Link to={`/flows/${row.flow.id}`}>{row.flow.name}</Link></Long> : <span className="muted">{t("numbers.noFlow")}</span>) },
      { key: "version", title: t("numbers.version"), render: (_, row) => (row.version ? `v${row.version}` : "–") },
      { key: "switch", title: t("switch.name"), render: (_, row) => <SwitchButton number={row} onOpen={setSwitching} /> },
      {
        key: "enabled",
        title: t("numbers.enabled"),
        render: (_, row) => (
          <Switch
            size="small"
            checked={row.given && row.enabled}
            disabled={!row.given || !may("numbers.bind")}
            aria-label={t("numbers.enabledNamed", { number: row.display })}
            onChange={(enabled) => void switchTo(row, enabled)}
          />
        ),
      },
      {
        key: "actions",
        fixed: "right",
        width: 180,
        render: (_, row) => (
          <>
            <Button size="small" icon={<HistoryOutlined />} aria-label={t("history.open", { number: row.display })} title={t("history.open", { number: row.display })} onClick={() => setRemembered(row)} data-testid={`history-${row.number}`} />
            {may("numbers.bind") && (
              <Button size="small" icon={<EditOutlined />} disabled={!row.given} onClick={() => setBinding(row)} data-testid={`bind-${row.number}`}>
                {t("numbers.bind")}
              </Button>
            )}
            {may("numbers.edit") && <DeleteButton name={row.display || row.number} help={t("numbers.deleteHelp")} onDelete={() => void act(() => numbersApi.delete(row.id, row.revision), t("common.deleted"))} />}
          </>
        ),
      },
    ],
    [act, may, switchTo, t],
  );
  return (
    <>
      <ListPage
        title={t("menu.numbers")}
        list={list}
        columns={columns}
        rowKey="id"
        empty={t("numbers.empty")}
        {...(may("numbers.bind") ? { onOpen: (row: PhoneNumber) => row.given && setBinding(row) } : {})}
        actions={
          may("numbers.edit") && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)} data-testid="add-number">
              {t("numbers.new")}
            </Button>
          )
        }
      />
      <NewNumber open={creating} onClose={() => setCreating(false)} onDone={() => void changed()} />
      <HistoryDialog number={remembered} onClose={() => setRemembered(null)} />
      <SwitchDialog number={switching} onClose={() => setSwitching(null)} onDone={() => void changed()} />
      <BindDialog number={binding} onClose={() => setBinding(null)} onDone={() => void changed()} />
    </>
  );
}
