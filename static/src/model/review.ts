/**
 * Whether a document can be drawn as it is. What cannot, such as a second wire from one exit, would vanish at the next save
 * without a word: it is mended and told, or the document is refused where nothing could be kept.
 */
import { freshId, isObject, type EdgeDocument, type FlowDocument, type Json, type NodeDocument, type NoteDocument } from "./document.ts";
import { ENTRY_TYPE } from "./schema.ts";

/** What is wrong: `import.<key>` in the page's texts, with its values. */
export interface Fault {
  readonly key: "badNode" | "badWire" | "badNote" | "badPart" | "sameId" | "sameNote" | "twoWires" | "toNowhere" | "fromNowhere" | "toStart" | "noPlace" | "noType";
  readonly values: Readonly<Record<string, string | number>>;
}

export interface Review {
  /** The document that can be drawn, in which all that was wrong is mended; null where it cannot be read. */
  readonly document: FlowDocument | null;
  readonly faults: readonly Fault[];
}

/** What the page copes with: it shows such nodes, and mends nothing. */
const HARMLESS: ReadonlySet<Fault["key"]> = new Set(["noPlace", "noType"]);

export function changesIt(fault: Fault): boolean {
  return !HARMLESS.has(fault.key);
}

type Members = { readonly [name: string]: Json };

const isText = (value: unknown): value is string => typeof value === "string";
const isFilled = (value: unknown): value is string => isText(value) && value !== "";
const absentOr = (is: (value: unknown) => boolean, value: unknown) => value === undefined || is(value);
const isPlace = (value: unknown) => isObject(value) && Number.isFinite(value["x"]) && Number.isFinite(value["y"]);
const isSize = (value: unknown) => isObject(value) && Number.isFinite(value["width"]) && Number.isFinite(value["height"]);

const isNode = (value: unknown) => isObject(value) && isFilled(value["id"]) && isFilled(value["type"]) && absentOr(isText, value["label"]) && absentOr(isObject, value["config"]);
const isWire = (value: unknown) => isObject(value) && [value["from"], value["exit"], value["to"]].every(isFilled);
const isNote = (value: unknown) => isObject(value) && isFilled(value["id"]) && isText(value["text"]) && absentOr(isPlace, value["position"]) && absentOr(isSize, value["size"]);

/** What cannot be read at all. */
function unreadable(document: Members): Fault[] {
  const { nodes, edges, notes = [], settings = {}, variables = {}, name, locale } = document;
  const parts = { nodes: Array.isArray(nodes), edges: Array.isArray(edges), notes: Array.isArray(notes), settings: isObject(settings), variables: isObject(variables), name: absentOr(isText, name), locale: absentOr(isText, locale) };
  const bad = Object.entries(parts).filter(([, good]) => !good).map(([part]): Fault => ({ key: "badPart", values: { part } }));
  const among = (list: Json | undefined, good: (value: unknown) => boolean, key: Fault["key"]) =>
    (Array.isArray(list) ? (list as readonly Json[]) : []).flatMap((item, i): Fault[] => (good(item) ? [] : [{ key, values: { n: i + 1 } }]));
  return [...bad, ...among(nodes, isNode, "badNode"), ...among(edges, isWire, "badWire"), ...among(notes, isNote, "badNote")];
}

/** Things with an id, each under one of its own. */
function apart<T extends { readonly id: string }>(items: readonly T[], told: (item: T, fresh: string) => void): T[] {
  const taken = new Set(items.map((item) => item.id));
  const seen = new Set<string>();
  return items.map((item) => {
    if (!seen.has(item.id)) {
      seen.add(item.id);
      return item;
    }
    const id = freshId(item.id, taken);
    taken.add(id);
    told(item, id);
    return { ...item, id };
  });
}

/** The wires that can be seen: one from each exit, from a node to a node that has an entry. */
function visible(edges: readonly EdgeDocument[], nodes: readonly NodeDocument[], tell: (fault: Fault) => void): EdgeDocument[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const exits = new Set<string>();
  const nameOf = (id: string) => byId.get(id)?.label || id;
  return edges.filter(({ from, exit, to }) => {
    const values = { from: nameOf(from), exit, to: nameOf(to) };
    const target = byId.get(to);
    const own = JSON.stringify([from, exit]);
    const key = !byId.has(from) ? "fromNowhere" : !target ? "toNowhere" : target.type === ENTRY_TYPE ? "toStart" : exits.has(own) ? "twoWires" : null;
    if (key) tell({ key, values });
    else exits.add(own);
    return key === null;
  });
}

/** types: the node types that there are, where they are known. */
export function review(value: unknown, types: ReadonlySet<string> | null = null): Review {
  const faults: Fault[] = isObject(value) ? unreadable(value) : [{ key: "badPart", values: { part: "format" } }];
  if (faults.length > 0) return { document: null, faults };
  const document = value as unknown as FlowDocument;
  const tell = (fault: Fault) => faults.push(fault);
  const nodes = apart(document.nodes, (node, fresh) => tell({ key: "sameId", values: { id: node.id, name: node.label || node.id, fresh } }));
  const notes = apart<NoteDocument>(document.notes ?? [], (note, fresh) => tell({ key: "sameNote", values: { id: note.id, fresh } }));
  const edges = visible(document.edges, nodes, tell);
  const placeless = nodes.filter((node) => !isPlace(node.position));
  if (placeless.length > 0) tell({ key: "noPlace", values: { count: placeless.length } });
  for (const { id, type, label } of nodes) if (types && !types.has(type)) tell({ key: "noType", values: { name: label || id, type } });
  const placed = nodes.map(({ position, ...node }): NodeDocument => (position && isPlace(position) ? { ...node, position } : node));
  return { document: { ...document, nodes: placed, edges, ...(document.notes ? { notes } : {}) }, faults };
}
