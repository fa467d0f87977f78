/** The company's numbers, as a flow's versions are bound to them. */
import { App } from "antd";
import { useEffect } from "react";
import { numbersApi } from "../api/resources.ts";
import type { PhoneNumber } from "../api/types.ts";
import { wholeList } from "../api/whole-list.ts";
import { messageOf } from "../components/problem.tsx";
import { useOffer } from "../components/use-offer.ts";

const NONE: readonly PhoneNumber[] = [];
const allNumbers = () => wholeList(numbersApi.list, { sort: "number" });

/** All numbers; that they cannot be known is said, else it would seem that there are none. */
export function useNumbers(): readonly PhoneNumber[] {
  const { message } = App.useApp();
  const { items, error } = useOffer(["numbers"], allNumbers);
  useEffect(() => {
    if (error) void message.error(messageOf(error), 8);
  }, [error, message]);
  return items ?? NONE;
}

/** Which versions of a flow answer numbers now, in their order; null while that is not known. */
export function useVersionsOnline(flowId: string | undefined): readonly number[] | null {
  const { items } = useOffer(["numbers"], allNumbers);
  if (!items) return null;
  const bound = items.filter((number) => number.flow?.id === flowId).map((number) => number.version);
  return [...new Set(bound)].filter((version) => version !== null).sort((a, b) => a - b);
}
