import type { ComponentType } from "react";
import type { Json } from "../../model/document.ts";
import type { Exit } from "../../model/exits.ts";
import type { Issue } from "../../model/issues.ts";
import type { Change, Field } from "../../model/form.ts";

/** What each editor of a setting gets. `value` is undefined while the default holds. */
export interface FieldProps {
  readonly field: Field;
  readonly value: Json | undefined;
  /** `renamed`: exits that got another id (old -> new), so that their wires follow. */
  readonly onChange: (value: Change, renamed?: Record<string, string>) => void;
  readonly disabled: boolean;
  /** The property of a list's items that names an exit, or null. */
  readonly exitProperty?: string | null;
  /** The node's exits, to choose from. */
  readonly exits?: readonly Exit[];
  readonly labelId: string;
  /** Where the setting lies in the config, as issues write it: `keys`, `cases.0.when`. */
  readonly path: string;
  readonly issues: readonly Issue[];
}

/** What a whole setting gets: the editor of its kind, with name, help and issues around it. */
export interface FieldEditorProps extends Omit<FieldProps, "labelId" | "path" | "issues"> {
  readonly path?: string;
  readonly issues?: readonly Issue[];
}

/** For editors that hold settings themselves. */
export type FieldEditorComponent = ComponentType<FieldEditorProps>;
