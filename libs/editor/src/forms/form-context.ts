import type { Json, JsonObject } from '@heddle/kernel';
import type { CodeScope } from '../code/scope.js';
import type { EditorText } from '../i18n/index.js';
import type { ExecutorOffer, WorkflowChoice } from '../session.js';

/** What our widgets need beside their own value. */
export interface FormContext {
  /** Scope of the expressions at a pointer of the config. */
  scopeAt: (path: string) => CodeScope;
  executors: readonly ExecutorOffer[];
  /** Workflows that a node may start, and how to open one. */
  workflows: readonly WorkflowChoice[];
  openWorkflow: (id: string) => void;
  /** Shows the graph drawn inside the node; null outside the editor. */
  openBody: (() => void) | null;
  /** The whole value of the form. */
  config: JsonObject;
  /** Title of a field in the current language; undefined: what the schema says. */
  titleAt?: (path: string) => string | undefined;
  /** Problems of a place, by its JSON pointer below the form's value. */
  problemsAt: (path: string) => string[];
  /** Replaces several fields at once (an executor brings its group along). */
  setFields: (changes: Record<string, Json>) => void;
  t: EditorText;
}
