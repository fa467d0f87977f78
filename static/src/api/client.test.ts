import { afterEach, expect, it, vi } from "vitest";
import { ApiError, configure, errorFrom, get, put, url } from "./client.ts";

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: unknown) {
  const fetcher = vi.fn((_: string, __: RequestInit) => Promise.resolve(new Response(JSON.stringify(body), { status })));
  vi.stubGlobal("fetch", fetcher);
  return fetcher;
}

it("leaves empty parameters out of the address", () => {
  expect(url("/flows", { page: 1, q: "", sort: undefined })).toBe("/api/v1/flows?page=1");
});

it("sends the language always, and the CSRF token with every write", async () => {
  const fetcher = answering(200, {});
  configure({ csrf: "token", locale: "en" });
  await get("/flows");
  await put("/flows/1", { a: 1 });
  const headersOf = (call: number) => new Headers(fetcher.mock.calls[call]?.[1].headers);
  expect(headersOf(0).get("Accept-Language")).toBe("en");
  expect(headersOf(0).get("X-CSRF-Token")).toBeNull();
  expect(headersOf(1).get("X-CSRF-Token")).toBe("token");
});

it("keeps the server's words and what goes with them", async () => {
  answering(409, { error: { code: "stale", message: "韩梅梅保存了", saved_by: "韩梅梅" } });
  const error = await get("/flows/1").catch((failure: unknown) => failure);
  expect(error).toMatchObject({ status: 409, code: "stale", message: "韩梅梅保存了", details: { saved_by: "韩梅梅" } });
});

it("says so when the server cannot be reached", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
  await expect(get("/flows")).rejects.toMatchObject({ code: "offline", status: 0 });
});

it("tells when the session has ended", async () => {
  const onSignedOut = vi.fn();
  configure({ onSignedOut });
  answering(401, { error: { code: "not_signed_in", message: "请先登录" } });
  await get("/flows").catch(() => undefined);
  expect(onSignedOut).toHaveBeenCalledOnce();
});

it("makes an error of an answer that is not ours", () => {
  const error = errorFrom(502, "<html>Bad gateway</html>");
  expect(error).toBeInstanceOf(ApiError);
  expect(error.code).toBe("http_502");
});
