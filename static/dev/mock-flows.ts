/** Flows for the stand-in server: a small switchboard, and one large enough to measure the canvas. */

interface DocNode {
  id: string;
  type: string;
  label: string;
  config: Record<string, unknown>;
  position?: { x: number; y: number };
}

export interface Doc {
  format: string;
  name: string;
  locale: string;
  settings: Record<string, unknown>;
  variables: Record<string, string | number | boolean>;
  nodes: DocNode[];
  edges: { from: string; exit: string; to: string }[];
}

function node(id: string, type: string, label: string, x: number, y: number, config: Record<string, unknown> = {}): DocNode {
  return { id, type, label, config, position: { x, y } };
}

export function demoFlow(): Doc {
  const edge = (from: string, exit: string, to: string) => ({ from, exit, to });
  return {
    format: "zongji.flow/1", name: "400 主流程", locale: "zh-CN",
    settings: { extension_length: 3, use_system_prompts: false, record: "after_answer", on_error: "bye" }, variables: { vip: false },
    nodes: [
      node("start", "start", "进入", 0, 120),
      node("open", "hours", "上班时间", 320, 80, { periods: [{ exit: "work", label: "上班", days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "18:00", calendar: "workdays" }] }),
      node("main", "menu", "主菜单", 660, 0, { prompt: ["pv_welcome.wav", { text: "销售请按一，售后请按二" }], keys: { "1": "销售", "2": "售后", "0": "前台" }, direct_dial: true }),
      node("sales", "transfer", "转销售", 1040, -80, { targets: [{ kind: "extension", value: "802" }], strategy: "sequential" }),
      node("service", "transfer", "转售后", 1040, 140, { targets: [{ kind: "extension", value: "803" }] }),
      node("ext", "extension", "拨分机", 1040, 360, { number: "call.extension" }),
      node("night", "voicemail", "夜间留言", 660, 380, { box: "公共" }),
      node("bye", "hangup", "再见", 1420, 200, { prompt: ["pv_goodbye.wav"] }),
      node("lost", "play", "没有来路", 660, 600, { prompt: [] }),
    ],
    edges: [
      edge("start", "next", "open"), edge("open", "work", "main"), edge("open", "otherwise", "night"), edge("main", "1", "sales"),
      edge("main", "2", "service"), edge("main", "extension", "ext"), edge("main", "no_input", "night"), edge("night", "recorded", "bye"),
      edge("sales", "answered", "bye"), edge("service", "answered", "bye"),
    ],
  };
}

export function bigFlow(size: number): Doc {
  const nodes = [node("start", "start", "进入", 0, 0)];
  const edges: Doc["edges"] = [];
  for (let i = 1; i < size; i++) {
    const [column, row] = [Math.floor(i / 12), i % 12];
    const type = i % 3 === 0 ? "play" : "menu";
    const config = type === "menu" ? { prompt: ["pv_welcome.wav"], keys: { "1": "销售", "2": "售后", "3": "投诉" } } : { prompt: ["pv_welcome.wav"] };
    nodes.push(node(`n${i}`, type, `节点 ${i}`, 320 + column * 340, row * 260, config));
    edges.push({ from: i === 1 ? "start" : `n${i - 1}`, exit: i === 1 || (i - 1) % 3 === 0 ? "next" : "1", to: `n${i}` });
    if (type === "menu" && i + 12 < size) edges.push({ from: `n${i}`, exit: "2", to: `n${i + 12}` });
  }
  return { format: "zongji.flow/1", name: `大流程 ${size}`, locale: "zh-CN", settings: { on_error: null }, variables: {}, nodes, edges };
}
