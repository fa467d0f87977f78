import { CheckCircleOutlined, CloseCircleFilled, WarningFilled } from "../components/icons.tsx";
import { useTranslation } from "react-i18next";
import type { Issue } from "../model/issues.ts";
import { worstFirst } from "../model/issues.ts";
import { inLanguage } from "../model/schema.ts";
import { useEditor } from "../store/editor/index.ts";
import { usePreferences } from "../store/preferences.ts";

interface IssueListProps {
  readonly issues: readonly Issue[];
  readonly onPick: (issue: Issue) => void;
}

export function IssueList({ issues, onPick }: IssueListProps) {
  const { t } = useTranslation();
  const language = usePreferences((state) => state.language);
  const labels = useEditor((state) => state.nodes);
  const labelOf = (id: string) => labels.find((node) => node.id === id)?.data.label || id;
  return (
    <ul className="issue-list" data-testid="issues">
      {worstFirst(issues).map((issue, index) => (
        <li key={index}>
          <button type="button" className={`issue ${issue.severity}`} onClick={() => onPick(issue)} title={issue.code}>
            {issue.severity === "error" ? <CloseCircleFilled aria-label={t("issue.error")} /> : <WarningFilled aria-label={t("issue.warning")} />}
            {issue.node && <b>{labelOf(issue.node)}</b>}
            <span>{inLanguage(issue.message, language)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Problems({ onPick }: { readonly onPick: (issue: Issue) => void }) {
  const { t } = useTranslation();
  const issues = useEditor((state) => state.issues);
  const checked = useEditor((state) => state.checked);
  if (issues.length > 0) return <IssueList issues={issues} onPick={onPick} />;
  if (checked === "failed") return <p className="form-help">{t("editor.checkFailed")}</p>;
  return (
    <p className="all-well">
      <CheckCircleOutlined /> {t(checked === "done" ? "editor.noProblems" : "editor.notChecked")}
    </p>
  );
}
