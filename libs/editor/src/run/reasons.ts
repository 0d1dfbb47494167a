import { isJsonObject } from '@heddle/kernel';
import { useEditorText } from '../i18n/index.js';
import type { WaitReasonView } from './source.js';

/** Every kind of reason that this page has words for. */
const KINDS = [
  'runQueued',
  'iteration',
  'undo',
  'more',
  'join',
  'retry',
  'time',
  'signal',
  'approval',
  'children',
  'hold',
  'run',
  'compensation',
  'noWorker',
  'noSlot',
  'queue',
  'task',
] as const;

/** Reasons worth a word on the card: its state alone would not tell. */
const TOLD_ON_CARD: ReadonlySet<string> = new Set([
  'signal',
  'approval',
  'hold',
  'run',
  'noWorker',
  'noSlot',
]);

/** Kinds that mean the same to people as another one. */
const SYNONYMS: Readonly<Record<string, (typeof KINDS)[number]>> = {
  queued: 'queue',
  queuePosition: 'queue',
  running: 'task',
};

/** A reason in a few words of the current language; the server's own sentence for a kind that this page does not know. */
export function useReasonText(): (reason: WaitReasonView) => string {
  const t = useEditorText();
  return ({ kind, message }) => {
    const known = SYNONYMS[kind] ?? KINDS.find((entry) => entry === kind);
    return known ? t(`reason.${known}`) : message;
  };
}

/** Whether a reason is the node's own, and not that of a node further up its chain. */
function isOwn({ facts }: WaitReasonView, key: string): boolean {
  const about = isJsonObject(facts) ? facts['nodeKey'] : undefined;
  return about === undefined || about === key;
}

/** The reason that a node's card shows in place of its state; undefined when the state says enough. */
export function reasonOnCard(
  reasons: readonly WaitReasonView[],
  key: string,
): WaitReasonView | undefined {
  return reasons.find((reason) => TOLD_ON_CARD.has(reason.kind) && isOwn(reason, key));
}
