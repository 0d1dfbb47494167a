import type { NodeEvaluator, NodeType, Plan } from '@heddle/engine';
import type { GraphNode } from '@heddle/graph';
import type { Json, JsonObject, Problem } from '@heddle/kernel';
import { jsonTemplateField, templateField } from '../fields.js';
import { commonPorts } from '../ports.js';

/** Worker group and executor under which servers themselves send notifications. */
export const NOTIFY_ROUTE = { group: 'heddle', executor: 'heddle.notify' } as const;

/** Recipients of one e-mail. */
export const RECIPIENTS_MAX = 50;

/** Where a notification may go. */
export type NotifyChannel = 'webhook' | 'chat' | 'email';

/** Fields that each channel cannot do without, and those it may have besides. */
const FIELDS: Readonly<Record<NotifyChannel, { needs: string[]; takes: string[] }>> = {
  webhook: { needs: ['url'], takes: ['payload'] },
  chat: { needs: ['url', 'text'], takes: [] },
  email: { needs: ['to', 'subject', 'text'], takes: [] },
};
const ABSOLUTE_URL = /^https?:\/\/[^\s/]+/i;

/**
 * Tells somebody outside. Plans a task for the executor `heddle.notify` with the channel and its
 * fields: `{ channel: 'webhook', url, payload }`, `{ channel: 'chat', url, text }`, `{ channel:
 * 'email', to, subject, text }`.
 */
export const notify: NodeType = {
  type: 'notify',
  group: 'work',
  configSchema: {
    type: 'object',
    properties: {
      channel: {
        type: 'string',
        title: 'Channel',
        description:
          'webhook: signed JSON to an address. chat: a text to the webhook of a chat room. email: by the mail server of this Heddle.',
        enum: Object.keys(FIELDS),
        default: 'webhook',
      },
      url: templateField('URL', 'Absolute address of the webhook, http or https.'),
      payload: jsonTemplateField('Payload', 'What a webhook gets as data. Empty: null.'),
      to: {
        type: 'array',
        title: 'To',
        description: 'Addresses that an e-mail goes to.',
        items: templateField('Address', 'For example ana@example.com.'),
        maxItems: RECIPIENTS_MAX,
      },
      subject: templateField('Subject', 'Subject of an e-mail.'),
      text: templateField('Text', 'What is said, in a chat or an e-mail.'),
    },
    required: ['channel'],
    additionalProperties: false,
  },
  initialConfig: { channel: 'webhook', url: 'https://', payload: { run: '${{ run.id }}' } },
  expressionPaths: [],
  ports: commonPorts,
  hasEditableInput: true,
  route: () => NOTIFY_ROUTE,
  check: channelProblems,
  plan,
};

function plan(node: GraphNode, evaluate: NodeEvaluator): Plan {
  const channel = node.config['channel'] as NotifyChannel;
  const { needs, takes } = FIELDS[channel];
  const input: JsonObject = { channel };
  for (const name of [...needs, ...takes])
    input[name] = evaluate.template(`/config/${name}`) ?? null;
  const missing = needs.find((name) => isEmpty(input[name]));
  if (missing !== undefined)
    return failed('INVALID_NOTIFICATION', `The ${missing} of this ${channel} turned out empty.`);
  const { url } = input;
  if (url !== undefined && (typeof url !== 'string' || !ABSOLUTE_URL.test(url)))
    return failed('INVALID_URL', 'The URL must start with http:// or https://.');
  return { kind: 'task', ...NOTIFY_ROUTE, input };
}

function failed(code: string, message: string): Plan {
  return { kind: 'fail', error: { code, message, isFinal: true } };
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (value as Json[]).length === 0;
}

/** What a channel lacks, what it has no use for, and a URL that can be judged before it runs. */
function channelProblems({ config }: GraphNode): Problem[] {
  const channel = config['channel'] as NotifyChannel;
  const { needs, takes } = FIELDS[channel];
  const missing = needs
    .filter((name) => isEmpty(config[name]))
    .map((name) => problem(name, `A notification by ${channel} needs ${name}.`, 'error'));
  const useless = Object.keys(config)
    .filter((name) => name !== 'channel' && ![...needs, ...takes].includes(name))
    .map((name) => problem(name, `A notification by ${channel} has no ${name}.`, 'warning'));
  const url = config['url'];
  const isBadUrl =
    needs.includes('url') &&
    typeof url === 'string' &&
    url !== '' &&
    !url.startsWith('${{') &&
    !ABSOLUTE_URL.test(url);
  const bad = isBadUrl
    ? [problem('url', 'The URL must start with http:// or https:// and a host.', 'error')]
    : [];
  return [...missing, ...useless, ...bad];
}

function problem(name: string, message: string, severity: 'error' | 'warning'): Problem {
  return { code: 'CONFIG', message, severity, path: `/config/${name}` };
}
