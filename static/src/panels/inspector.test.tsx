// @vitest-environment happy-dom
/** What is typed belongs to the node that is selected, from the very moment it is. */
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { flushSync } from "react-dom";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Flow } from "../api/types.ts";
import type { FlowDocument } from "../model/document.ts";
import { menuSchema } from "../model/testing.ts";
import { useCatalog } from "../store/catalog.ts";
import { useEditor } from "../store/editor/index.ts";
import type { Inspector as TheInspector } from "./inspector.tsx";

const upload = vi.hoisted(() => ({ arrives: (_: { name: string }): void => undefined }));
vi.mock("../components/use-prompt-upload.tsx", () => ({
  AUDIO_TYPES: "audio/*",
  usePromptUpload: () => ({ progress: null, send: () => new Promise((resolve) => (upload.arrives = resolve)) }),
}));

const SLOW_IMPORT_MS = 30_000;
let Inspector: typeof TheInspector;

const DOCUMENT: FlowDocument = {
  format: "zongji.flow/1", name: "f", locale: "en-US",
  nodes: ["a", "b"].map((id) => ({ id, type: "menu", label: `Menu ${id}`, config: { keys: {}, prompt: [] } })),
  edges: [],
};
const FLOW: Flow = { id: "f", name: "f", document: DOCUMENT, revision: 1, updated_at: "", updated_by: "", latest_version: null, numbers: [] };

const editor = () => useEditor.getState();
/** As a click does it: what React puts off is not there yet when this returns. */
const choose = (...ids: string[]) => flushSync(() => editor().select(ids));
const name = () => screen.getByTestId<HTMLInputElement>("node-label");
const type = (text: string) => flushSync(() => fireEvent.change(name(), { target: { value: text } }));
const labels = () => editor().nodes.map((node) => node.data.label);

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }));
  await import("../i18n/index.ts");
  ({ Inspector } = await import("./inspector.tsx"));
}, SLOW_IMPORT_MS);

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", false); // Within act() React puts nothing off.
  useCatalog.setState({ schemas: { menu: menuSchema } });
  editor().open(FLOW);
  editor().select(["a"]);
  render(<Inspector readOnly={false} />);
});
afterEach(cleanup);

it("is the form of the node that was just selected", () => {
  choose("b");
  expect(name().value).toBe("Menu b");
  type("Sales");
  expect(labels()).toEqual(["Menu a", "Sales"]);
});

it("has no form of a node once nothing or several are selected", () => {
  choose();
  expect(screen.queryByTestId("node-label")).toBeNull();
  choose("a", "b");
  expect(screen.queryByTestId("node-label")).toBeNull();
});

it("takes nothing while a card that was just pressed follows the pointer, and is that node's form soon after it is dropped", async () => {
  flushSync(() => (editor().dragStarted(), editor().select(["b"])));
  expect(screen.getByTestId("inspector").hasAttribute("inert")).toBe(true);
  flushSync(() => editor().dragEnded());
  await vi.waitFor(() => expect(screen.getByTestId("inspector").hasAttribute("inert")).toBe(false));
  expect(name().value).toBe("Menu b");
});

it("is the form of the node that is clicked right after another was dropped, and of none before", async () => {
  flushSync(() => (editor().dragStarted(), editor().select(["b"])));
  flushSync(() => editor().dragEnded());
  choose("a");
  await vi.waitFor(() => expect(screen.getByTestId("inspector").hasAttribute("inert")).toBe(false));
  type("Sales");
  choose("b");
  type("Service");
  expect(labels()).toEqual(["Sales", "Service"]);
});

it("gives an upload to the node it was chosen for, beside what was written meanwhile", async () => {
  fireEvent.change(screen.getByTestId("upload-prompt"), { target: { files: [new File(["x"], "main.wav")] } });
  choose("b");
  editor().setConfig("a", "prompt", [{ text: "hello" }]);
  upload.arrives({ name: "main.wav" });
  await vi.waitFor(() => expect(editor().nodes[0]?.data.config["prompt"]).toEqual([{ text: "hello" }, "main.wav"]));
  expect(editor().nodes[1]?.data.config["prompt"]).toEqual([]);
});

it("tells silences and wrong keys of today apart", async () => {
  const missed = async () => {
    fireEvent.click(screen.getByRole("tab", { name: /去向|出口|Exits/ }));
    return (await screen.findByTestId("misses")).textContent;
  };
  flushSync(() => editor().setFigures({ counts: {}, misses: { a: { no_input: 12, no_match: 1 }, b: { no_match: 5 } } }));
  expect(await missed()).toMatch(/没按键 12 次 · 按错键 1 次|nothing 12 times · pressed a wrong key once/);
  choose("b");
  expect(await missed()).toMatch(/^[^·]*(按错键 5 次|wrong key 5 times)/);
});
