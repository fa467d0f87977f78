/** Where something is used, each place with a link: what has to change before it can go. */
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/errors.ts";
import type { Use } from "../api/types.ts";

/** The places that a refusal names; none for any other error. */
export function usesIn(error: unknown): readonly Use[] {
  if (!(error instanceof ApiError) || error.code !== "in_use") return [];
  return error.details.uses ?? [];
}

export function addressOf({ kind, id, name, version, node }: Use): string {
  if (kind === "number") return `#/numbers?${new URLSearchParams({ q: name })}`;
  if (kind === "group") return `#/groups?${new URLSearchParams({ q: name })}`;
  if (kind === "extension") return `#/extensions?${new URLSearchParams({ q: name })}`;
  if (kind === "settings") return "#/settings";
  const place = version === null ? `#/flows/${id}` : `#/flows/${id}/versions/${version}`;
  return node === null ? place : `${place}?${new URLSearchParams({ node })}`;
}

/** Plain links, for dialogs and messages stand outside the router. */
export function UseList({ uses, onFollow }: { readonly uses: readonly Use[]; readonly onFollow?: () => void }) {
  const { t } = useTranslation();
  const words = ({ kind, name, version, label, node }: Use) => {
    if (kind === "number") return t("uses.number", { number: name });
    if (kind === "group") return t("uses.group", { group: name });
    if (kind === "extension") return t("uses.extension", { extension: name });
    if (kind === "settings") return t("uses.settings");
    const place = version === null ? t("uses.draft", { flow: name }) : t("uses.version", { flow: name, n: version });
    return node === null ? place : `${place} · ${label || node}`;
  };
  return (
    <ul className="uses" data-testid="uses">
      {uses.map((use) => (
        <li key={addressOf(use)}>
          <a href={addressOf(use)} onClick={onFollow}>{words(use)}</a>
        </li>
      ))}
    </ul>
  );
}
