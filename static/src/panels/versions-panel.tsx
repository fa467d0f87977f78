/** Published versions: look at one, let a number use it. */
import { App, Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { changed } from "../api/queries.ts";
import { flowsApi, numbersApi } from "../api/resources.ts";
import type { PhoneNumber, Version } from "../api/types.ts";
import { useAskToBind } from "../components/binding-change.tsx";
import { DeleteButton } from "../components/delete-button.tsx";
import { messageOf, Problem } from "../components/problem.tsx";
import { useOffer } from "../components/use-offer.ts";
import { moment } from "../model/format.ts";
import { useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";
import { useMay, useTimeZone } from "../store/session.ts";
import { useNumbers } from "./use-numbers.ts";

const POPUP_WIDTH = 400;
const AT_FIRST = 50;

interface BindProps {
  readonly flowId: string;
  readonly version: number;
  readonly numbers: readonly PhoneNumber[];
}

/** Pick a number that shall be answered by this version. */
export function BindNumber({ flowId, version, numbers }: BindProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const flowName = useEditor((state) => state.flow?.name ?? "");
  const ask = useAskToBind();
  const bind = async (id: string) => {
    const number = numbers.find((candidate) => candidate.id === id);
    if (!number || !(await ask(number, { flow: flowName, version, enabled: number.enabled }))) return;
    try {
      await numbersApi.bind(id, { revision: number.revision, flow_id: flowId, version });
      void message.success(t("versions.bound", { number: number.display || number.number, n: version }));
    } catch (error) {
      void message.error(messageOf(error), 8);
    }
    void changed();
  };
  const options = numbers.map((number) => ({
    value: number.id,
    label: number.flow ? t("versions.numberNow", { number: number.display || number.number, flow: number.flow.name, n: number.version ?? "–" }) : number.display || number.number,
  }));
  return (
    <Select
      size="small"
      className="bind"
      placeholder={t("versions.bind")}
      aria-label={t("versions.bind")}
      value={null}
      options={options}
      notFoundContent={t("versions.noNumbers")}
      data-testid={`bind-${version}`}
      popupMatchSelectWidth={POPUP_WIDTH}
      onChange={(id: string | null) => id && void bind(id)}
    />
  );
}

function boundTo(numbers: readonly PhoneNumber[], flowId: string, version: number, comma: string): string {
  return numbers
    .filter((number) => number.flow?.id === flowId && number.version === version)
    .map((number) => number.display || number.number)
    .join(comma);
}

export function VersionsPanel() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const zone = useTimeZone();
  const language = usePreferences((state) => state.language);
  const flowId = useEditor((state) => state.flow?.id ?? "");
  const latest = useEditor((state) => state.flow?.latest_version);
  const shown = useEditor((state) => state.version);
  const [all, setAll] = useState(false);
  const numbers = useNumbers();
  const may = useMay();
  const { message } = App.useApp();
  const { items: versions, error, retry } = useOffer<Version>(["versions", flowId, latest], () => flowsApi.versions(flowId));
  const drop = async (number: number) => {
    try {
      await flowsApi.deleteVersion(flowId, number);
    } catch (failure) {
      void message.error(messageOf(failure), 8);
    }
    retry();
  };

  if (error) return <Problem error={error} retry={retry} />;
  if (versions?.length === 0) return <p className="form-help">{t("versions.empty")}</p>;
  const older = all ? 0 : (versions?.length ?? 0) - AT_FIRST;
  return (
    <>
      <table className="versions" data-testid="versions">
        <tbody>
          {(all ? versions : versions?.slice(0, AT_FIRST))?.map((version) => (
            <tr key={version.number} className={version.number === shown ? "shown" : ""}>
              <th scope="row">v{version.number}</th>
              <td className="grow">{version.note || <span className="form-help">{t("versions.noNote")}</span>}</td>
              <td>{version.published_by}</td>
              <td>{moment(version.published_at, language, zone)}</td>
              <td>{boundTo(numbers, flowId, version.number, t("common.listComma"))}</td>
              <td>
                {may("numbers.bind") && <BindNumber flowId={flowId} version={version.number} numbers={numbers} />}
              </td>
              <td>
                <Button size="small" data-testid={`open-version-${version.number}`} onClick={() => void navigate(`/flows/${flowId}/versions/${version.number}`)}>
                  {t("versions.open")}
                </Button>
              </td>
              <td>
                {may("flows.publish") && version.number !== versions?.[0]?.number && !boundTo(numbers, flowId, version.number, "") && (
                  <DeleteButton name={t("versions.name", { n: version.number })} help={t("versions.deleteHelp")} onDelete={() => void drop(version.number)} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {older > 0 && (
        <Button type="link" onClick={() => setAll(true)}>
          {t("versions.older", { count: older })}
        </Button>
      )}
    </>
  );
}
