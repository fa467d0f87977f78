// @vitest-environment happy-dom
/** However its id is typed, an exit stays the same exit: its wire and the settings that name it follow. */
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Flow } from "../../api/types.ts";
import type { FlowDocument } from "../../model/document.ts";
import type { NodeSchema } from "../../model/schema.ts";
import { hint, menuSchema, switchSchema } from "../../model/testing.ts";
import { useCatalog } from "../../store/catalog.ts";
import { useEditor } from "../../store/editor/index.ts";
import type { Inspector as TheInspector } from "../inspector.tsx";

const SLOW_IMPORT_MS = 30_000;
let Inspector: typeof TheInspector;

const NAMING = { type: ["string", "null"], "x-ui": hint("exit") };
const SCHEMA = { ...switchSchema, properties: { ...switchSchema.properties, night_exit: NAMING } } as unknown as NodeSchema;
const CASES = [{ exit: "day", when: "a" }, { exit: "night", when: "b" }];
const DOCUMENT: FlowDocument = {
  format: "zongji.flow/1", name: "f", locale: "en-US",
  nodes: [
    { id: "hours", type: "switch", label: "", config: { cases: CASES, night_exit: "night" } },
    ...["one", "two"].map((id) => ({ id, type: "menu", label: id, config: {} })),
  ],
  edges: [{ from: "hours", exit: "day", to: "one" }, { from: "hours", exit: "night", to: "two" }],
};
const FLOW: Flow = { id: "f", name: "f", document: DOCUMENT, revision: 1, updated_at: "", updated_by: "", latest_version: null, numbers: [] };

const editor = () => useEditor.getState();
const wires = () => editor().edges.map((edge) => `${edge.sourceHandle}>${edge.target}`);
const config = () => editor().nodes[0]?.data.config ?? {};
const ids = () => (config()["cases"] as readonly { exit: string }[]).map(({ exit }) => exit);
const idOf = (row: number) => within(screen.getByTestId(`field-cases.${row}.exit`)).getByRole<HTMLInputElement>("textbox");
const type = (row: number, ...texts: string[]) => texts.forEach((value) => fireEvent.change(idOf(row), { target: { value } }));
const leave = (row: number) => fireEvent.blur(idOf(row));

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }));
  await import("../../i18n/index.ts");
  ({ Inspector } = await import("../inspector.tsx"));
}, SLOW_IMPORT_MS);

beforeEach(() => {
  useCatalog.setState({ schemas: { menu: menuSchema, switch: SCHEMA } });
  editor().open(FLOW);
  editor().select(["hours"]);
  render(<Inspector readOnly={false} />);
  for (const more of screen.getAllByLabelText(/第 \d 项的更多设置|More settings of item/)) fireEvent.click(more);
});
afterEach(cleanup);

it("counts as the same exit when its id is emptied before another is typed", () => {
  type(1, "", "d", "du", "duty");
  leave(1);
  expect([ids(), config()["night_exit"], wires()]).toEqual([["day", "duty"], "duty", ["day>one", "duty>two"]]);
});

it("counts as the same exit when another's id is passed through", () => {
  type(1, "", "day", "day_2");
  leave(1);
  expect([ids(), config()["night_exit"], wires()]).toEqual([["day", "day_2"], "day_2", ["day>one", "day_2>two"]]);
});

it("keeps its id when the field is left empty, and says so before", () => {
  type(1, "");
  expect(screen.getByRole("status").textContent).toContain("night");
  leave(1);
  expect(idOf(1).value).toBe("night");
  expect(screen.queryByRole("status")).toBeNull();
  expect([ids(), wires(), editor().history.past]).toEqual([["day", "night"], ["day>one", "night>two"], []]);
});

it.each(["leaving the field", "saving", "Enter"])("becomes one with another exit by %s, which keeps its wire", (how) => {
  type(1, "day");
  expect(ids()).toEqual(["day", "night"]);
  if (how === "leaving the field") leave(1);
  else fireEvent.keyDown(idOf(1), how === "Enter" ? { key: "Enter" } : { key: "s", ctrlKey: true });
  expect([ids(), config()["night_exit"], wires()]).toEqual([["day", "day"], "day", ["day>one"]]);
});

it("becomes one with an exit that the node has anyway, and brings its wire where that has none", () => {
  type(1, "otherwise");
  leave(1);
  expect([ids(), wires()]).toEqual([["day", "otherwise"], ["day>one", "otherwise>two"]]);
});
