import { Agent } from 'undici';
import { NOTIFY_ROUTE } from '@heddle/nodes';
import { AddressGuard, callHttp } from '@heddle/server-gateway-http';
import type { Json } from '@heddle/kernel';
import {
  failure,
  type BuiltInExecutor,
  type BuiltInOutcome,
  type BuiltInTask,
} from '../executor.js';
import { parseNotification, type Notification } from './notification.js';
import { sendEmail, type MailSettings } from './send-email.js';
import { notificationId, signedHeaders } from './signature.js';

/** What this server needs to tell people and systems outside. Null: not set up. */
export interface NotifySettings {
  /** Signs webhooks; at least 24 characters, or `whsec_` and base64. */
  signingSecret: string | null;
  mail: MailSettings | null;
}

/** Longest time of one webhook. */
const TIMEOUT_MS = 30_000;

/** Carries out `notify` nodes. */
export class NotifyExecutor implements BuiltInExecutor {
  readonly name = NOTIFY_ROUTE.executor;
  readonly description = 'Sends a webhook, a chat message or an e-mail.';
  readonly #agent: Agent;

  constructor(
    guard: AddressGuard,
    private readonly settings: NotifySettings,
  ) {
    this.#agent = new Agent({ connect: guard.connector() });
  }

  async run(task: BuiltInTask): Promise<BuiltInOutcome> {
    const notification = parseNotification(task.input);
    if (typeof notification === 'string') return failure('BAD_INPUT', notification, true);
    const outcome = await this.#send(task, notification);
    if (outcome.ok) task.log('info', `${notification.channel} to ${placeOf(notification)}: sent`);
    else task.log('error', `${outcome.error.code}: ${outcome.error.message}`);
    return outcome;
  }

  #send(task: BuiltInTask, notification: Notification): Promise<BuiltInOutcome> {
    switch (notification.channel) {
      case 'webhook':
        return this.#webhook(task, notification.url, notification.payload);
      case 'chat':
        return this.#post(notification.url, JSON.stringify({ text: notification.text }), {}, task);
      case 'email':
        return this.#email(task, notification);
    }
  }

  async #webhook(task: BuiltInTask, url: string, payload: Json): Promise<BuiltInOutcome> {
    const { signingSecret } = this.settings;
    if (signingSecret === null)
      return failure(
        'NOTIFY_NOT_CONFIGURED',
        'Webhooks are signed, and this server has no secret for it: an administrator sets NOTIFY_SIGNING_SECRET. The node type http calls addresses without a signature.',
        true,
      );
    const { runId, nodeKey } = task;
    const id = notificationId(runId, nodeKey, `${url}\n${JSON.stringify(payload)}`);
    const body = JSON.stringify({ id, run: runId, node: nodeKey, data: payload });
    return this.#post(url, body, signedHeaders(signingSecret, id, body, Date.now()), task);
  }

  /** Posts JSON. The address of a chat room is a secret in itself, so no message names more than its host. */
  async #post(
    url: string,
    body: string,
    headers: Record<string, string>,
    task: BuiltInTask,
  ): Promise<BuiltInOutcome> {
    const call = {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      query: {},
      body,
      successWhen: null,
      timeoutMs: TIMEOUT_MS,
    };
    const result = await callHttp(call, this.#agent, task.signal);
    if (result.ok) return { ok: true, output: { status: result.status } };
    const { origin, pathname } = new URL(url);
    const message = result.error.message.replaceAll(`${origin}${pathname}`, origin);
    return { ok: false, error: { ...result.error, message } };
  }

  async #email(
    task: BuiltInTask,
    email: Extract<Notification, { channel: 'email' }>,
  ): Promise<BuiltInOutcome> {
    if (!this.settings.mail)
      return failure(
        'SMTP_NOT_CONFIGURED',
        'This server has no mail server: an administrator sets SMTP_URL and SMTP_FROM.',
        true,
      );
    const content = JSON.stringify([email.to, email.subject, email.text]);
    const id = notificationId(task.runId, task.nodeKey, content);
    return sendEmail(this.settings.mail, email, id, task.signal);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function placeOf(notification: Notification): string {
  return notification.channel === 'email'
    ? notification.to.join(', ')
    : new URL(notification.url).host;
}
