/** A stand-in for the server while the page is developed (`ZONGJI_MOCK=1 npm run dev`); no part of the build. */
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import type { Plugin } from "vite";
import { bigFlow, demoFlow, type Doc } from "./mock-flows.ts";

type Row = Record<string, unknown>;
interface Request {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Row;
}

class Refusal extends Error {
  readonly status: number;
  readonly body: Row;
  constructor(status: number, code: string, message: string, more: Row = {}) {
    super(message);
    this.status = status;
    this.body = { error: { code, message, ...more } };
  }
}

const SCHEMAS = path.resolve(import.meta.dirname, "../../schemas");
const now = () => new Date().toISOString();
const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

function flowRow(id: string, document: Doc): Row {
  return { id, name: document.name, document, revision: 1, updated_at: now(), updated_by: "李雷", latest_version: null, numbers: [] };
}

const state = {
  session: null as Row | null,
  flows: [flowRow("f1", demoFlow()), flowRow("f300", bigFlow(300))] as Row[],
  versions: {} as Record<string, Row[]>,
  numbers: [{ id: "n1", number: "4001234567", display: "400-123-4567", enabled: true, revision: 1, flow: null, version: null }] as Row[],
  prompts: ["pv_welcome", "pv_inputext", "pv_noinput", "pv_nomatch", "pv_leavemessage"].map(
    (name, i): Row => ({
      id: `p${i}`, name: `${name}.wav`, source: "system", locale: "zh-CN", text: "欢迎致电", seconds: 2.4, level_db: -18,
      warnings: i === 1 ? ["quiet"] : [], revision: 1, updated_at: now(), updated_by: null, used_by: i === 0 ? ["400 主流程"] : [],
    }),
  ),
  extensions: [801, 802, 803].map(
    (n): Row => ({ id: `e${n}`, number: String(n), name: ["前台", "销售", "售后"][n - 801], online: n === 801, contacts: [], revision: 1 }),
  ),
  voicemails: [{ id: "v1", box: "公共", caller: "13812345678", called: "4001234567", recorded_at: now(), seconds: 12, heard_at: null, call_id: "c1" }] as Row[],
  calls: Array.from({ length: 57 }, (_, i): Row => ({
    id: `c${i}`, caller: `1380000${String(1000 + i)}`, called: "4001234567", started_at: new Date(Date.now() - i * 600_000).toISOString(),
    answered_at: now(), ended_at: now(), seconds: 30 + i, cause: "normal", ended_by: "caller", answered_by: i % 3 ? "801" : null,
    flow: { id: "f1", name: "400 主流程", version: 1 },
  })),
  serial: 1000,
};

function listed(rows: Row[], { query }: Request): Row {
  const q = (query.get("q") ?? "").toLowerCase();
  const found = rows.filter((row) => !q || JSON.stringify(row).toLowerCase().includes(q));
  const sort = query.get("sort");
  const key = sort?.replace(/^-/, "");
  if (key) found.sort((a, b) => String(a[key]).localeCompare(String(b[key])) * (sort?.startsWith("-") ? -1 : 1));
  const page = Number(query.get("page") ?? 1);
  const size = Number(query.get("size") ?? 50);
  return { items: found.slice((page - 1) * size, page * size), total: found.length, page, size };
}

function found(rows: Row[], id: string | undefined, key = "id"): Row {
  const row = rows.find((candidate) => candidate[key] === id);
  if (!row) throw new Refusal(404, "not_found", "没有找到，可能已被删除。");
  return row;
}

function fresh(row: Row, revision: unknown): void {
  if (Number(revision) !== row["revision"]) {
    throw new Refusal(409, "stale", "别人已经保存了新的内容。", { saved_by: "韩梅梅", saved_at: now(), revision: row["revision"] });
  }
}

function checked(document: Doc): Row[] {
  const targets = new Set(document.edges.map((edge) => edge.to));
  const issue = (code: string, severity: string, node: string | null, field: string | null, zh: string, en: string) => ({
    code, severity, node, field, message: { "zh-CN": zh, en },
  });
  const issues = document.nodes.flatMap((node) => {
    const list: Row[] = [];
    if (node.type !== "start" && !targets.has(node.id)) {
      list.push(issue("graph.unreachable", "warning", node.id, null, `“${node.label}”没有来路，来电到不了这里。`, `Nothing leads to “${node.label}”.`));
    }
    const prompt = node.config?.["prompt"];
    if (Array.isArray(prompt) && prompt.length === 0 && node.type !== "hangup") {
      list.push(issue("prompt.missing", "error", node.id, "prompt", `“${node.label}”没有语音。`, `“${node.label}” has no prompt.`));
    }
    return list;
  });
  const start = document.nodes.some((node) => node.type === "start");
  return start ? issues : [issue("flow.no_start", "error", null, null, "流程没有“进入”节点。", "The flow has no start."), ...issues];
}

function save(row: Row, body: Row): Row {
  fresh(row, body["revision"]);
  const document = body["document"] as Doc;
  return Object.assign(row, { document, name: document.name, revision: Number(row["revision"]) + 1, updated_at: now(), updated_by: "李雷" });
}

