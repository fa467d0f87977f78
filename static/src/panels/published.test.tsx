// @vitest-environment happy-dom
/** What a version was published with is told there and then. */
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import type { PublishedVersion } from "../api/types.ts";
import { queries } from "../api/queries.ts";
import type { Published as ThePublished } from "./publish-dialog.tsx";

vi.mock("./use-numbers.ts", () => ({ useNumbers: () => [] }));

const SLOW_IMPORT_MS = 30_000;
let Published: typeof ThePublished;
const WARNING = {
  code: "hours.unknown_year", severity: "warning", node: "hours", field: null,
  message: { "zh-CN": "还没有 2027 年的放假安排", en: "The holidays of 2027 are not known yet" },
} as const;
const version = (issues: PublishedVersion["issues"]): PublishedVersion => ({ number: 3, note: "", published_at: "", published_by: "", numbers: [], revision: 4, issues });

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }));
  await import("../i18n/index.ts");
  ({ Published } = await import("./publish-dialog.tsx"));
}, SLOW_IMPORT_MS);
afterEach(cleanup);

it("tells the warnings of what was published, and leads to them", () => {
  const picked = vi.fn();
  render(<QueryClientProvider client={queries}><Published version={version([WARNING])} onClose={vi.fn()} onPick={picked} /></QueryClientProvider>);
  const told = screen.getByText(/2027/);
  fireEvent.click(told);
  expect(picked).toHaveBeenCalledWith(WARNING);
});

it("says nothing where there is nothing to say", () => {
  render(<QueryClientProvider client={queries}><Published version={version([])} onClose={vi.fn()} onPick={vi.fn()} /></QueryClientProvider>);
  expect(screen.getByTestId("published").textContent).toContain("3");
  expect(screen.queryByTestId("issues")).toBeNull();
});
