import type { CSSProperties } from 'react';
import { uiMessages } from './i18n/index.js';
import {
  NODE_STATES,
  RUN_STATES,
  STATE_TOKENS,
  type NodeStateName,
  type RunStateName,
  type StateName,
  type StateToken,
} from './states.js';

/** The icon of a state in its colour; give it a label beside it or a title. */
export function StateIcon({
  state,
  size = 14,
  title,
}: {
  state: StateName;
  size?: number;
  title?: string;
}) {
  const token: StateToken = STATE_TOKENS[state];
  const Icon = token.icon;
  return (
    <Icon
      size={size}
      color={token.color}
      className={token.isSpinning ? 'h-spin' : undefined}
      role={title ? 'img' : undefined}
      aria-label={title}
      aria-hidden={title ? undefined : true}
    />
  );
}

/** The name of a state in the current language; `kind` says whose state it is. */
export function useStateLabel(): (kind: 'run' | 'node', state: string) => string {
  const t = uiMessages.useText();
  return (kind, state) => {
    if (kind === 'run') {
      const run = RUN_STATES.find((name) => name === state);
      return run ? t(`state.run.${run}`) : state;
    }
    const node = NODE_STATES.find((name) => name === state);
    return node ? t(`state.node.${node}`) : state;
  };
}

type StateBadgeProps = (
  { kind: 'run'; state: RunStateName } | { kind: 'node'; state: NodeStateName }
) & {
  /** With a tinted background. */
  filled?: boolean;
};

/** State as icon and label in the state's colour. */
export function StateBadge({ kind, state, filled = false }: StateBadgeProps) {
  const label = useStateLabel();
  const style = { '--h-state-color': STATE_TOKENS[state].color } as CSSProperties;
  return (
    <span className="h-state" data-filled={filled || undefined} data-state={state} style={style}>
      <StateIcon state={state} />
      {label(kind, state)}
    </span>
  );
}
