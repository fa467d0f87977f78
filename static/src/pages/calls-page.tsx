import { Button, Drawer, Pagination, Tag, Timeline, type TableColumnsType } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { callsApi } from "../api/resources.ts";
import type { Call, CallDetail, CallLeg, CallStep } from "../api/types.ts";
import { AudioPlayer } from "../components/audio-player.tsx";
import { Long } from "../components/long.tsx";
import { ListPage } from "../components/list-page.tsx";
import { PeriodFilter } from "../components/period-filter.tsx";
import { Problem } from "../components/problem.tsx";
import { Time } from "../components/time.tsx";
import { useAddress } from "../components/use-address.ts";
import { useList } from "../components/use-list.ts";
import { Waiting } from "../components/waiting.tsx";
import { duration, instant } from "../model/format.ts";
import { missesText } from "../model/misses.ts";
import { schemaOf } from "../model/schema.ts";
import { fixedExitLabel } from "../model/exits.ts";
import { written } from "../model/telephone.ts";
import { useCatalog } from "../store/catalog.ts";
import { usePreferences } from "../store/preferences.ts";
import { LiveCalls } from "./live-calls.tsx";

/** A word for a cause or a side; the server's own word where the page knows none. */
function useWord(): (kind: "cause" | "side" | "recording" | "leg" | "legEnd", value: string | null) => string {
  const { t } = useTranslation();
  return useCallback((kind, value) => (value ? t(`call.${kind}.${value}`, { defaultValue: value }) : "–"), [t]);
}

/** How a call ended, and who ended it. Between extensions there is no flow that could have. */
function useEnding(): (call: Call) => string {
  const { t } = useTranslation();
  const word = useWord();
  return useCallback(
    (call) => {
      const missed = call.flow === null && call.ended_by === "flow" && !call.answered_at;
      const by = call.flow === null && call.ended_by === "flow" ? "answerer" : call.ended_by;
      const side = missed ? t("call.direct.missed") : word("side", by);
      const cause = word("cause", call.cause);
      return cause.toLowerCase() === side.toLowerCase() ? cause : `${cause} · ${side}`;
    },
    [t, word],
  );
}

/** The flow that answered and its version. */
function useFlowName(): (call: Call) => string {
  const { t } = useTranslation();
  return useCallback((call) => (call.flow ? `${call.flow.name} v${call.flow.version ?? "–"}` : t("calls.direct")), [t]);
}

/** The exit's name: what the flow called it, else the name that its node type gives it. */
function useExitLabel(): (step: CallStep) => string {
  const language = usePreferences((state) => state.language);
  const schemas = useCatalog((state) => state.schemas);
  useEffect(() => void useCatalog.getState().loadSchemas().catch(() => undefined), []);
  return (step) => step.exit_label || fixedExitLabel(schemaOf(schemas, step.type), step.exit ?? "", language) || (step.exit ?? "");
}

const STEPS_SHOWN = 100;

/** A call's way through the flow; one that went round in circles has many pages of it. */
function Steps({ call }: { readonly call: CallDetail }) {
  const { t } = useTranslation();
  const exitLabel = useExitLabel();
  const [page, turnTo] = useState(1);
  const first = (page - 1) * STEPS_SHOWN;
  const { data, error, refetch } = useQuery({
    queryKey: ["calls", "one", call.id, "steps", page],
    queryFn: () => callsApi.steps(call.id, page, STEPS_SHOWN),
    enabled: page > 1,
  });
  const steps = page === 1 ? call.steps : data?.items;
  const missed = (step: CallStep) => missesText(t, step.no_input, step.no_match);
  const items = steps?.map((step, index) => ({
    key: first + index,
    color: step.exit === null ? "gray" : "blue",
    content: (
      <div data-testid={`step-${first + index}`}>
        <b>{step.label || step.node}</b> {step.exit !== null && <Tag>{exitLabel(step)}</Tag>}
        <div className="muted">
          <Time at={step.at} /> {step.seconds !== null && t("calls.stayed", { time: duration(step.seconds) })}
          {missed(step) && <span> · {missed(step)}</span>}
        </div>
      </div>
    ),
  }));
  return (
    <>
      {error ? <Problem error={error} retry={() => void refetch()} /> : items ? <Timeline items={items} /> : <Waiting what={t("waiting.call")} />}
      {call.steps_total > STEPS_SHOWN && (
        <Pagination className="step-pages" size="small" align="end" current={page} total={call.steps_total} pageSize={STEPS_SHOWN} showSizeChanger={false} onChange={turnTo} />
      )}
    </>
  );
}

