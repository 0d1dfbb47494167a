import { executor, type Executor } from '@heddle/worker-sdk';
import { download, readRows, toCsv } from '../csv.js';
import { formatCents } from '../money.js';
import type { ResultFiles } from '../result-files.js';

/** What the pricing jobs returned, as far as settling needs it. */
interface PricedPart {
  url: string;
  count: number;
  totalCents: number;
}

const PART_SCHEMA = {
  type: 'object',
  required: ['url', 'count', 'totalCents'],
  properties: {
    url: { type: 'string', pattern: '^https?://' },
    count: { type: 'integer', minimum: 0 },
    totalCents: { type: 'integer' },
  },
};

/** Sums the priced orders by customer and writes the settlement, a file that a person can open. */
export function settleJob(files: ResultFiles): Executor<{ parts: PricedPart[] }> {
  return executor('orders.settle', {
    description: 'Sums priced orders by customer into a settlement file.',
    inputSchema: {
      type: 'object',
      title: 'Settle orders',
      required: ['parts'],
      additionalProperties: false,
      properties: {
        parts: { type: 'array', title: 'Priced files', minItems: 1, items: PART_SCHEMA },
      },
    },
    async run({ parts }: { parts: PricedPart[] }, ctx) {
      const customers = new Map<string, { count: number; totalCents: number }>();
      for (const [index, part] of parts.entries()) {
        const { records } = readRows(await download(part.url, ctx.signal));
        for (const { record } of records)
          add(customers, record.customer ?? '', Number(record.total_cents));
        ctx.progress((100 * (index + 1)) / parts.length, `${index + 1} of ${parts.length} files`);
      }
      const totalCents = [...customers.values()].reduce((sum, one) => sum + one.totalCents, 0);
      checkTotals(parts, totalCents);
      const rows = [...customers].sort(([a], [b]) => (a < b ? -1 : 1));
      const file = await files.write(ctx.runId, 'settlement.csv', settlementText(rows, totalCents));
      ctx.log.info('settled', {
        customers: rows.length,
        total: formatCents(totalCents),
        path: file.path,
      });
      ctx.context.append({ settlement: { url: file.url, totalCents } });
      return {
        ...file,
        count: parts.reduce((sum, part) => sum + part.count, 0),
        customerCount: rows.length,
        totalCents,
        total: `${formatCents(totalCents)} EUR`,
      };
    },
  });
}

function add(
  customers: Map<string, { count: number; totalCents: number }>,
  name: string,
  cents: number,
): void {
  const known = customers.get(name) ?? { count: 0, totalCents: 0 };
  customers.set(name, { count: known.count + 1, totalCents: known.totalCents + cents });
}

/** The files must say what the jobs said, to the cent. */
function checkTotals(parts: readonly PricedPart[], totalCents: number): void {
  const expected = parts.reduce((sum, part) => sum + part.totalCents, 0);
  if (expected === totalCents) return;
  throw new Error(
    `The priced files add up to ${formatCents(totalCents)}, but the pricing jobs reported ${formatCents(expected)}.`,
  );
}

function settlementText(
  rows: [string, { count: number; totalCents: number }][],
  totalCents: number,
): string {
  const lines = rows.map(([customer, { count, totalCents: cents }]) => ({
    customer,
    orders: count,
    total_eur: formatCents(cents),
  }));
  const orders = rows.reduce((sum, [, one]) => sum + one.count, 0);
  return toCsv(
    ['customer', 'orders', 'total_eur'],
    [...lines, { customer: 'TOTAL', orders, total_eur: formatCents(totalCents) }],
  );
}
