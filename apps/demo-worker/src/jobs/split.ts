import { executor, type Executor } from '@heddle/worker-sdk';
import { download, readOrders, toCsv } from '../csv.js';
import { COLUMNS, regionOf } from '../order.js';
import type { ResultFiles } from '../result-files.js';

/** Splits the orders file by region into two files that remember the original line of every order. */
export function splitJob(files: ResultFiles): Executor<{ url: string }> {
  return executor('orders.split', {
    description: 'Splits an orders file into domestic and international orders.',
    inputSchema: {
      type: 'object',
      title: 'Split orders',
      required: ['url'],
      additionalProperties: false,
      properties: {
        url: { type: 'string', title: 'Address of the orders file', pattern: '^https?://' },
      },
    },
    async run({ url }: { url: string }, ctx) {
      const orders = readOrders(await download(url, ctx.signal));
      const output: Record<string, { url: string; count: number }> = {};
      for (const region of ['domestic', 'international'] as const) {
        const part = orders.filter((order) => regionOf(order) === region);
        const file = await files.write(
          ctx.runId,
          `${region}.csv`,
          toCsv(['line', ...COLUMNS], part),
        );
        output[region] = { url: file.url, count: part.length };
        ctx.log.info(`wrote ${part.length} ${region} orders`, { path: file.path });
        ctx.progress(region === 'domestic' ? 50 : 100);
      }
      return output;
    },
  });
}
