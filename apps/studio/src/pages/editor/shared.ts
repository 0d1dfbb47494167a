import type { Autosaver, DocumentStore } from '@heddle/editor';
import type { LoadedWorkflow } from './EditorPage.js';

/** What publishing changes. */
export interface PublishState {
  publishedVersion: number | null;
  hasUnpublishedChanges: boolean;
}

/** What every dialog of the editor page gets. */
export interface EditorDialogProps {
  workflow: LoadedWorkflow;
  document: DocumentStore;
  saver: Autosaver;
  meta: PublishState;
  onClose: () => void;
}
