// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { answered, configure, server, url } from "./client.ts";
import { ApiError, errorFrom } from "./errors.ts";
import { promptsApi } from "./resources.ts";

const LIST = "/api/v1/flows";

afterEach(() => vi.unstubAllGlobals());

/** What is asked of a server that always gives this answer. */
function answering(status: number, body: BodyInit | null): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(request);
    return Promise.resolve(new Response(body, { status }));
  });
  return asked;
}

const refusing = (status: number, error: object) => answering(status, JSON.stringify({ error }));
const list = () => answered(server.GET(LIST));

it("leaves empty parameters out of the address", async () => {
  const asked = answering(200, "{}");
  await answered(server.GET(LIST, { params: { query: { page: 1, q: "", sort: undefined } } }));
  expect(asked[0]?.url).toMatch(/\/api\/v1\/flows\?page=1$/);
});

it("writes names that people chose into an address of its own", () => {
  expect(url("/api/v1/prompts/{name}/audio", { path: { name: "a/b?.wav" } })).toBe("/api/v1/prompts/a%2Fb%3F.wav/audio");
});

it("sends the language always, and the CSRF token with every write", async () => {
  const asked = answering(200, "{}");
  configure({ csrf: "token", locale: "en" });
  await list();
  await answered(server.PUT("/api/v1/voicemails/{voicemail_id}", { params: { path: { voicemail_id: "1" } }, body: { revision: 1, heard: true } }));
  expect(asked.map(({ headers }) => [headers.get("Accept-Language"), headers.get("X-CSRF-Token")])).toEqual([["en", null], ["en", "token"]]);
  expect(await asked[1]?.json()).toEqual({ revision: 1, heard: true });
});

it("keeps the server's words and what goes with them", async () => {
  refusing(409, { code: "stale", message: "韩梅梅保存了", saved_by: "韩梅梅" });
  const error = await list().catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 409, code: "stale", message: "韩梅梅保存了", details: { saved_by: "韩梅梅" } });
});

it("says so when the server cannot be reached", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
  await expect(list()).rejects.toMatchObject({ code: "offline", status: 0 });
});

it("tells when the session has ended", async () => {
  const onSignedOut = vi.fn();
  configure({ onSignedOut });
  refusing(401, { code: "not_signed_in", message: "请先登录" });
  await list().catch(() => undefined);
  expect(onSignedOut).toHaveBeenCalledOnce();
});

it("takes an answer without a body, and one that is audio", async () => {
  answering(204, null);
  expect(await answered(server.DELETE("/api/v1/session"))).toBeUndefined();
  answering(200, "RIFF");
  expect((await promptsApi.preview("您好", "zh-CN")).size).toBe(4);
});

it("makes an error of an answer that is not ours", () => {
  const error = errorFrom(502, "<html>Bad gateway</html>", "en");
  expect(error).toBeInstanceOf(ApiError);
  expect(error.code).toBe("http_502");
});
