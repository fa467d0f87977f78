/** The extensions of a group: in their order, with weights where these count. */
import { useQuery } from "@tanstack/react-query";
import { Button, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { extensionsApi } from "../api/resources.ts";
import type { Group } from "../api/types.ts";
import { wholeList } from "../api/whole-list.ts";
import { FormRow } from "../components/form-dialog.tsx";
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from "../components/icons.tsx";

export type Member = Group["members"][number];

const LARGEST_WEIGHT = 100;
const allExtensions = () => wholeList(extensionsApi.list, { sort: "number" });

export function moved(members: readonly Member[], index: number, by: number): readonly Member[] {
  const next = [...members];
  const [member] = next.splice(index, 1);
  if (member) next.splice(index + by, 0, member);
  return next;
}

interface GroupMembersProps {
  readonly members: readonly Member[];
  readonly weighted: boolean;
  readonly onChange: (members: readonly Member[]) => void;
}

export function GroupMembers({ members, weighted, onChange }: GroupMembersProps) {
  const { t } = useTranslation();
  const { data = [] } = useQuery({ queryKey: ["extensions", "all"], queryFn: allExtensions });
  const inside = new Set(members.map(({ number }) => number));
  const others = data.filter(({ number }) => !inside.has(number));
  const add = (number: string) => {
    const name = data.find((extension) => extension.number === number)?.name ?? "";
    onChange([...members, { number, name, weight: 1 }]);
  };
  return (
    <>
      <FormRow label={t("groups.members")} field="members" value={members.map(({ number, weight }) => `${number}:${weight}`).join(" ")} {...(members.length === 0 ? { help: t("groups.none") } : {})}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          value={null}
          placeholder={t("groups.addMember")}
          options={others.map(({ number, name }) => ({ value: number, label: `${number} ${name}` }))}
          onChange={add}
          data-testid="group-add-member"
        />
      </FormRow>
      <ol className="group-members" data-testid="group-members">
        {members.map((member, index) => {
          const { number, name, weight } = member;
          return (
            <li key={number}>
              <span className="grow">{number} {name}</span>
              {weighted && (
                <InputNumber
                  size="small"
                  min={0}
                  max={LARGEST_WEIGHT}
                  precision={0}
                  value={weight}
                  aria-label={t("groups.weight", { number })}
                  onChange={(next) => onChange(members.map((other) => (other === member ? { ...member, weight: next ?? 1 } : other)))}
                />
              )}
              <Button type="text" size="small" icon={<ArrowUpOutlined />} aria-label={t("groups.up", { number })} disabled={index === 0} onClick={() => onChange(moved(members, index, -1))} />
              <Button type="text" size="small" icon={<ArrowDownOutlined />} aria-label={t("groups.down", { number })} disabled={index === members.length - 1} onClick={() => onChange(moved(members, index, 1))} />
              <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("groups.takeOut", { number })} onClick={() => onChange(members.filter((other) => other !== member))} />
            </li>
          );
        })}
      </ol>
    </>
  );
}
