import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";

interface ProblemProps {
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
  readonly className?: string;
  /** Given where the message can be put away. */
  readonly onClose?: () => void;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A refusal or failure in words, with the way out beside it. */
export function Problem({ error, retry, className, onClose }: ProblemProps) {
  const { t } = useTranslation();
  if (!error) return null;
  const action = retry && (
    <Button size="small" onClick={retry}>
      {t("common.retry")}
    </Button>
  );
  return <Alert className={className ?? "problem"} type="error" showIcon title={messageOf(error)} action={action} role="alert" {...(onClose ? { closable: { onClose } } : {})} />;
}
