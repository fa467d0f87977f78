// @vitest-environment happy-dom
/** What has answered a number, and that going back is asked first. */
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { App } from "antd";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../api/errors.ts";
import { newQueries } from "../api/queries.ts";
import { numbersApi } from "../api/resources.ts";
import type { PhoneNumber, Release, Session } from "../api/types.ts";
import type { History as TheHistory } from "./number-history.tsx";

const SLOW_IMPORT_MS = 30_000;
const FLOW = { id: "f", name: "主流程" };
const NUMBER: PhoneNumber = {
  id: "n", number: "4001234567", display: "400-123-4567", given: true, enabled: true, revision: 7, flow: FLOW, version: 2,
  switch: "auto", switched_by: null, switched_at: null,
};
const release = (version: number, more: Partial<Release> = {}): Release => ({
  id: `r${version}`, flow: FLOW, version, released_by: "小王", released_at: "2026-11-30T02:00:00Z", note: "", rolled_back: false, ...more,
});
const NEW = release(2, { note: "新菜单", rolled_back: true });
const OLD = release(1);

let History: typeof TheHistory;
let signIn: (...may: string[]) => void;

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }));
  await import("../i18n/index.ts");
  ({ History } = await import("./number-history.tsx"));
  const { useSession } = await import("../store/session.ts");
  signIn = (...may) => useSession.setState({ session: { may, user: { name: "a" }, tenant: { timezone: "Asia/Shanghai" } } as unknown as Session });
}, SLOW_IMPORT_MS);
beforeEach(() => {
  vi.spyOn(numbersApi, "traffic").mockResolvedValue({ calls: 3, days: 7 });
});
afterEach(cleanup);

function show(items: Release[], wayBack: Release | null, onDone = vi.fn()) {
  vi.spyOn(numbersApi, "releases").mockResolvedValue({ items, total: items.length, page: 1, size: 10, way_back: wayBack });
  render(<QueryClientProvider client={newQueries()}><App><History number={NUMBER} onDone={onDone} /></App></QueryClientProvider>);
  return onDone;
}

it("tells who released which version, and what was rolled back", async () => {
  signIn("numbers.read");
  show([NEW, OLD], OLD);
  const rows = within(await screen.findByTestId("history")).getAllByRole("row").map((row) => row.textContent);
  expect(rows[0]).toMatch(/主流程 v2.*回退.*新菜单.*小王/);
  expect(rows[1]).toMatch(/主流程 v1.*小王/);
  expect(rows[1]).not.toContain("回退");
  expect(screen.queryByTestId("roll-back")).toBeNull();
});

it("shows what changes before it goes back, and goes back from the revision that was shown", async () => {
  signIn("numbers.read", "numbers.bind");
  const rollBack = vi.spyOn(numbersApi, "rollBack").mockResolvedValue({ ...NUMBER, version: 1, revision: 8 });
  const onDone = show([NEW, OLD], OLD);
  fireEvent.click(await screen.findByTestId("roll-back"));
  const change = await screen.findByTestId("binding-change");
  expect(change.textContent).toMatch(/主流程 v2.*主流程 v1/);
  expect(rollBack).not.toHaveBeenCalled();
  fireEvent.click(screen.getByTestId("bind-ok"));
  await vi.waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(rollBack).toHaveBeenCalledWith("n", 7);
});

it("stays, and says why, where the server refuses", async () => {
  signIn("numbers.read", "numbers.bind");
  vi.spyOn(numbersApi, "rollBack").mockRejectedValue(new ApiError(409, { code: "no_way_back", message: "那个版本已被删除" }));
  const onDone = show([NEW, OLD], OLD);
  fireEvent.click(await screen.findByTestId("roll-back"));
  fireEvent.click(await screen.findByTestId("bind-ok"));
  expect(await screen.findByText(/那个版本已被删除/)).toBeTruthy();
  expect(onDone).not.toHaveBeenCalled();
});

it("offers no way back where there is none", async () => {
  signIn("numbers.read", "numbers.bind");
  show([NEW], null);
  expect(await screen.findByText(/无法回退/)).toBeTruthy();
  expect(screen.queryByTestId("roll-back")).toBeNull();
});
