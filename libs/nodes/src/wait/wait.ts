import type { NodeType, Plan } from '@heddle/engine';
import type { GraphNode } from '@heddle/graph';
import type { Json, Problem } from '@heddle/kernel';
import { celField, durationField } from '../fields.js';
import { commonPorts } from '../ports.js';

/** @see RFC 3339, section 5.6 */
const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
/** How a CEL duration looks as JSON. */
const DURATION = /^(-?\d+(?:\.\d+)?)s$/;

/**
 * Lets time pass without holding a worker: for a duration, or until an instant. Output: `{ until
 * }`, RFC 3339.
 */
export const wait: NodeType = {
  type: 'wait',
  group: 'control',
  configSchema: {
    type: 'object',
    properties: {
      durationMs: durationField('Duration', 'How long to wait. Leave empty when "Until" is used.'),
      until: celField(
        'Until',
        'An instant (timestamp, RFC 3339 text or epoch milliseconds) or a duration from now, e.g. duration("90s").',
      ),
    },
    additionalProperties: false,
  },
  initialConfig: { durationMs: 60_000 },
  expressionPaths: ['/until'],
  ports: commonPorts,
  hasEditableInput: false,
  check: exactlyOne,
  plan(node, evaluate) {
    const { durationMs } = node.config;
    if (typeof durationMs === 'number') return waitUntil(evaluate.now + durationMs);
    const value = evaluate.expression('/config/until');
    const until = instantOf(value, evaluate.now);
    if (until !== null) return waitUntil(until);
    const shown = JSON.stringify(value).slice(0, 80);
    const message = `/config/until: ${shown} is neither an RFC 3339 instant, epoch milliseconds nor a duration.`;
    return { kind: 'fail', error: { code: 'EXPRESSION_FAILED', message, isFinal: true } };
  },
};

function waitUntil(instant: number): Plan {
  const until = Math.ceil(instant);
  return { kind: 'wait', until, output: { until: new Date(until).toISOString() } };
}

/** Bound of instants that a `Date` can hold. @see ECMA-262, section 21.4.1.1 */
const INSTANT_MAX = 8.64e15;

function instantOf(value: Json, now: number): number | null {
  let instant = NaN;
  if (typeof value === 'number') instant = value;
  else if (typeof value === 'string') {
    const duration = DURATION.exec(value);
    if (duration) instant = now + Number(duration[1]) * 1000;
    else if (INSTANT.test(value)) instant = Date.parse(value.replace(' ', 'T'));
  }
  return Math.abs(instant) <= INSTANT_MAX ? instant : null;
}

function exactlyOne(node: GraphNode): Problem[] {
  const given = ['durationMs', 'until'].filter((name) => node.config[name] !== undefined);
  if (given.length === 1) return [];
  const message =
    given.length === 0
      ? 'Say how long to wait, or until when.'
      : 'Use either a duration or "until".';
  return [{ code: 'CONFIG', message, severity: 'error', path: '/config/durationMs' }];
}
