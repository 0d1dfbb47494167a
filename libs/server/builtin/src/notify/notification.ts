import { isJsonObject, type Json } from '@heddle/kernel';
import { RECIPIENTS_MAX } from '@heddle/nodes';

/** A notification as a `notify` node plans it. */
export type Notification =
  | { channel: 'webhook'; url: string; payload: Json }
  | { channel: 'chat'; url: string; text: string }
  | { channel: 'email'; to: string[]; subject: string; text: string };

const TEXT_LENGTH_MAX = 100_000;
const SUBJECT_LENGTH_MAX = 500;
/** Enough to tell a slip; whether an address exists only its server knows. No comma or angle bracket: one entry is one person. */
const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,250}$/;

/** Checks an input that may have been edited by hand. @returns a sentence on what is wrong, or the notification. */
export function parseNotification(input: Json): Notification | string {
  if (!isJsonObject(input)) return 'The input must be an object with channel.';
  switch (input['channel']) {
    case 'webhook':
      return parseUrl(input['url'], (url) => ({
        channel: 'webhook',
        url,
        payload: input['payload'] ?? null,
      }));
    case 'chat':
      return parseUrl(input['url'], (url) => {
        const text = textOf(input['text']);
        return text === null ? BAD_TEXT : { channel: 'chat', url, text };
      });
    case 'email':
      return parseEmail(input);
    default:
      return 'channel must be webhook, chat or email.';
  }
}

const BAD_TEXT = `text must be a text of 1 to ${TEXT_LENGTH_MAX} characters.`;

function parseUrl(
  url: Json | undefined,
  next: (url: string) => Notification | string,
): Notification | string {
  if (typeof url === 'string' && URL.canParse(url) && /^https?:/i.test(url)) return next(url);
  return 'url must be an absolute http or https address.';
}

function parseEmail(input: { [key: string]: Json }): Notification | string {
  const { to, subject } = input;
  if (!Array.isArray(to) || to.length === 0 || to.length > RECIPIENTS_MAX)
    return `to must be a list of 1 to ${RECIPIENTS_MAX} addresses.`;
  const bad = to.find((address) => typeof address !== 'string' || !ADDRESS.test(address));
  if (bad !== undefined) return `${JSON.stringify(bad).slice(0, 200)} is not an e-mail address.`;
  if (typeof subject !== 'string' || subject.length > SUBJECT_LENGTH_MAX || /[\r\n]/.test(subject))
    return `subject must be one line of at most ${SUBJECT_LENGTH_MAX} characters.`;
  const text = textOf(input['text']);
  return text === null ? BAD_TEXT : { channel: 'email', to: to as string[], subject, text };
}

/** Numbers, lists and the like are told as their JSON text, as templates do. */
function textOf(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length >= 1 && text.length <= TEXT_LENGTH_MAX ? text : null;
}
