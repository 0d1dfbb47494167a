import { createHash, createHmac } from 'node:crypto';

/** Secrets that are given as bytes begin so. */
const BYTES_PREFIX = 'whsec_';

/**
 * Headers that prove where a webhook comes from, as of the Standard Webhooks specification: the signature covers id, time and
 * body, so that a receiver can refuse what is old and what it has seen.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  secret: string,
  id: string,
  body: string,
  nowMs: number,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = secret.startsWith(BYTES_PREFIX)
    ? Buffer.from(secret.slice(BYTES_PREFIX.length), 'base64')
    : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/**
 * The same for the same message of the same node, however often it is sent: attempts after a failure whose message may have
 * arrived, and tasks done again after a lost lease. Another text, or another run, is another message.
 */
export function notificationId(runId: string, nodeKey: string, content: string): string {
  const digest = createHash('sha256').update(`${runId}/${nodeKey}\n${content}`).digest('hex');
  return `msg_${runId}_${digest.slice(0, 24)}`;
}
