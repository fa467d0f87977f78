import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { messageOf as wordsOf } from "../api/refusal.ts";
import { UseList, usesIn } from "./uses.tsx";
import { usePreferences } from "../store/preferences.ts";

interface ProblemProps {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
  readonly className?: string;
  /** Given where the message can be put away. */
  readonly onClose?: () => void;
}

/** The error in words, in the language of the page. */
export function messageOf(error: unknown): string {
  return wordsOf(error, usePreferences.getState().language);
}

/** A refusal or failure in words, with the way out beside it. */
export function Problem({ error, retry, className, onClose }: ProblemProps) {
  const { t } = useTranslation();
  if (!error) return null;
  const uses = usesIn(error);
  const action = retry && (
    <Button size="small" onClick={retry}>
      {t("common.retry")}
    </Button>
  );
  return <Alert className={className ?? "problem"} type="error" showIcon title={messageOf(error)} description={uses.length > 0 && <UseList uses={uses} />} action={action} role="alert" {...(onClose ? { closable: { onClose } } : {})} />;
}
