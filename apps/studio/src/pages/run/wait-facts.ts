import type { WaitReasonView } from '@heddle/editor';
import { isJsonObject } from '@heddle/kernel';
import type { repairEn } from '../../i18n/repair-en.js';

/** Text key of a fact's name. */
type FactLabel = keyof typeof repairEn & `fact.${string}`;

/** Facts that this page has words for; others are shown under their own name. */
const LABELS: Readonly<Record<string, FactLabel>> = {
  group: 'fact.group',
  executor: 'fact.executor',
  name: 'fact.name',
  key: 'fact.key',
  workers: 'fact.workers',
  workersInGroup: 'fact.workersInGroup',
  workersMatching: 'fact.workersMatching',
  queuePosition: 'fact.position',
  attemptsMax: 'fact.attempts',
  settled: 'fact.settled',
  live: 'fact.live',
  openCount: 'fact.open',
  started: 'fact.started',
  limit: 'fact.limit',
  title: 'fact.title',
  workerCount: 'fact.workers',
  slots: 'fact.slots',
  slotCount: 'fact.slots',
  freeSlots: 'fact.freeSlots',
  position: 'fact.position',
  ahead: 'fact.ahead',
  aheadCount: 'fact.ahead',
  attempt: 'fact.attempt',
  attempts: 'fact.attempts',
  worker: 'fact.worker',
  active: 'fact.active',
  total: 'fact.total',
  assignees: 'fact.assignees',
};

/** Facts that stand elsewhere: the hold's badge has them. */
const HIDDEN: ReadonlySet<string> = new Set([
  'by',
  'reason',
  'scope',
  'at',
  'until',
  'dueAt',
  'expiresAt',
  'since',
  'nodeKey',
  'join',
]);
/** Facts shown at most. */
const FACTS_MAX = 8;

/** A fact of a reason as it is shown. */
export interface Fact {
  name: string;
  label: FactLabel | undefined;
  value: string;
}

/** The plain values among a reason's facts: texts, numbers, and lists of them. */
export function factsOf({ facts }: WaitReasonView): Fact[] {
  if (!isJsonObject(facts)) return [];
  return Object.entries(facts)
    .flatMap(([name, value]) => {
      const parts = Array.isArray(value) ? value : [value];
      const isPlain = parts.every((part) => typeof part === 'string' || typeof part === 'number');
      if (HIDDEN.has(name) || parts.length === 0 || !isPlain) return [];
      const label = Object.hasOwn(LABELS, name) ? LABELS[name] : undefined;
      return [{ name, label, value: parts.join(', ') }];
    })
    .slice(0, FACTS_MAX);
}
