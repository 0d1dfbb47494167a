import type { NodeRegistry } from '@heddle/engine';
import type { Problem } from '@heddle/kernel';
import { ReactFlowProvider } from '@xyflow/react';
import { indexOf } from '@heddle/graph';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { EditorCanvas } from './canvas/EditorCanvas.js';
import { COMMANDS } from './commands/registry.js';
import type { DocumentStore } from './document/document-store.js';
import { existingLevel, levelStore } from './document/level-store.js';
import { goToLevel, problemsAtLevel } from './document/levels.js';
import { createViewStore, pruneSelection, select } from './document/view-store.js';
import './editor.css';
import { editorMessages, useEditorText } from './i18n/index.js';
import { Palette } from './palette/Palette.js';
import { FindBox } from './panels/FindBox.js';
import { RightPanel } from './panels/RightPanel.js';
import { ShortcutSheet } from './panels/ShortcutSheet.js';
import { Levels } from './Levels.js';
import type {
  CanvasApi,
  EditorHost,
  EditorSession,
  ExecutorOffer,
  WorkflowChoice,
} from './session.js';
import { SessionProvider, useDocument, useSession, useView } from './session-context.js';
import { Toolbar } from './Toolbar.js';
import { useEditorKeys } from './use-editor-keys.js';
import { useProblems } from './use-problems.js';

interface EditorProps {
  document: DocumentStore;
  registry: NodeRegistry;
  /** What connected workers offer. */
  executors: readonly ExecutorOffer[];
  /** Problems that came with the last answer of the server. */
  serverProblems: readonly Problem[];
  /** Workflows that a node may start. */
  workflows: readonly WorkflowChoice[];
  host: EditorHost;
  isReadOnly: boolean;
  /** Shows a short message. */
  say: EditorSession['say'];
  /** What the page puts at the right of the toolbar: save status, publish, run. */
  children?: ReactNode;
  /** Gets the session, for the page's own menus and palette. */
  onSession?: (session: EditorSession) => void;
}

/** Drops selected things that an undo or a remote change took away, and says why an edit was refused. */
function useFollowDocument(session: EditorSession): void {
  useEffect(
    () =>
      session.root.state.subscribe(({ graph }) => {
        const { path } = session.view.getState();
        const level = existingLevel(graph, path);
        if (level.length < path.length) goToLevel(session, level);
      }),
    [session],
  );
  useEffect(
    () =>
      session.document.state.subscribe(({ graph, refusal }, before) => {
        if (graph !== before.graph) {
          const { nodes, edges } = indexOf(graph);
          pruneSelection(session.view, {
            node: (key) => nodes.has(key),
            edge: (id) => edges.has(id),
          });
        }
        if (refusal && refusal !== before.refusal)
          session.say(session.text('notice.refused', { message: refusal.message }), 'error');
      }),
    [session],
  );
}

function useEditorSession(props: EditorProps): EditorSession {
  const { document: root, registry, executors, workflows, serverProblems, host } = props;
  const { isReadOnly, say, onSession } = props;
  const graph = useStore(root.state, (state) => state.graph);
  const allProblems = useProblems(registry, graph, serverProblems);
  const [view] = useState(createViewStore);
  const path = useStore(view, (state) => state.path);
  const document = useMemo(() => levelStore(root, path), [root, path]);
  // Checked against the document of the same moment: the list follows edits with a delay.
  const problems = useMemo(
    () => problemsAtLevel(root.state.getState().graph, allProblems, path),
    [root, allProblems, path],
  );
  const canvas = useRef<CanvasApi | null>(null);
  const copied = useRef({ text: '' });
  const session = useMemo<EditorSession>(
    () => ({
      document,
      root,
      view,
      registry,
      commands: COMMANDS,
      canvas,
      host,
      executors,
      workflows,
      problems,
      allProblems,
      isReadOnly,
      text: editorMessages.text,
      copied: copied.current,
      say,
    }),
    [
      document,
      root,
      view,
      registry,
      host,
      executors,
      workflows,
      problems,
      allProblems,
      isReadOnly,
      say,
    ],
  );
  useEffect(() => onSession?.(session), [onSession, session]);
  return session;
}

function Overlays() {
  const session = useSession();
  const overlay = useView((state) => state.overlay);
  const nodes = useDocument((state) => state.graph.nodes);
  const close = (): void => session.view.setState({ overlay: 'none' });
  return (
    <>
      {overlay === 'find' ? (
        <FindBox
          nodes={nodes}
          onClose={close}
          onFind={(key) => {
            select(session.view, [key]);
            session.canvas.current?.centerNode(key);
          }}
        />
      ) : null}
      <ShortcutSheet isOpen={overlay === 'shortcuts'} onClose={close} />
    </>
  );
}

function Body({ children }: { children: ReactNode }) {
  const session = useSession();
  const isPaletteOpen = useView((state) => state.isPaletteOpen);
  const path = useView((state) => state.path);
  useEditorKeys(session);
  useFollowDocument(session);
  return (
    <div className="h-editor">
      <Toolbar>{children}</Toolbar>
      <div className="h-editor-body">
        {isPaletteOpen && !session.isReadOnly ? <Palette /> : null}
        <div className="h-editor-canvas">
          <Levels />
          <ReactFlowProvider key={path.join('/')}>
            <EditorCanvas />
          </ReactFlowProvider>
          <Overlays />
        </div>
        <RightPanel />
      </div>
    </div>
  );
}

/** The visual editor of one workflow document. Loading, saving, publishing and running are the page's business. */
export function Editor(props: EditorProps) {
  useEditorText();
  const session = useEditorSession(props);
  return (
    <SessionProvider value={session}>
      <Body>{props.children}</Body>
    </SessionProvider>
  );
}
