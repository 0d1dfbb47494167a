import { lazy, Suspense, useRef } from 'react';
import type { CodeMode } from './diagnose.js';
import type { CodeScope } from './scope.js';

// 120 KB that only a person who edits an expression needs.
const CodeMirrorField = lazy(() => import('./CodeMirrorField.js'));

/** A field for an expression, a template or JSON. */
export interface CodeFieldProps {
  mode: CodeMode;
  value: string;
  onChange: (text: string) => void;
  scope: CodeScope;
  /** Name for people who do not see the field. */
  label: string;
  placeholder?: string;
  isReadOnly?: boolean;
  /** Told by the plain field that stands in while the editor loads, so that the cursor is not lost. */
  hadFocus?: { current: boolean };
}

/** A code editor that is loaded when first shown; until then a plain field that works as well. */
export function CodeField(props: CodeFieldProps) {
  const { value, onChange, label, mode, isReadOnly } = props;
  const hadFocus = useRef(false);
  return (
    <Suspense
      fallback={
        <textarea
          className="h-code h-code-plain"
          aria-label={label}
          value={value}
          readOnly={isReadOnly}
          rows={mode === 'cel' || mode === 'template' ? 1 : 4}
          onFocus={() => (hadFocus.current = true)}
          onBlur={() => (hadFocus.current = false)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      }
    >
      <CodeMirrorField {...props} hadFocus={hadFocus} />
    </Suspense>
  );
}
