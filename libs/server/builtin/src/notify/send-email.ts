import { createTransport } from 'nodemailer';
import { messageOf } from '@heddle/kernel';
import { failure, type BuiltInOutcome } from '../executor.js';
import type { Notification } from './notification.js';

/** The mail server of this Heddle. */
export interface MailSettings {
  /** `smtp://user:password@host:587`, or `smtps://…`. */
  url: string;
  /** Sender, e.g. `Heddle <heddle@example.com>`. */
  from: string;
}

const CONNECT_MS_MAX = 10_000;
/** Longest silence of the mail server. */
const SILENCE_MS_MAX = 30_000;
/** Longest time of one e-mail, whatever the mail server says in between. */
const EMAIL_MS_MAX = 60_000;
/** Domain of message ids; they name a message and are no address. */
const MESSAGE_ID_DOMAIN = 'heddle.invalid';

type Email = Extract<Notification, { channel: 'email' }>;

/** What nodemailer tells of a failure. */
interface MailError extends Error {
  code?: string;
  responseCode?: number;
}

/**
 * Sends one e-mail over a connection of its own. The message id is the notification's, so that a mail server or a reader can
 * tell a message that was sent twice.
 */
export async function sendEmail(
  settings: MailSettings,
  email: Email,
  id: string,
  canceled: AbortSignal,
): Promise<BuiltInOutcome> {
  const signal = AbortSignal.any([canceled, AbortSignal.timeout(EMAIL_MS_MAX)]);
  const transport = createTransport({
    url: settings.url,
    connectionTimeout: CONNECT_MS_MAX,
    greetingTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Error('the mail server took too long, or the task was canceled'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    const sent = await Promise.race([
      transport.sendMail({
        from: settings.from,
        to: email.to,
        subject: email.subject,
        text: email.text,
        messageId: `<${id}@${MESSAGE_ID_DOMAIN}>`,
      }),
      aborted,
    ]);
    const [accepted, rejected] = [sent.accepted, sent.rejected].map((list) => list.map(String));
    return {
      ok: true,
      output: { accepted: accepted!, rejected: rejected!, messageId: sent.messageId },
    };
  } catch (error) {
    return explain(error as MailError);
  } finally {
    signal.removeEventListener('abort', onAbort);
    transport.close();
  }
}

/** Answers of 500 and above are for good, those of 400 and above may pass. @see RFC 5321, section 4.2.1 */
function explain(error: MailError): BuiltInOutcome {
  if (error.code === 'EAUTH')
    return failure(
      'SMTP_AUTH',
      'The mail server does not take the user and password of SMTP_URL.',
      true,
    );
  const isForGood = (error.responseCode ?? 0) >= 500;
  return failure('SMTP_FAILED', `The e-mail was not taken: ${messageOf(error)}`, isForGood);
}
