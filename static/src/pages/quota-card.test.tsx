// @vitest-environment happy-dom
import { render, screen, within } from "@testing-library/react";
import { beforeAll, expect, it, vi } from "vitest";
import { systemApi } from "../api/resources.ts";
import type { QuotaCard as Card } from "./quota-card.tsx";

const SLOW_IMPORT_MS = 30_000;
let QuotaCard: typeof Card;

beforeAll(async () => {
  await import("../i18n/index.ts");
  ({ QuotaCard } = await import("./quota-card.tsx"));
}, SLOW_IMPORT_MS);

it("shows what there is, in units that people read, and warns where it is nearly full", async () => {
  vi.spyOn(systemApi, "quotas").mockResolvedValue({
    quotas: [
      { name: "audio", used: 1_500_000, most: 1_000_000_000, unit: "bytes" },
      { name: "flows", used: 480, most: 500, unit: "things" },
      { name: "messages", used: 10_000, most: 10_000, unit: "things" },
    ],
  });
  render(<QuotaCard />);
  const row = async (name: string) => within(await screen.findByTestId(`quota-${name}`));
  expect((await row("audio")).getByText(/1\.5 MB.*1 GB/)).toBeTruthy();
  expect((await row("audio")).queryByText(/平台/)).toBeNull();
  expect((await row("flows")).getByText(/请删除不用的/)).toBeTruthy();
  expect((await row("messages")).getByText(/最早的/)).toBeTruthy();
});
