// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { ApiError } from "../api/errors.ts";
import { sessionApi } from "../api/resources.ts";
import { useSession } from "../store/session.ts";
import type { PasswordForm as Form } from "./settings-page.tsx";

const SLOW_IMPORT_MS = 30_000;
let PasswordForm: typeof Form;

beforeAll(async () => {
  await import("../i18n/index.ts");
  ({ PasswordForm } = await import("./settings-page.tsx"));
}, SLOW_IMPORT_MS);

afterEach(cleanup);

function fill(shortest: number, next: string): void {
  const user = { name: "li", display_name: "Li", role: "qa", locale: "zh-CN", password_length: shortest };
  useSession.setState({ session: { user, tenant: { name: "acme", timezone: "Asia/Shanghai" }, csrf: "", may: [] } as never });
  render(<PasswordForm />);
  for (const [field, value] of [["old-password", "old"], ["new-password", next], ["new-password-again", next]] as const) {
    fireEvent.change(screen.getByTestId(field), { target: { value } });
  }
}

const button = () => screen.getByTestId<HTMLButtonElement>("change-password");

it("wants as many characters as the server says", () => {
  fill(12, "elevenchars");
  expect(button().disabled).toBe(true);
  expect(screen.getByText(/至少 12 位/)).toBeTruthy();
  cleanup();
  fill(8, "elevenchars");
  expect(button().disabled).toBe(false);
});

it.each([["old", "原密码不正确"], ["new", "这个密码太常见"]])("tells at the field what the server refused: %s", async (field, words) => {
  const issue = { code: "x", severity: "error", node: null, field, message: { "zh-CN": words, en: words } } as const;
  vi.spyOn(sessionApi, "setPassword").mockRejectedValue(new ApiError(422, { code: "invalid", message: "有 1 处需要修改", issues: [issue] }));
  fill(8, "password1");
  fireEvent.click(button());
  expect((await screen.findByText(words)).closest("label, .form-row")?.querySelector(`[data-testid="${field}-password"]`)).toBeTruthy();
  expect(screen.queryByText("有 1 处需要修改")).toBeNull();
});
