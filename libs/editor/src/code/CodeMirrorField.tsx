import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { linter } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { EditorView, keymap, placeholder as placeholderExtension } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { CodeFieldProps } from './CodeField.js';
import { expressionBefore, suggest } from './completions.js';
import { type CodeMode, diagnose } from './diagnose.js';
import type { CodeScope } from './scope.js';

const LINT_DELAY_MS = 250;

/** Colours that follow the page's scheme; the same ones as in the JSON view. */
const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.string, color: 'var(--h-state-succeeded)' },
  { tag: tags.number, color: 'var(--h-state-running)' },
  { tag: [tags.bool, tags.null], color: 'var(--h-state-queued)' },
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--h-accent)' },
  { tag: tags.comment, color: 'var(--h-text-dim)', fontStyle: 'italic' },
  { tag: tags.propertyName, color: 'var(--h-text)' },
  {
    tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket],
    color: 'var(--h-text-dim)',
  },
]);

function completer(mode: CodeMode, scope: { current: CodeScope }) {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.sliceDoc(0, context.pos);
    const part = mode === 'cel' ? { source: before, start: 0 } : expressionBefore(before);
    if (!part || mode === 'json' || mode === 'javascript') return null;
    const found = suggest(part.source, scope.current);
    const from = part.start + found.from;
    // A list pops up by itself after a letter or a dot only.
    const previous = before.slice(-1);
    if (!context.explicit && !/[\w.]/.test(previous)) return null;
    return {
      from,
      validFor: /^\w*$/,
      options: found.options.map(({ label, detail, kind }) => ({
        label,
        type: kind,
        ...(detail ? { detail } : {}),
        ...(label.endsWith('()') ? { apply: label.slice(0, -1) } : {}),
      })),
    };
  };
}

function look(isMultiline: boolean): Extension {
  return EditorView.theme({
    '&': { fontSize: '12px', backgroundColor: 'transparent', color: 'var(--h-text)' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': {
      fontFamily: 'var(--mantine-font-family-monospace)',
      maxHeight: '320px',
      minHeight: isMultiline ? '64px' : 'auto',
    },
    '.cm-content': { padding: '5px 0', caretColor: 'var(--h-text)' },
    '.cm-line': { padding: '0 8px' },
    '.cm-tooltip': {
      backgroundColor: 'var(--h-surface-raised)',
      border: '1px solid var(--h-line)',
      borderRadius: '6px',
      zIndex: '400',
    },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      backgroundColor: 'var(--h-accent)',
      color: 'white',
    },
    '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.7' },
    '.cm-placeholder': { color: 'var(--h-text-dim)' },
  });
}

function extensionsOf(mode: CodeMode, label: string, scope: { current: CodeScope }): Extension[] {
  const isJson = mode === 'json' || mode === 'json-template';
  const isScript = mode === 'javascript';
  return [
    history(),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    bracketMatching(),
    closeBrackets(),
    syntaxHighlighting(HIGHLIGHT),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
    ...(isJson ? [json()] : []),
    ...(isScript ? [javascript()] : []),
    autocompletion({ override: [completer(mode, scope)], icons: false }),
    linter(
      (view) =>
        diagnose(mode, view.state.doc.toString(), scope.current).map(({ start, end, message }) => ({
          from: Math.min(start, view.state.doc.length),
          to: Math.min(Math.max(end, start), view.state.doc.length),
          severity: 'error' as const,
          message,
        })),
      { delay: LINT_DELAY_MS },
    ),
    look(isJson || isScript),
  ];
}

/** The code editor itself. Loaded on demand: see `CodeField`. */
export default function CodeMirrorField({
  mode,
  value,
  onChange,
  scope,
  label,
  placeholder,
  isReadOnly,
  hadFocus,
}: CodeFieldProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, value, isReadOnly });
  const scopeRef = useRef(scope);
  const readOnly = useRef(new Compartment());
  useEffect(() => {
    latest.current = { onChange, value, isReadOnly };
    scopeRef.current = scope;
  });
  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          extensionsOf(mode, label, scopeRef),
          placeholderExtension(placeholder ?? ''),
          readOnly.current.of(EditorState.readOnly.of(latest.current.isReadOnly ?? false)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (hadFocus?.current) {
      editor.focus();
      editor.dispatch({ selection: { anchor: editor.state.doc.length } });
    }
    return () => editor.destroy();
  }, [mode, label, placeholder, hadFocus]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({
      effects: readOnly.current.reconfigure(EditorState.readOnly.of(isReadOnly ?? false)),
    });
  }, [isReadOnly]);
  return <div ref={host} className="h-code" data-mode={mode} />;
}
