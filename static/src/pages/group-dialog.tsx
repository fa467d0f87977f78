/** A group's form: its name, who gets the call, its extensions in their order. */
import { Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { groupsApi } from "../api/resources.ts";
import type { Group, Strategy } from "../api/types.ts";
import { FormDialog, FormRow } from "../components/form-dialog.tsx";
import { GroupMembers, type Member } from "./group-members.tsx";

export const STRATEGIES: readonly Strategy[] = ["sequential", "simultaneous", "random", "weighted", "round_robin", "longest_idle"];

interface GroupDialogProps {
  readonly open: boolean;
  readonly group: Group | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function GroupDialog({ open, group, onClose, onDone }: GroupDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(group?.name ?? "");
  const [strategy, setStrategy] = useState<Strategy>(group?.strategy ?? "sequential");
  const [members, setMembers] = useState<readonly Member[]>(group?.members ?? []);
  const save = async () => {
    const body = { name: name.trim(), strategy, members: members.map(({ number, weight }) => ({ number, weight })) };
    await (group ? groupsApi.change(group.id, group.revision, body) : groupsApi.create(body));
    onClose();
    onDone();
  };
  return (
    <FormDialog open={open} title={t(group ? "groups.change" : "groups.new")} okText={t("common.save")} okDisabled={name.trim() === ""} onOk={save} onClose={onClose}>
      <FormRow label={t("groups.name")} help={t("groups.nameHelp")} field="name" value={name}>
        <Input autoFocus value={name} maxLength={40} onChange={(event) => setName(event.target.value)} data-testid="group-name" />
      </FormRow>
      <FormRow label={t("groups.strategy")} help={t("groups.strategyHelp")} field="strategy" value={strategy}>
        <Select value={strategy} onChange={setStrategy} options={STRATEGIES.map((value) => ({ value, label: t(`groups.by.${value}`) }))} data-testid="group-strategy" />
      </FormRow>
      <GroupMembers members={members} weighted={strategy === "weighted"} onChange={setMembers} />
    </FormDialog>
  );
}