/** Who was in the call, one after the other. */
function Legs({ legs }: { readonly legs: readonly CallLeg[] }) {
  const { t } = useTranslation();
  const word = useWord();
  return (
    <>
      <h3>{t("calls.legs")}</h3>
      <ol className="legs" data-testid="call-legs">
        {legs.map((leg) => (
          <li key={leg.number}>
            <b>{written(leg.who)}</b> <Tag>{word("leg", leg.kind)}</Tag>
            <div className="muted">
              <Time at={leg.at} />
              {leg.answered_at && leg.ended_at && <> · {t("calls.talked", { time: duration((instant(leg.ended_at) - instant(leg.answered_at)) / 1000) })}</>}
              {leg.cause && <> · {word("legEnd", leg.cause)}</>}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

function Detail({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const ending = useEnding();
  const flowOf = useFlowName();
  const { data: call, error, refetch } = useQuery({ queryKey: ["calls", "one", id], queryFn: () => callsApi.open(id) });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!call) return <Waiting what={t("waiting.call")} />;
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [t("calls.caller"), written(call.caller)],
    [t("calls.called"), written(call.called)],
    [t("calls.started"), <Time key="s" at={call.started_at} />],
    [t("calls.answered"), call.answered_at ? <Time key="a" at={call.answered_at} /> : t("calls.notAnswered")],
    [t("calls.length"), duration(call.seconds)],
    [t("calls.answeredBy"), written(call.answered_by ?? "–")],
    [t("calls.cause"), ending(call)],
    [t("numbers.flow"), flowOf(call)],
  ];
  return (
    <div data-testid="call-detail">
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {call.recordings.length > 0 && <h3>{t("calls.recordings")}</h3>}
      {call.recordings.map((recording) => (
        <div key={recording.id} className="recording">
          <span className="recording-kind">{word("recording", recording.kind)}</span>
          <AudioPlayer name={word("recording", recording.kind)} source={callsApi.recordingUrl(recording.id)} seconds={recording.seconds} />
          <a href={callsApi.recordingUrl(recording.id)} download>{t("calls.download")}</a>
        </div>
      ))}
      {call.legs.length > 1 && <Legs legs={call.legs} />}
      <h3>{t("calls.steps")}</h3>
      <Steps call={call} />
    </div>
  );
}

const LISTED = { sort: "-started_at", filters: ["from", "to"] };

export default function CallsPage() {
  const { t } = useTranslation();
  const ending = useEnding();
  const flowOf = useFlowName();
  const [address, change] = useAddress();
  const opened = address.get("call");
  const list = useList<Call>("calls", callsApi.list, LISTED);

  const columns = useMemo(
    (): TableColumnsType<Call> => [
      { key: "started_at", title: t("calls.started"), sorter: true, render: (_, row) => <Time at={row.started_at} /> },
      { key: "caller", title: t("calls.caller"), sorter: true, render: (_, row) => <Long text={written(row.caller)}><b>{written(row.caller)}</b></Long> },
      { key: "called", title: t("calls.called"), render: (_, row) => <Long text={written(row.called)} /> },
      { key: "flow", title: t("numbers.flow"), render: (_, row) => <Long text={flowOf(row)} /> },
      { key: "answered_by", title: t("calls.answeredBy"), render: (_, row) => <Long text={written(row.answered_by ?? "–")} /> },
      { key: "seconds", title: t("calls.length"), align: "right", render: (_, row) => duration(row.seconds) },
      { key: "cause", title: t("calls.cause"), render: (_, row) => ending(row) },
      { key: "actions", fixed: "right", width: 90, render: (_, row) => <Button size="small" onClick={() => change({ call: row.id })} data-testid={`open-call-${row.id}`}>{t("common.details")}</Button> },
    ],
    [t, ending, flowOf, change],
  );
  return (
    <>
      <ListPage
        title={t("menu.calls")}
        list={list}
        columns={columns}
        rowKey="id"
        empty={t("calls.empty")}
        onOpen={(row) => change({ call: row.id })}
        above={<LiveCalls />}
        filters={<PeriodFilter />}
      />
      <Drawer open={opened !== null} title={t("calls.detail")} size={520} onClose={() => change({ call: null })}>
        {opened && <Detail key={opened} id={opened} />}
      </Drawer>
    </>
  );
}
