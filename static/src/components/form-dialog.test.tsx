// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import type { FormDialog as Dialog } from "./form-dialog.tsx";

const SLOW_IMPORT_MS = 30_000;
let FormDialog: typeof Dialog;

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }));
  await import("../i18n/index.ts");
  ({ FormDialog } = await import("./form-dialog.tsx"));
}, SLOW_IMPORT_MS);
afterEach(cleanup);

it("stays open with what was typed when the server refuses, and says why", async () => {
  const onClose = vi.fn();
  function Page() {
    const [name, setName] = useState("");
    return (
      <FormDialog open title="新建" okText="创建" onOk={() => Promise.reject(new Error("名称已被使用"))} onClose={onClose}>
        <input aria-label="名称" value={name} onChange={(event) => setName(event.target.value)} />
      </FormDialog>
    );
  }
  render(<Page />);
  fireEvent.change(screen.getByLabelText("名称"), { target: { value: "主流程" } });
  fireEvent.click(screen.getByTestId("dialog-ok"));
  expect(await screen.findByText("名称已被使用")).toBeTruthy();
  expect(screen.getByLabelText("名称")).toHaveProperty("value", "主流程");
  expect(onClose).not.toHaveBeenCalled();
});