function add(rows: Row[], row: Row): Row {
  const whole = { id: `x${state.serial++}`, revision: 1, ...row };
  rows.unshift(whole);
  return whole;
}

function dropped(rows: Row[], row: Row): null {
  rows.splice(rows.indexOf(row), 1);
  return null;
}

function signIn(body: Row): Row {
  if (body["password"] !== "zongji") throw new Refusal(401, "wrong_password", "用户名或密码不对。");
  state.session = {
    user: { name: body["name"], display_name: "李雷", role: "admin", locale: "zh-CN" },
    tenant: { name: "演示企业", timezone: "Asia/Shanghai" }, csrf: "token",
  };
  return state.session;
}

function callDetail(id: string | undefined): Row {
  const step = (type: string, node: string, label: string, exit: string | null, exitLabel: string | null) => ({
    at: now(), node, type, label, exit, exit_label: exitLabel, seconds: 3.2, no_input: type === "menu" ? 1 : 0, no_match: type === "menu" ? 2 : 0,
  });
  return {
    ...found(state.calls, id),
    steps: [step("start", "start", "进入", "next", "下一步"), step("menu", "main", "主菜单", "1", "销售"), step("transfer", "sales", "转销售", "answered", "已接听")],
    recordings: [{ id: "r1", kind: "talk", seconds: 21 }],
  };
}

function publish(flow: Row, body: Row): Row {
  fresh(flow, body["revision"]);
  const versions = (state.versions[String(flow["id"])] ??= []);
  const number = versions.length + 1;
  const version = { number, note: body["note"], published_at: now(), published_by: "李雷", numbers: [], document: flow["document"] };
  versions.unshift(version);
  flow["latest_version"] = number;
  return { ...version, revision: flow["revision"], issues: [] };
}

type Handler = (request: Request, ...ids: string[]) => unknown;
const routes: [string, RegExp, Handler][] = [
  ["POST", /^\/session$/, (r) => signIn(r.body)],
  ["DELETE", /^\/session$/, () => (state.session = null)],
  ["PUT", /^\/session\/\w+$/, () => ({})],
  ["GET", /^\/schemas$/, () => ({
    flow: readJson(path.join(SCHEMAS, "flow.json")),
    nodes: Object.fromEntries(["start", "play", "menu", "collect", "hours", "switch", "set", "extension", "transfer", "voicemail", "hangup"]
      .filter((type) => readdirSync(path.join(SCHEMAS, "nodes")).includes(`${type}.json`))
      .map((type) => [type, readJson(path.join(SCHEMAS, "nodes", `${type}.json`))])),
  })],
  ["GET", /^\/resources$/, () => ({
    prompts: state.prompts.map(({ name, source, seconds }) => ({ name, source, seconds })), extensions: state.extensions,
    numbers: state.numbers, trunks: [], boxes: ["公共", "801"], variables_help: null,
  })],
  ["GET", /^\/status$/, () => ({ runtime: { alive: true, calls: 0 }, sip: { addresses: ["udp:127.0.0.1:5060"] }, limits: { upload_bytes: 5_242_880 } })],
  ["GET", /^\/flows$/, (r) => listed(state.flows, r)],
  ["POST", /^\/flows(?:\/import)?$/, (r) => {
    const document = (r.body["document"] ?? { ...demoFlow(), name: r.body["name"], nodes: [], edges: [] }) as Doc;
    return add(state.flows, { ...flowRow("", document), id: `f${state.serial++}`, name: r.body["name"] ?? document.name });
  }],
  ["GET", /^\/flows\/([^/]+)$/, (_, id) => found(state.flows, id)],
  ["PUT", /^\/flows\/([^/]+)$/, (r, id) => save(found(state.flows, id), r.body)],
  ["DELETE", /^\/flows\/([^/]+)$/, (_, id) => dropped(state.flows, found(state.flows, id))],
  ["GET", /^\/flows\/([^/]+)\/export$/, (_, id) => found(state.flows, id)["document"]],
  ["GET", /^\/flows\/([^/]+)\/versions$/, (r, id) => listed(state.versions[id ?? ""] ?? [], r)],
  ["GET", /^\/flows\/([^/]+)\/versions\/(\d+)$/, (_, id, n) => (state.versions[id ?? ""] ?? []).find((v) => v["number"] === Number(n))],
  ["POST", /^\/flows\/([^/]+)\/versions$/, (r, id) => publish(found(state.flows, id), r.body)],
  ["GET", /^\/flows\/([^/]+)\/counts$/, () => ({ counts: { main: { "1": 412, "2": 230, "0": 32, no_input: 61 }, start: { next: 735 } }, misses: { main: { no_input: 190, no_match: 44 } } })],
  ["POST", /^\/check$/, (r) => ({ issues: checked(r.body["document"] as Doc) })],
  ["GET", /^\/numbers$/, (r) => listed(state.numbers, r)],
  ["POST", /^\/numbers$/, (r) => add(state.numbers, { number: r.body["number"], display: r.body["number"], enabled: true, flow: null, version: null })],
  ["PUT", /^\/numbers\/([^/]+)$/, (r, id) => {
    const row = found(state.numbers, id);
    const flow = state.flows.find((f) => f["id"] === r.body["flow_id"]);
    return Object.assign(row, { ...r.body, revision: Number(row["revision"]) + 1, flow: flow ? { id: flow["id"], name: flow["name"] } : null });
  }],
  ["DELETE", /^\/numbers\/([^/]+)$/, (_, id) => dropped(state.numbers, found(state.numbers, id))],
  ["GET", /^\/prompts$/, (r) => listed(state.prompts, r)],
  ["POST", /^\/prompts(?:\/speak)?$/, (r) => add(state.prompts, { name: `new${state.serial}.wav`, source: "text", locale: "zh-CN", seconds: 1.2, level_db: -20, warnings: [], updated_at: now(), updated_by: "李雷", used_by: [], ...r.body })],
  ["GET", /^\/prompts\/([^/]+)\/waveform$/, () => ({ seconds: 2.4, peaks: Array.from({ length: 200 }, (_, i) => Math.abs(Math.sin(i / 9)) * (0.3 + 0.7 * Math.abs(Math.sin(i / 31)))) })],
  ["DELETE", /^\/prompts\/([^/]+)$/, (_, name) => dropped(state.prompts, found(state.prompts, decodeURIComponent(name ?? ""), "name"))],
  ["GET", /^\/extensions$/, (r) => listed(state.extensions, r)],
  ["POST", /^\/extensions$/, (r) => ({ ...add(state.extensions, { ...r.body, online: false, contacts: [] }), secret: "s3cret-9Xk2" })],
  ["POST", /^\/extensions\/([^/]+)\/secret$/, (_, id) => ({ ...found(state.extensions, id), secret: "n3w-77Qp" })],
  ["PUT", /^\/extensions\/([^/]+)$/, (r, id) => Object.assign(found(state.extensions, id), r.body)],
  ["DELETE", /^\/extensions\/([^/]+)$/, (_, id) => dropped(state.extensions, found(state.extensions, id))],
  ["GET", /^\/calls$/, (r) => listed(state.calls, r)],
  ["GET", /^\/calls\/([^/]+)$/, (_, id) => callDetail(id)],
  ["GET", /^\/voicemails$/, (r) => listed(state.voicemails, r)],
  ["PUT", /^\/voicemails\/([^/]+)$/, (r, id) => Object.assign(found(state.voicemails, id), { heard_at: r.body["heard"] ? now() : null })],
  ["DELETE", /^\/voicemails\/([^/]+)$/, (_, id) => dropped(state.voicemails, found(state.voicemails, id))],
];

