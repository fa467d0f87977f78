/** What holds for calls of extensions, asked once for all who show it. */
import { useQuery } from "@tanstack/react-query";
import { callingApi } from "../api/resources.ts";
import type { Calling } from "../api/types.ts";

export interface AskedCalling {
  readonly calling: Calling | undefined;
  readonly error: unknown;
  readonly retry: () => void;
}

export function useCalling(): AskedCalling {
  const { data, error, refetch } = useQuery({ queryKey: ["calling"], queryFn: callingApi.read });
  return { calling: data, error, retry: () => void refetch() };
}
