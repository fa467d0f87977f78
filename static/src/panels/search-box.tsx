/** Ctrl+F: nodes by name, prompt, number or any other word in their settings. */
import { Input, type InputRef } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { searchNodes } from "../model/search.ts";
import { useCatalog } from "../store/catalog.ts";
import { useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";

interface SearchBoxProps {
  readonly onPick: (node: string) => void;
  readonly onClose: () => void;
}

export function SearchBox({ onPick, onClose }: SearchBoxProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const nodes = useEditor((state) => state.nodes);
  const schemas = useCatalog((state) => state.schemas);
  const language = usePreferences((state) => state.language);
  const hits = useMemo(() => searchNodes(nodes, query, schemas, language).slice(0, 12), [nodes, query, schemas, language]);
  const input = useRef<InputRef>(null);
  useEffect(() => input.current?.focus(), []);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length > 0) {
      event.preventDefault();
      setAt((at + step + hits.length) % hits.length);
    }
    const hit = hits[at];
    if (event.key === "Enter" && hit) onPick(hit.id);
    if (event.key === "Escape") onClose();
  };

  return (
    <div className="search-box" role="search" onKeyDown={onKeyDown}>
      <Input
        ref={input}
        value={query}
        placeholder={t("editor.searchHint")}
        aria-label={t("editor.search")}
        allowClear
        data-testid="search-nodes"
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onBlur={(event) => !event.currentTarget.closest(".search-box")?.contains(event.relatedTarget) && onClose()}
      />
      {query && (
        <ul role="listbox" aria-label={t("editor.search")}>
          {hits.map((hit, index) => (
            <li key={hit.id} role="option" aria-selected={index === at} tabIndex={-1} onMouseDown={() => onPick(hit.id)} data-testid={`hit-${hit.id}`}>
              <b>{hit.label}</b> <span>{hit.where}</span>
            </li>
          ))}
          {hits.length === 0 && <li className="none">{t("common.nothingFound", { q: query })}</li>}
        </ul>
      )}
    </div>
  );
}
