import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock3,
  Hourglass,
  LoaderCircle,
  SkipForward,
  type LucideIcon,
} from 'lucide-react';

/** States of a run, as the API names them. */
export const RUN_STATES = [
  'queued',
  'running',
  'paused',
  'succeeded',
  'failed',
  'canceled',
] as const;
/** States of a node run, as the API names them. */
export const NODE_STATES = [
  'pending',
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
  'canceled',
] as const;

/** A run's state. */
export type RunStateName = (typeof RUN_STATES)[number];
/** A node run's state. */
export type NodeStateName = (typeof NODE_STATES)[number];
/** Any state that has a token. */
export type StateName = RunStateName | NodeStateName;

/** How a state looks: a CSS colour variable with values for light and dark, and an icon of its own. */
export interface StateToken {
  color: string;
  icon: LucideIcon;
  /** The icon turns while the state lasts. */
  isSpinning?: boolean;
}

/** One look per state, on every page. Colour never stands alone: the icon or label goes with it. */
export const STATE_TOKENS = {
  pending: { color: 'var(--h-state-pending)', icon: CircleDashed },
  queued: { color: 'var(--h-state-queued)', icon: Clock3 },
  running: { color: 'var(--h-state-running)', icon: LoaderCircle, isSpinning: true },
  waiting: { color: 'var(--h-state-waiting)', icon: Hourglass },
  paused: { color: 'var(--h-state-paused)', icon: CirclePause },
  succeeded: { color: 'var(--h-state-succeeded)', icon: CircleCheck },
  failed: { color: 'var(--h-state-failed)', icon: CircleX },
  skipped: { color: 'var(--h-state-skipped)', icon: SkipForward },
  canceled: { color: 'var(--h-state-canceled)', icon: Ban },
} as const satisfies Record<StateName, StateToken>;

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'skipped', 'canceled']);

/** Whether a run or node run in this state moves no more by itself. */
export function isEnded(state: string): boolean {
  return ENDED.has(state);
}
