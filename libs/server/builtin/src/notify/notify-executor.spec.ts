import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '@heddle/kernel';
import { AddressGuard } from '@heddle/server-gateway-http';
import type { BuiltInTask } from '../executor.js';
import { NotifyExecutor, type NotifySettings } from './notify-executor.js';

const SECRET = 'a secret of at least 24 characters';

/** A mail server that takes one message per connection and answers as it is told. */
class MailServer {
  readonly messages: { recipients: string[]; data: string }[] = [];
  /** Answer to a recipient. */
  answerTo: (address: string) => string = () => '250 ok';
  /** Whether it says nothing at all. */
  isMute = false;
  readonly #sockets = new Set<Socket>();
  readonly #server = createTcpServer((socket) => this.#serve(socket));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    if (this.isMute) return;
    const recipients: string[] = [];
    let data: string | null = null;
    let rest = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    say('220 test');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (data !== null) {
          if (line === '.') {
            this.messages.push({ recipients, data });
            data = null;
            say('250 taken');
          } else data += `${line}\n`;
        } else if (/^DATA/i.test(line)) {
          data = '';
          say('354 go on');
        } else if (/^RCPT TO:/i.test(line)) {
          const address = /<(.*)>/.exec(line)?.[1] ?? '';
          const answer = this.answerTo(address);
          if (answer.startsWith('250')) recipients.push(address);
          say(answer);
        } else say(/^QUIT/i.test(line) ? '221 bye' : '250 ok');
      }
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

