/** Who speaks texts here, and how the company wants them spoken: asked once for all who show it. */
import { useQuery } from "@tanstack/react-query";
import { speechApi } from "../api/resources.ts";
import type { Speech } from "../api/types.ts";

export interface AskedSpeech {
  readonly speech: Speech | undefined;
  readonly error: unknown;
  readonly retry: () => void;
}

export function useSpeech(): AskedSpeech {
  const { data, error, refetch } = useQuery({ queryKey: ["speech"], queryFn: speechApi.read });
  return { speech: data, error, retry: () => void refetch() };
}
