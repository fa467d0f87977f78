/** Issues of a flow, by node, as the canvas shows them. */
import type { components } from "../contract/api.ts";

export type Issue = components["schemas"]["Issue"];
export type Severity = Issue["severity"];

export interface NodeIssues {
  readonly worst: Severity;
  readonly unreachable: boolean;
  readonly list: readonly Issue[];
}

export type IssueMap = ReadonlyMap<string, NodeIssues>;

function isUnreachable(issue: Issue): boolean {
  return /(^|[._])unreachable(_node)?$/.test(issue.code) && !issue.field;
}

/** Issues by node id; those without a node are of the flow as a whole and not in the map. */
export function issuesByNode(issues: readonly Issue[]): IssueMap {
  const map = new Map<string, NodeIssues>();
  for (const issue of issues) {
    if (!issue.node) continue;
    const known = map.get(issue.node);
    map.set(issue.node, {
      worst: issue.severity === "error" || known?.worst === "error" ? "error" : "warning",
      unreachable: isUnreachable(issue) || (known?.unreachable ?? false),
      list: [...(known?.list ?? []), issue],
    });
  }
  return map;
}

/** The map with the entries of `before` wherever nothing changed, so that unchanged cards are not drawn again. */
export function keepUnchanged(before: IssueMap, after: IssueMap): IssueMap {
  return new Map(
    [...after].map(([node, entry]) => {
      const old = before.get(node);
      return [node, old && JSON.stringify(old) === JSON.stringify(entry) ? old : entry];
    }),
  );
}

export function count(issues: readonly Issue[], severity: Severity): number {
  return issues.filter((issue) => issue.severity === severity).length;
}

/** Errors first, otherwise in the order they were found. */
export function worstFirst(issues: readonly Issue[]): Issue[] {
  return [...issues].sort((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
}

/** The issues of a setting or of anything within it; paths are written `cases.0.when`. */
export function issuesOf(issues: readonly Issue[], path: string): Issue[] {
  return issues.filter((issue) => issue.field === path || issue.field?.startsWith(`${path}.`));
}
