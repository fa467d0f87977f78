// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { ApiError } from "../api/errors.ts";
import type { FormDialog as Dialog, FormRow as Row } from "./form-dialog.tsx";

const SLOW_IMPORT_MS = 30_000;
let FormDialog: typeof Dialog;
let FormRow: typeof Row;

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined, addListener: () => undefined, removeListener: () => undefined }));
  await import("../i18n/index.ts");
  ({ FormDialog, FormRow } = await import("./form-dialog.tsx"));
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

function NumberAndName({ error }: { readonly error: ApiError }) {
  const [number, setNumber] = useState("123");
  const [name, setName] = useState("");
  return (
    <FormDialog open title="添加" okText="添加" onOk={() => Promise.reject(error)} onClose={() => undefined}>
      <FormRow label="号码" help="照习惯写" field="number" value={number}>
        <input aria-label="号码" value={number} onChange={(event) => setNumber(event.target.value)} />
      </FormRow>
      <FormRow label="名称" field="name" value={name}>
        <input aria-label="名称" value={name} onChange={(event) => setName(event.target.value)} />
      </FormRow>
    </FormDialog>
  );
}

const issue = (field: string, text: string) => ({ code: "x", severity: "error" as const, node: null, field, message: { "zh-CN": text, en: text } });

it("says at each field what is wrong with it, until that field changes", async () => {
  const issues = [issue("number", "不是电话号码：123"), issue("name", "缺少“name”")];
  render(<NumberAndName error={new ApiError(422, { code: "invalid", message: "有 2 处需要修改", issues })} />);
  fireEvent.click(screen.getByTestId("dialog-ok"));
  expect(await screen.findByText("不是电话号码：123")).toBeTruthy();
  expect(screen.getByText("缺少“名称”")).toBeTruthy();
  expect(screen.queryByText("有 2 处需要修改")).toBeNull();
  expect(screen.queryByText("照习惯写")).toBeNull();
  fireEvent.change(screen.getByLabelText("号码", { selector: "input" }), { target: { value: "400" } });
  expect(screen.queryByText("不是电话号码：123")).toBeNull();
  expect(screen.getByText("照习惯写")).toBeTruthy();
  expect(screen.getByText("缺少“名称”")).toBeTruthy();
});

it("takes back what is about no field as soon as something changes", async () => {
  render(<NumberAndName error={new ApiError(503, { code: "database_down", message: "数据库暂时不可用" })} />);
  fireEvent.click(screen.getByTestId("dialog-ok"));
  expect(await screen.findByText("数据库暂时不可用")).toBeTruthy();
  fireEvent.change(screen.getByLabelText("号码", { selector: "input" }), { target: { value: "400" } });
  expect(screen.queryByText("数据库暂时不可用")).toBeNull();
});
