import { LoadingState } from '@heddle/ui';

/** One run. */
export function RunPage() {
  return <LoadingState />;
}
