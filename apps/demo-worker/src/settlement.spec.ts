import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@heddle/kernel';
import type { JobContext, NonRetryableError } from '@heddle/worker-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRows } from './csv.js';
import { demoEndpoint } from './endpoint.js';
import { loadJob } from './jobs/load.js';
import { priceJob, type PriceInput } from './jobs/price.js';
import { settleJob } from './jobs/settle.js';
import { sleepJob } from './jobs/sleep.js';
import { splitJob } from './jobs/split.js';
import { ResultFiles } from './result-files.js';

const BROKEN_LINE = 1743;

let directory: string;
let server: Server;
let base: string;
let files: ResultFiles;
let lines: string[];
let appended: JsonObject;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-demo-'));
  lines = [];
  appended = {};
  // The address is known only once the server listens, and the server needs the files.
  server = demoEndpoint({
    read: (...of: [string, string]) => files.read(...of),
    write: (...of: [string, string, string]) => files.write(...of),
  } as ResultFiles);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  files = new ResultFiles(directory, base);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true, force: true });
});

function context(signal = new AbortController().signal): JobContext {
  const note = (message: string) => void lines.push(message);
  return {
    signal, attempt: 1, idempotencyKey: 'k', runId: '12', nodeKey: 'n', workflow: 'w', namespace: 'default', timeoutMs: null,
    log: { debug: note, info: note, warn: note, error: note },
    progress: () => undefined,
    context: { append: (values) => Object.assign(appended, values) },
  }; // prettier-ignore
}

async function rates(): Promise<Record<string, string>> {
  const response = await fetch(`${base}/fx.json`);
  return ((await response.json()) as { rates: Record<string, string> }).rates;
}

async function parts(): Promise<Record<'domestic' | 'international', PriceInput>> {
  const split = (await splitJob(files).run({ url: `${base}/orders.csv` }, context())) as Record<
    string,
    { url: string }
  >;
  const input = async (region: 'domestic' | 'international') => ({
    region,
    url: split[region]?.url ?? '',
    rates: await rates(),
  });
  return { domestic: await input('domestic'), international: await input('international') };
}

/** What a job that must fail says. */
async function failure(work: unknown): Promise<NonRetryableError> {
  const error: unknown = await Promise.resolve(work).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return error as NonRetryableError;
}

describe('the bundled orders', () => {
  it('are counted as they are', async () => {
    expect(await loadJob().run({ url: `${base}/orders.csv` }, context())).toMatchObject({
      count: 3_000,
      firstPlacedAt: '2025-01-01T00:14:45Z',
    });
  });

  it('have exactly one bad record, which fails its job and is named', async () => {
    const { domestic, international } = await parts();
    const error = await failure(priceJob(files).run(domestic, context()));
    expect(error).toMatchObject({
      code: 'BAD_RECORD',
      isFinal: true,
      details: { line: BROKEN_LINE, field: 'quantity', value: 'twelve' },
    });
    expect(error.message).toContain(
      `Line ${BROKEN_LINE}, order O-101742: quantity "twelve" is not a whole number`,
    );
    expect(await priceJob(files).run(international, context())).toHaveProperty('count');
    expect(
      await priceJob(files).run({ ...domestic, skipLines: [BROKEN_LINE] }, context()),
    ).toHaveProperty('skippedCount', 1);
  });

  it('settle to the cent once the record is corrected, in a file that a person can open', async () => {
    const { domestic, international } = await parts();
    const fixes = [{ line: BROKEN_LINE, field: 'quantity', value: '12' }];
    const job = priceJob(files);
    const priced = [
      await job.run({ ...domestic, fixes }, context()),
      await job.run(international, context()),
    ] as never;
    const settled = (await settleJob(files).run({ parts: priced }, context())) as {
      url: string;
      path: string;
      totalCents: number;
      count: number;
    };
    expect(settled.count).toBe(3_000);
    expect(settled.totalCents).toBe(await totalFromTheFile(await rates()));
    expect(appended).toEqual({ settlement: { url: settled.url, totalCents: settled.totalCents } });
    const served = await (await fetch(settled.url)).text();
    expect(served).toBe(await readFile(settled.path, 'utf8'));
    const last = readRows(served).records.at(-1)?.record;
    expect(last).toEqual({
      customer: 'TOTAL',
      orders: '3000',
      total_eur: `${(settled.totalCents / 100).toFixed(2)}`,
    });
  });

  it('do not settle when a file and its job disagree', async () => {
    const { international } = await parts();
    const priced = (await priceJob(files).run(international, context())) as { totalCents: number };
    const wrong = [{ ...priced, totalCents: priced.totalCents + 1 }] as never;
    expect((await failure(settleJob(files).run({ parts: wrong }, context()))).message).toContain(
      'the pricing jobs reported',
    );
  });
});

