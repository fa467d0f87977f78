/** What has answered a number, and the way back to what answered it before. */
import { useQuery } from "@tanstack/react-query";
import { App, Button, Modal, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changed } from "../api/queries.ts";
import { numbersApi } from "../api/resources.ts";
import type { PhoneNumber, Release } from "../api/types.ts";
import { useAskToBind } from "../components/binding-change.tsx";
import { Long } from "../components/long.tsx";
import { messageOf, Problem } from "../components/problem.tsx";
import { Time } from "../components/time.tsx";
import { useMay } from "../store/session.ts";

const AT_FIRST = 10;
const MOST = 500;

function Line({ release }: { readonly release: Release }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row"><Long text={`${release.flow.name} v${release.version}`} /></th>
      <td>{release.rolled_back && <Tag>{t("history.rolledBack")}</Tag>}</td>
      <td className="grow">{release.note}</td>
      <td>{release.released_by}</td>
      <td><Time at={release.released_at} /></td>
    </tr>
  );
}

interface WayBackProps {
  readonly number: PhoneNumber;
  readonly release: Release | null;
  readonly onDone: () => void;
}

/** Asks as binding does, for callers are answered otherwise. */
function WayBack({ number, release, onDone }: WayBackProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const ask = useAskToBind();
  if (!release) return <p className="form-help">{t("history.noWayBack")}</p>;
  const { flow, version } = release;
  const rollBack = async () => {
    if (!(await ask(number, { flow: flow.name, version, enabled: number.enabled }))) return;
    try {
      await numbersApi.rollBack(number.id, number.revision);
      void message.success(t("history.done", { number: number.display, flow: flow.name, n: version }));
      onDone();
    } catch (error) {
      void message.error(messageOf(error), 8);
    }
    void changed();
  };
  return (
    <Button danger data-testid="roll-back" onClick={() => void rollBack()}>
      {t("history.rollBack", { flow: flow.name, n: version })}
    </Button>
  );
}

export function History({ number, onDone }: { readonly number: PhoneNumber; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const [size, setSize] = useState(AT_FIRST);
  const { data, error, refetch } = useQuery({
    queryKey: ["numbers", "releases", number.id, size],
    queryFn: () => numbersApi.releases(number.id, { size }),
  });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <p className="form-help">…</p>;
  if (data.total === 0) return <p className="form-help">{t("history.empty")}</p>;
  const older = size < MOST ? data.total - data.items.length : 0;
  return (
    <>
      <table className="releases" data-testid="history">
        <tbody>{data.items.map((release) => <Line key={release.id} release={release} />)}</tbody>
      </table>
      {older > 0 && <Button type="link" onClick={() => setSize(MOST)}>{t("history.older", { count: older })}</Button>}
      {may("numbers.bind") && <WayBack number={number} release={data.way_back} onDone={onDone} />}
    </>
  );
}

export function HistoryDialog({ number, onClose }: { readonly number: PhoneNumber | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open={number !== null} title={t("history.title", { number: number?.display ?? "" })} footer={null} width={720} onCancel={onClose} destroyOnHidden>
      {number && <History key={number.id} number={number} onDone={onClose} />}
    </Modal>
  );
}
