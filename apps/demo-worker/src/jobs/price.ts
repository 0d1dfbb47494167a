import { executor, type Executor, type JobContext } from '@heddle/worker-sdk';
import { download, readOrders, toCsv } from '../csv.js';
import { COLUMNS, applyFixes, badRecord, readOrder, type Fix, type OrderRecord } from '../order.js';
import { priceOrder, readRates, sumPrices, type Price, type Rates } from '../pricing.js';
import type { ResultFiles } from '../result-files.js';

/** Input of the pricing job. */
export interface PriceInput {
  region: 'domestic' | 'international';
  url: string;
  rates: Record<string, string>;
  fixes?: Fix[];
  skipLines?: number[];
}

/** Columns of a priced file. */
export const PRICED_COLUMNS = [
  'line',
  'order_id',
  'customer',
  'country',
  'net_cents',
  'tax_cents',
  'fee_cents',
  'total_cents',
];

/** Progress and a debug line after so many orders. */
const REPORT_EVERY = 500;

const INPUT_SCHEMA = {
  type: 'object',
  title: 'Price orders',
  required: ['region', 'url', 'rates'],
  additionalProperties: false,
  properties: {
    region: { enum: ['domestic', 'international'], title: 'Price list' },
    url: { type: 'string', title: 'Address of the orders', pattern: '^https?://' },
    rates: {
      type: 'object',
      title: 'Euros for one unit of each currency',
      additionalProperties: { type: 'string' },
    },
    fixes: {
      type: 'array',
      title: 'Corrections',
      items: {
        type: 'object',
        required: ['line', 'field', 'value'],
        additionalProperties: false,
        properties: {
          line: { type: 'integer', minimum: 2 },
          field: { enum: [...COLUMNS] },
          value: { type: 'string' },
        },
      },
    },
    skipLines: {
      type: 'array',
      title: 'Lines to leave out',
      items: { type: 'integer', minimum: 2 },
    },
  },
};

/** Prices every order of one region; a record that makes no sense fails the job and names its line. */
export function priceJob(files: ResultFiles): Executor<PriceInput> {
  return executor('pricing.price', {
    description: 'Prices the orders of one region in euros. Corrections may come with the input.',
    inputSchema: INPUT_SCHEMA,
    async run(input: PriceInput, ctx) {
      const rates = readRates(input.rates);
      const records = readOrders(await download(input.url, ctx.signal));
      const skipped = new Set((input.skipLines ?? []).map(String));
      const kept = records.filter((record) => !skipped.has(record.line));
      if (skipped.size > 0)
        ctx.log.warn(`leaving out ${records.length - kept.length} orders`, { lines: [...skipped] });
      ctx.log.info(`pricing ${kept.length} ${input.region} orders`, {
        fixes: input.fixes?.length ?? 0,
      });
      const priced = kept.map((record, index) => {
        if (index % REPORT_EVERY === 0) report(ctx, index, kept.length);
        return { record, price: priceRecord(applyFixes(record, input.fixes ?? []), input, rates) };
      });
      const file = await files.write(
        ctx.runId,
        `${input.region}-priced.csv`,
        toCsv(PRICED_COLUMNS, priced.map(rowOf)),
      );
      const totals = sumPrices(priced.map(({ price }) => price));
      ctx.log.info('priced', { count: priced.length, totalCents: totals.totalCents });
      return {
        region: input.region,
        url: file.url,
        count: priced.length,
        skippedCount: records.length - kept.length,
        ...totals,
      };
    },
  });
}

function report(ctx: JobContext, done: number, count: number): void {
  ctx.progress((100 * done) / count, `${done} of ${count} orders`);
  ctx.log.debug(`priced ${done} of ${count} orders`);
}

function priceRecord(record: OrderRecord, { region }: PriceInput, rates: Rates): Price {
  const price = priceOrder(readOrder(record), region, rates);
  if (price === null)
    throw badRecord(record, 'currency', `has no rate; known are ${[...rates.keys()].join(', ')}`);
  return price;
}

function rowOf({
  record,
  price,
}: {
  record: OrderRecord;
  price: Price;
}): Record<string, string | number> {
  return {
    line: record.line,
    order_id: record.order_id,
    customer: record.customer,
    country: record.country,
    net_cents: price.netCents,
    tax_cents: price.taxCents,
    fee_cents: price.feeCents,
    total_cents: price.totalCents,
  };
}