describe('bad input', () => {
  it.each([
    ['a file that is not there', 'nothing.csv', 'There is no file at'],
    ['a file that is no orders file', 'fx.json', 'The file is no CSV (line 1)'],
  ])('of %s is refused with a reason', async (_name, path, message) => {
    expect((await failure(loadJob().run({ url: `${base}/${path}` }, context()))).message).toContain(
      message,
    );
  });

  it('of a file without the columns names them', async () => {
    const { url } = await files.write('9', 'short.csv', 'order_id,sku\n1,2\n');
    const error = await failure(loadJob().run({ url }, context()));
    expect(error.message).toContain('The orders file has no column placed_at, customer');
  });

  it('of ragged CSV names the line', async () => {
    const { url } = await files.write('9', 'ragged.csv', 'a,b\n1,2\n1,2,3\n');
    expect(await failure(loadJob().run({ url }, context()))).toMatchObject({
      code: 'BAD_CSV',
      details: { line: 3 },
    });
  });
});

describe('the demo endpoint', () => {
  it('keeps a settlement once, however often it is posted', async () => {
    const post = (body: string) => fetch(`${base}/settlements/run-12`, { method: 'POST', body });
    expect((await post('{"total":1}')).status).toBe(201);
    const repeat = await post('{"total":2}');
    expect(await repeat.json()).toEqual({
      accepted: true,
      isRepeat: true,
      settlement: { total: 1 },
    });
  });

  it.each([
    ['GET', '/', undefined, 404],
    ['GET', '/results/..%2f..%2fetc/passwd', undefined, 404],
    ['GET', '/results/12/.hidden', undefined, 404],
    ['POST', '/settlements/x', 'no json', 400],
    ['POST', '/settlements/x', 'x'.repeat(1_000_001), 413],
    ['DELETE', '/orders.csv', undefined, 404],
  ])('answers %s %s with a status', async (method, path, body, status) => {
    const response = await fetch(base + path, { method, ...(body === undefined ? {} : { body }) });
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error');
  });

  it('serves the head of the orders', async () => {
    expect((await (await fetch(`${base}/orders.csv?head=3`)).text()).split('\n')).toHaveLength(4);
  });
});

describe('demo.sleep', () => {
  it('ends at once when it is canceled', async () => {
    const controller = new AbortController();
    const sleeping = sleepJob().run({ ms: 60_000, task: 'mProject' }, context(controller.signal));
    controller.abort();
    expect(await failure(sleeping)).toHaveProperty('name', 'AbortError');
  });
});

/** The same total by other means: exact fractions over the raw file, rounded where the price list rounds. */
async function totalFromTheFile(rateTexts: Record<string, string>): Promise<number> {
  const round = (dividend: bigint, divisor: bigint) => (2n * dividend + divisor) / (2n * divisor);
  const { records } = readRows(await (await fetch(`${base}/orders.csv`)).text());
  let total = 0n;
  for (const { record } of records) {
    const quantity = record.quantity === 'twelve' ? 12n : BigInt(record.quantity ?? '');
    const gross = quantity * BigInt((record.unit_price ?? '').replace('.', ''));
    const rate = BigInt((rateTexts[record.currency ?? ''] ?? '1.0000').replace('.', ''));
    const net = round(
      (gross - round(gross * BigInt(record.discount_percent ?? ''), 100n)) * rate,
      10_000n,
    );
    total += record.country === 'DE' ? net + round(net * 19n, 100n) : net + 490n;
  }
  return Number(total);
}
