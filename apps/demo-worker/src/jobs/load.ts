import { executor, type Executor } from '@heddle/worker-sdk';
import { download, readOrders } from '../csv.js';
import { regionOf } from '../order.js';

/** Fetches the orders file and tells what is in it; nothing is priced yet. */
export function loadJob(): Executor<{ url: string }> {
  return executor('orders.load', {
    description: 'Fetches an orders file over HTTP and counts its orders by region.',
    inputSchema: {
      type: 'object',
      title: 'Load orders',
      required: ['url'],
      additionalProperties: false,
      properties: {
        url: { type: 'string', title: 'Address of the orders file', pattern: '^https?://' },
      },
    },
    async run({ url }: { url: string }, ctx) {
      ctx.log.info('fetching the orders', { url });
      const text = await download(url, ctx.signal);
      ctx.progress(50, 'fetched');
      const orders = readOrders(text);
      const domestic = orders.filter((order) => regionOf(order) === 'domestic').length;
      ctx.log.info(`read ${orders.length} orders`, {
        domestic,
        international: orders.length - domestic,
      });
      if (orders.length === 0) ctx.log.warn('the file has no orders');
      return {
        url,
        sizeBytes: Buffer.byteLength(text),
        count: orders.length,
        domesticCount: domestic,
        internationalCount: orders.length - domestic,
        firstPlacedAt: orders[0]?.placed_at ?? null,
        lastPlacedAt: orders.at(-1)?.placed_at ?? null,
      };
    },
  });
}
