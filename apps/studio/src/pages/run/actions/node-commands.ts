import {
  Ban,
  CirclePause,
  CirclePlay,
  History,
  type LucideIcon,
  PencilLine,
  RotateCcw,
  UserRoundCheck,
} from 'lucide-react';
import type { repairEn } from '../../../i18n/repair-en.js';
import {
  type NodeFacts,
  type Refusal,
  whyNotCancel,
  whyNotHold,
  whyNotMark,
  whyNotRelease,
  whyNotRerun,
  whyNotRetry,
  whyNotRetryEdited,
} from '../node-rules.js';

/** What a node action does; the page around carries it out. */
export type NodeActionId = 'retry' | 'retryEdit' | 'rerun' | 'hold' | 'release' | 'mark' | 'cancel';

/** One action on a node. Buttons, both menus and keys read this one object. */
export interface NodeCommand {
  id: NodeActionId;
  label: keyof typeof repairEn & `act.${string}`;
  icon: LucideIcon;
  shortcut?: string;
  /** A button of its own in the panel; the others stand in its menu. */
  isMain?: boolean;
  isDanger?: boolean;
  /** Left out instead of disabled where it cannot be used. */
  isHiddenIfRefused?: boolean;
  refusal: (facts: NodeFacts) => Refusal;
}

/** Every action on a node of a run, in menu order. */
export const NODE_COMMANDS: readonly NodeCommand[] = [
  {
    id: 'retry',
    label: 'act.retry',
    icon: RotateCcw,
    shortcut: 'R',
    isMain: true,
    refusal: whyNotRetry,
  },
  {
    id: 'retryEdit',
    label: 'act.retryEdit',
    icon: PencilLine,
    isMain: true,
    refusal: whyNotRetryEdited,
  },
  {
    id: 'rerun',
    label: 'act.rerun',
    icon: History,
    shortcut: 'Shift+R',
    isMain: true,
    refusal: whyNotRerun,
  },
  {
    id: 'release',
    label: 'act.release',
    icon: CirclePlay,
    isHiddenIfRefused: true,
    refusal: whyNotRelease,
  },
  {
    id: 'hold',
    label: 'act.hold',
    icon: CirclePause,
    shortcut: 'Shift+H',
    isHiddenIfRefused: true,
    refusal: whyNotHold,
  },
  { id: 'mark', label: 'act.mark', icon: UserRoundCheck, shortcut: 'Shift+M', refusal: whyNotMark },
  { id: 'cancel', label: 'act.cancel', icon: Ban, isDanger: true, refusal: whyNotCancel },
];