function answer(method: string, request: Request): unknown {
  if (request.path === "/session" && method === "GET" && !state.session) throw new Refusal(401, "not_signed_in", "请先登录。");
  if (request.path === "/session" && method === "GET") return state.session;
  for (const [verb, pattern, handle] of routes) {
    const match = verb === method ? pattern.exec(request.path) : null;
    if (match) return handle(request, ...match.slice(1));
  }
  throw new Refusal(404, "not_found", "没有这个地址。");
}

/** One pretended call after another wanders through the demo flow. */
function live(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const send = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  send("snapshot", { items: [] });
  const places = ["start", "open", "main", "sales"];
  let n = 0;
  const timer = setInterval(() => {
    const at = n % 5;
    const id = `live${Math.floor(n++ / 5)}`;
    if (at === 0) send("started", { call: { id, caller: "13900001111", called: "4001234567", started_at: now(), flow: { id: "f1", name: "400 主流程" }, node: "start", node_label: "进入" } });
    else if (at === 4) send("ended", { id, cause: "normal" });
    else send("moved", { id, node: places[at], node_label: places[at] });
  }, 2000);
  response.on("close", () => clearInterval(timer));
}

function bodyOf(incoming: IncomingMessage): Promise<Row> {
  return new Promise((resolve) => {
    let text = "";
    incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
    incoming.on("end", () => {
      try {
        resolve(JSON.parse(text || "{}") as Row);
      } catch {
        resolve({});
      }
    });
  });
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(value));
}

async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? "/", "http://mock");
  const request = { path: url.pathname.replace("/api/v1", ""), query: url.searchParams, body: await bodyOf(incoming) };
  if (request.path === "/live") return live(response);
  try {
    reply(response, 200, answer(incoming.method ?? "GET", request));
  } catch (error) {
    if (error instanceof Refusal) reply(response, error.status, error.body);
    else reply(response, 500, { error: { code: "internal", message: String(error) } });
  }
}

export function mockApi(): Plugin {
  const middleware = (incoming: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (incoming.url?.startsWith("/api/v1")) void handle(incoming, response);
    else next();
  };
  return {
    name: "zongji-mock-api",
    configureServer: (server) => void server.middlewares.use(middleware),
    configurePreviewServer: (server) => void server.middlewares.use(middleware),
  };
}
