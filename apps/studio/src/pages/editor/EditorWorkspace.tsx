import { createDocumentStore, Editor, type EditorSession, readLocalDraft } from '@heddle/editor';
import type { GraphDocument } from '@heddle/graph';
import { NODE_TYPES } from '@heddle/nodes';
import { useApiQuery, WorkflowHold } from '@heddle/studio-data';
import { notifications } from '@mantine/notifications';
import { useCallback, useMemo, useState } from 'react';
import { roleIncludes } from '../../session.js';
import { downloadText, fileName } from '../../components/download.js';
import { ConflictDialog } from './ConflictDialog.js';
import './editor-page.css';
import { EditorActions } from './EditorActions.js';
import { EditorHeader } from './EditorHeader.js';
import type { LoadedWorkflow } from './EditorPage.js';
import { PublishDialog } from './PublishDialog.js';
import { RecoverDialog } from './RecoverDialog.js';
import { RunDialog } from './RunDialog.js';
import { useWorkflowCare } from '../workflows/use-workflow-care.js';
import { toProblems, useAutosave } from './use-autosave.js';
import { useEditorPageActions } from './use-editor-page-actions.js';
import { useOtherWorkflows } from './use-other-workflows.js';
import { useExecutorOffers } from './use-executor-offers.js';
import { VersionsDrawer } from './VersionsDrawer.js';

/** Whether the workflow is held is asked for again this often. */
const HOLD_REFRESH_MS = 15_000;

/** Dialogs of the editor page; one at a time. */
export type EditorDialog = 'none' | 'publish' | 'run' | 'versions';

const say: EditorSession['say'] = (message, kind = 'info') => {
  notifications.show({ message, ...(kind === 'error' ? { color: 'red' } : {}), autoClose: 3_500 });
};

/** The editor with everything around it: saving, publishing, running, versions. */
export function EditorWorkspace({
  workflow,
  graph,
}: {
  workflow: LoadedWorkflow;
  graph: GraphDocument;
}) {
  const [document] = useState(() => createDocumentStore(graph));
  const [leftBehind, setLeftBehind] = useState(() => readLocalDraft(workflow.id));
  const [meta, setMeta] = useState({
    publishedVersion: workflow.publishedVersion,
    hasUnpublishedChanges: workflow.hasUnpublishedChanges,
  });
  const [serverProblems, setServerProblems] = useState(() => toProblems(workflow.draft.problems));
  const [dialog, setDialog] = useState<EditorDialog>('none');
  const [session, setSession] = useState<EditorSession | null>(null);
  const executors = useExecutorOffers(workflow.namespace.name);
  const isReadOnly = !roleIncludes(workflow.namespace.role, 'EDITOR') || workflow.isArchived;
  const { saver, state } = useAutosave({
    workflowId: workflow.id,
    revision: workflow.draft.revision,
    document,
    onSaved: (saved) => {
      setServerProblems(toProblems(saved.problems));
      setMeta((before) => ({ ...before, hasUnpublishedChanges: saved.hasUnpublishedChanges }));
    },
  });
  const { others, openWorkflow } = useOtherWorkflows(workflow);
  const host = useMemo(
    () => ({
      publish: () => setDialog('publish'),
      run: () => setDialog('run'),
      openVersions: () => setDialog('versions'),
      save: () => void saver.flush(),
      openWorkflow,
      exportJson: () =>
        downloadText(
          fileName(workflow.name, 'json'),
          JSON.stringify(document.state.getState().graph, null, 2),
        ),
    }),
    [saver, document, workflow.name, openWorkflow],
  );
  useEditorPageActions(session);
  // The workflow itself is loaded once per visit; whether it is held may change meanwhile.
  const held = useApiQuery(WorkflowHold, { id: workflow.id }, { refetchMs: HOLD_REFRESH_MS });
  const hold = held.data ? (held.data.workflow?.hold ?? null) : workflow.hold;
  const care = useWorkflowCare({ id: workflow.id, name: workflow.name, hold });
  const close = useCallback(() => setDialog('none'), []);
  const shared = { workflow, document, saver, meta, onClose: close };
  return (
    <>
      <EditorHeader
        workflow={workflow}
        meta={meta}
        saveState={state}
        isReadOnly={isReadOnly}
        hold={hold}
      />
      <Editor
        document={document}
        registry={NODE_TYPES}
        executors={executors}
        workflows={others}
        serverProblems={serverProblems}
        host={host}
        isReadOnly={isReadOnly}
        say={say}
        onSession={setSession}
      >
        {session ? (
          <EditorActions
            session={session}
            canRun={roleIncludes(workflow.namespace.role, 'OPERATOR')}
            care={care.actions}
          />
        ) : null}
      </Editor>
      {dialog === 'publish' && session ? (
        <PublishDialog {...shared} session={session} onPublished={setMeta} />
      ) : null}
      {care.dialog}
      {dialog === 'run' ? <RunDialog {...shared} /> : null}
      <VersionsDrawer
        {...shared}
        isOpen={dialog === 'versions'}
        isReadOnly={isReadOnly}
        onPublished={setMeta}
      />
      {state.kind === 'conflict' ? (
        <ConflictDialog workflowId={workflow.id} document={document} saver={saver} />
      ) : null}
      {leftBehind && !isReadOnly ? (
        <RecoverDialog
          draft={leftBehind}
          workflow={workflow}
          document={document}
          onDone={() => setLeftBehind(null)}
        />
      ) : null}
    </>
  );
}
