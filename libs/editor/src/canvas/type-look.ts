import {
  Bell,
  Braces,
  CircleCheck,
  CodeXml,
  Cog,
  Globe,
  Layers,
  type LucideIcon,
  OctagonX,
  Puzzle,
  Radio,
  Repeat,
  Split,
  Timer,
  UserRoundCheck,
  Workflow,
} from 'lucide-react';
import type { EditorText } from '../i18n/index.js';
import type { en } from '../i18n/en.js';

interface TypeLook {
  icon: LucideIcon;
  /** Colour of the icon's tile. */
  color: string;
  title: keyof typeof en & `type.${string}`;
  hint: keyof typeof en & `type.${string}.hint`;
}

/** Icon, colour and words of the node types that this page knows. */
const LOOKS: Readonly<Record<string, TypeLook>> = {
  job: { icon: Cog, color: '#5855c4', title: 'type.job', hint: 'type.job.hint' },
  http: { icon: Globe, color: '#0b72b5', title: 'type.http', hint: 'type.http.hint' },
  decision: { icon: Split, color: '#9a6700', title: 'type.decision', hint: 'type.decision.hint' },
  transform: {
    icon: Braces,
    color: '#0f7b74',
    title: 'type.transform',
    hint: 'type.transform.hint',
  },
  wait: { icon: Timer, color: '#6b7482', title: 'type.wait', hint: 'type.wait.hint' },
  script: { icon: CodeXml, color: '#7a5c00', title: 'type.script', hint: 'type.script.hint' },
  notify: { icon: Bell, color: '#b3591a', title: 'type.notify', hint: 'type.notify.hint' },
  subworkflow: {
    icon: Workflow,
    color: '#3f6fc4',
    title: 'type.subworkflow',
    hint: 'type.subworkflow.hint',
  },
  forEach: { icon: Layers, color: '#3f6fc4', title: 'type.forEach', hint: 'type.forEach.hint' },
  loop: { icon: Repeat, color: '#3f6fc4', title: 'type.loop', hint: 'type.loop.hint' },
  signal: { icon: Radio, color: '#6b7482', title: 'type.signal', hint: 'type.signal.hint' },
  approval: {
    icon: UserRoundCheck,
    color: '#a3458f',
    title: 'type.approval',
    hint: 'type.approval.hint',
  },
  succeed: {
    icon: CircleCheck,
    color: '#1a7f45',
    title: 'type.succeed',
    hint: 'type.succeed.hint',
  },
  fail: { icon: OctagonX, color: '#c5303f', title: 'type.fail', hint: 'type.fail.hint' },
};

/** Icon of a node type; a puzzle piece for one that this page does not know. */
export function typeIcon(type: string): LucideIcon {
  return LOOKS[type]?.icon ?? Puzzle;
}

/** Colour of a node type's tile. */
export function typeColor(type: string): string {
  return LOOKS[type]?.color ?? '#6b7482';
}

/** Name of a node type in the current language. */
export function typeTitle(t: EditorText, type: string): string {
  const look = LOOKS[type];
  return look ? t(look.title) : type;
}

/** What a node type does, in one sentence. */
export function typeHint(t: EditorText, type: string): string {
  const look = LOOKS[type];
  return look ? t(look.hint) : '';
}

const CONTAINERS: ReadonlySet<string> = new Set(['forEach', 'loop', 'subworkflow']);

/** Whether nodes of this type start child runs: their cards look like a stack. */
export function isContainer(type: string): boolean {
  return CONTAINERS.has(type);
}

/** Types that this page has words and an icon for. */
export const KNOWN_TYPES: readonly string[] = Object.keys(LOOKS);
