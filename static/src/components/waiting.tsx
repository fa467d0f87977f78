import { Spin } from "antd";
import { useEffect, useState } from "react";

const PATIENCE_MS = 300;

/** Nothing for a moment, then a spinner that says what is awaited. */
export function Waiting({ what }: { readonly what: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="waiting" role="status" aria-live="polite">
      {late && (
        <>
          <Spin size="small" /> {what}
        </>
      )}
    </div>
  );
}