describe('notify', () => {
  let server: Server;
  let base: string;
  let status = 200;
  const received: Received[] = [];
  const lines: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        received.push({ path: request.url ?? '', headers: request.headers, body });
        response.writeHead(status).end('ok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    received.length = 0;
    lines.length = 0;
    status = 200;
  });

  const taskOf = (input: Json, signal = new AbortController().signal): BuiltInTask => ({
    input,
    runId: '7',
    nodeKey: 'tell',
    signal,
    log: (level, message) => lines.push(`${level} ${message}`),
  });
  async function send(
    input: Json,
    settings: Partial<NotifySettings> = {},
    allowed = ['127.0.0.1'],
    signal?: AbortSignal,
  ) {
    const executor = new NotifyExecutor(new AddressGuard(allowed), {
      signingSecret: SECRET,
      mail: null,
      ...settings,
    });
    try {
      return await executor.run(taskOf(input, signal));
    } finally {
      await executor.close();
    }
  }

  describe('by webhook', () => {
    const webhook = (payload: Json = { total: 5 }) => ({
      channel: 'webhook',
      url: `${base}/hook?x=1`,
      payload,
    });

    it('posts JSON whose signature covers id, time and body', async () => {
      expect(await send(webhook())).toEqual({ ok: true, output: { status: 200 } });
      const [{ headers, body, path }] = received as [Received];
      expect(path).toBe('/hook?x=1');
      expect(headers['content-type']).toBe('application/json');
      expect(JSON.parse(body)).toEqual({
        id: headers['webhook-id'],
        run: '7',
        node: 'tell',
        data: { total: 5 },
      });
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const expected = createHmac('sha256', SECRET).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${expected}`);
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    });

    it('takes a secret of bytes, as receivers’ libraries give it', async () => {
      const key = Buffer.from('0123456789abcdef0123456789abcdef');
      await send(webhook(), { signingSecret: `whsec_${key.toString('base64')}` });
      const [{ headers, body }] = received as [Received];
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      expect(headers['webhook-signature']).toBe(
        `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
      );
    });

    it('the same message has the same id, however often it is sent; another one has another', async () => {
      await send(webhook());
      await send(webhook());
      await send(webhook({ total: 6 }));
      const ids = received.map(({ headers }) => headers['webhook-id']);
      expect(ids[1]).toBe(ids[0]);
      expect(ids[2]).not.toBe(ids[0]);
    });

    it('P6: fails by the status, without naming more of the address than its host', async () => {
      status = 503;
      const outcome = await send(webhook());
      expect(outcome).toMatchObject({
        ok: false,
        error: { code: 'HTTP_STATUS', message: `POST ${base} answered 503.` },
      });
      expect(lines.join()).not.toContain('/hook');
    });

    it('does not call private addresses that nobody allowed', async () => {
      expect(await send(webhook(), {}, [])).toMatchObject({
        ok: false,
        error: { code: 'ADDRESS_REFUSED', isFinal: true },
      });
      expect(received).toEqual([]);
    });

    it('is never sent without a signature', async () => {
      expect(await send(webhook(), { signingSecret: null })).toMatchObject({
        ok: false,
        error: {
          code: 'NOTIFY_NOT_CONFIGURED',
          message: expect.stringContaining('NOTIFY_SIGNING_SECRET'),
          isFinal: true,
        },
      });
      expect(received).toEqual([]);
    });
  });

  it('a chat room gets a text', async () => {
    const outcome = await send({
      channel: 'chat',
      url: `${base}/services/T0/secret`,
      text: 'Hi "you"',
    });
    expect(outcome).toEqual({ ok: true, output: { status: 200 } });
    expect(received[0]!.body).toBe('{"text":"Hi \\"you\\""}');
    expect(lines.join()).not.toContain('secret');
  });

  describe('by e-mail', () => {
    let mail: MailServer;
    let url: string;
    const email = {
      channel: 'email',
      to: ['ana@example.com', 'bo@example.com'],
      subject: 'Fertig: Ä',
      text: 'All is well.\n.\nReally.',
    };
    beforeEach(async () => {
      mail = new MailServer();
      url = await mail.start();
      return () => mail.stop();
    });
    const settings = () => ({ mail: { url, from: 'Heddle <heddle@example.com>' } });

    it('sends it, and tells who got it', async () => {
      expect(await send(email, settings())).toMatchObject({
        ok: true,
        output: { accepted: email.to, rejected: [], messageId: expect.stringMatching(/^<msg_7_/) },
      });
      const [{ recipients, data }] = mail.messages as [MailServer['messages'][number]];
      expect(recipients).toEqual(email.to);
      expect(data).toContain('From: Heddle <heddle@example.com>');
      expect(data).toContain('To: ana@example.com, bo@example.com');
      expect(data).toContain('Subject: =?UTF-8?');
      expect(data).toContain('All is well.\n..\nReally.');
    });

    it('the same e-mail has the same message id', async () => {
      await send(email, settings());
      await send(email, settings());
      const ids = mail.messages.map(({ data }) => /^Message-ID: (.*)$/im.exec(data)?.[1]);
      expect(ids[0]).toMatch(/^<msg_7_/);
      expect(ids[1]).toBe(ids[0]);
    });

    it('says whom the mail server did not take', async () => {
      mail.answerTo = (address) => (address.startsWith('bo') ? '550 unknown' : '250 ok');
      expect(await send(email, settings())).toMatchObject({
        ok: true,
        output: { accepted: ['ana@example.com'], rejected: ['bo@example.com'] },
      });
    });

    it.each([
      ['550 no such user', true],
      ['451 try later', undefined],
    ])('an answer of %s ends retries: %s', async (answer, isFinal) => {
      mail.answerTo = () => answer;
      const outcome = await send(email, settings());
      expect(outcome).toMatchObject({ ok: false, error: { code: 'SMTP_FAILED' } });
      expect(!outcome.ok && outcome.error.isFinal).toBe(isFinal);
    });

    it('P6: a mail server that is not there is told without its password', async () => {
      await mail.stop();
      const withPassword = { mail: { url: url.replace('//', '//ana:secret@'), from: 'a@b.test' } };
      const outcome = await send(email, withPassword);
      expect(outcome).toMatchObject({ ok: false, error: { code: 'SMTP_FAILED' } });
      expect(JSON.stringify([outcome, lines])).not.toContain('secret');
      mail = new MailServer();
      await mail.start();
    });

    it('is broken off when the task is canceled', async () => {
      mail.isMute = true;
      const abort = new AbortController();
      const sending = send(email, settings(), [], abort.signal);
      abort.abort();
      expect(await sending).toMatchObject({ ok: false, error: { code: 'SMTP_FAILED' } });
    });

    it('says what an administrator has to set', async () => {
      expect(await send(email)).toMatchObject({
        ok: false,
        error: { code: 'SMTP_NOT_CONFIGURED', message: expect.stringContaining('SMTP_URL') },
      });
    });
  });

  it.each([
    [5, /object/],
    [{ channel: 'pigeon' }, /webhook, chat or email/],
    [{ channel: 'webhook', url: '/a' }, /absolute/],
    [{ channel: 'chat', url: 'https://a.test', text: '' }, /text/],
    [{ channel: 'email', to: [], subject: 's', text: 't' }, /1 to 50/],
    [{ channel: 'email', to: ['a'], subject: 's', text: 't' }, /"a" is not an e-mail/],
    [{ channel: 'email', to: ['a@b.c, x@y.z'], subject: 's', text: 't' }, /not an e-mail/],
    [{ channel: 'email', to: ['a@b.c>\r\nRCPT TO:<x@y.z'], subject: 's', text: 't' }, /not an/],
    [{ channel: 'email', to: ['a@b.c'], subject: 's\r\nBcc: x@y.z', text: 't' }, /one line/],
  ])('explains a wrong input %j', async (input, message) => {
    expect(await send(input)).toMatchObject({
      ok: false,
      error: { code: 'BAD_INPUT', message: expect.stringMatching(message), isFinal: true },
    });
  });
});
