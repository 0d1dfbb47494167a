import { LoadingState } from '@heddle/ui';

/** The editor of one workflow. */
export function EditorPage() {
  return <LoadingState />;
}
