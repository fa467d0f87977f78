import { Button, Tag, type TableColumnsType } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { voicemailsApi } from "../api/resources.ts";
import type { Voicemail } from "../api/types.ts";
import { AudioPlayer } from "../components/audio-player.tsx";
import { DeleteButton } from "../components/delete-button.tsx";
import { Long } from "../components/long.tsx";
import { ListPage } from "../components/list-page.tsx";
import { Time } from "../components/time.tsx";
import { useAct } from "../components/use-act.tsx";
import { useList } from "../components/use-list.ts";
import { written } from "../model/telephone.ts";
import { useMay } from "../store/session.ts";

const LISTED = { sort: "-recorded_at" };

export default function VoicemailPage() {
  const { t } = useTranslation();
  const list = useList<Voicemail>("voicemails", voicemailsApi.list, LISTED);
  const act = useAct();
  const may = useMay();

  const columns = useMemo((): TableColumnsType<Voicemail> => {
    const mark = (row: Voicemail, heard: boolean) => void act(() => voicemailsApi.setHeard(row.id, row.revision, heard));
    return [
      { key: "heard_at", title: t("voicemail.state"), render: (_, row) => (row.heard_at ? <span className="muted">{t("voicemail.heard")}</span> : <Tag color="blue">{t("voicemail.new")}</Tag>) },
      { key: "recorded_at", title: t("voicemail.at"), sorter: true, render: (_, row) => <Time at={row.recorded_at} /> },
      { key: "caller", title: t("calls.caller"), sorter: true, render: (_, row) => <Long text={written(row.caller)}><b>{written(row.caller)}</b></Long> },
      { key: "called", title: t("calls.called"), render: (_, row) => <Long text={written(row.called)} /> },
      { key: "box", title: t("voicemail.box"), sorter: true, render: (_, row) => <Long text={row.box} /> },
      {
        key: "play",
        title: t("prompts.listen"),
        width: 260,
        render: (_, row) => (
          <AudioPlayer name={t("voicemail.from", { caller: written(row.caller) })} source={voicemailsApi.audioUrl(row.id)} seconds={row.seconds} onPlayed={() => !row.heard_at && may("voicemail.edit") && mark(row, true)} />
        ),
      },
      {
        key: "actions",
        fixed: "right",
        width: 150,
        render: (_, row) => (
          <>
            {may("voicemail.edit") && (
              <Button size="small" onClick={() => mark(row, !row.heard_at)} data-testid={`heard-${row.id}`}>
                {t(row.heard_at ? "voicemail.markNew" : "voicemail.markHeard")}
              </Button>
            )}
            {may("voicemail.edit") && <DeleteButton name={t("voicemail.from", { caller: written(row.caller) })} help={t("voicemail.deleteHelp")} onDelete={() => void act(() => voicemailsApi.delete(row.id, row.revision), t("common.deleted"))} />}
          </>
        ),
      },
    ];
  }, [act, may, t]);
  return <ListPage title={t("menu.voicemail")} list={list} columns={columns} rowKey="id" empty={t("voicemail.empty")} />;
}
