import {
  GRAPH_SCHEMA_VERSION,
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
  type RetryPolicy,
} from '@heddle/graph';
import type { Json, JsonObject } from '@heddle/kernel';

/** Distance of two columns and of two rows on the canvas, in pixels: a node is about 220 wide and 80 high. */
const COLUMN = 280;
const ROW = 140;

/** Network trouble goes away; a bad record does not, and the job says so. */
const RETRY: RetryPolicy = {
  attempts: 4,
  backoff: { kind: 'exponential', delayMs: 500, factor: 2, capMs: 5_000 },
  jitter: 0.2,
};

/** A pause that makes the branch for large settlements visible without keeping anybody waiting. */
const COOLING_OFF_MS = 3_000;

type Place = [column: number, row: number];

/**
 * The demo workflow: settles the orders of the demo worker's file. One order is broken on purpose: "Price domestic orders" fails until
 * an operator retries it with an edited input.
 * @param demoUrl address of the demo worker's endpoint, e.g. `http://127.0.0.1:8422`.
 */
export function orderSettlement(demoUrl: string): GraphDocument {
  return {
    schemaVersion: GRAPH_SCHEMA_VERSION,
    nodes: nodes(demoUrl),
    edges: edges(),
    // The other branch ends its work when one fails, so that only the failed node has to be repaired.
    settings: { onFailure: 'finish', deadlineMs: 24 * 3_600_000 },
    inputSchema: {
      type: 'object',
      title: 'Settle orders',
      required: ['file', 'reviewAboveEuro'],
      additionalProperties: false,
      properties: {
        file: {
          type: 'string',
          title: 'Orders file',
          description:
            'Name of the file on the demo endpoint. orders.csv?head=500 takes its first lines.',
          default: 'orders.csv',
          pattern: '^[A-Za-z0-9_.-]+(\\?head=[0-9]+)?$',
        },
        reviewAboveEuro: {
          type: 'number',
          title: 'Cooling-off above (EUR)',
          description: 'Settlements above this amount wait a moment before they are posted.',
          default: 100_000,
          minimum: 0,
        },
      },
    },
  };
}

function nodes(demoUrl: string): GraphNode[] {
  return [...preparation(demoUrl), ...pricing(), ...posting(demoUrl)];
}

function preparation(demoUrl: string): GraphNode[] {
  return [
    node('rates', 'http', 'Exchange rates', [0, 0], {
      method: 'GET',
      url: `${demoUrl}/fx.json`,
    }, { retry: RETRY }),
    job('load', 'Load orders', [0, 2], 'orders.load', { url: `${demoUrl}/\${{ input.file }}` }),
    node('hasOrders', 'decision', 'Any orders?', [1, 2], {
      mode: 'first',
      cases: [{ name: 'settle', when: 'nodes.load.output.count > 0' }],
    }),
    node('nothing', 'succeed', 'Nothing to settle', [2, 3], {
      output: { count: 0, totalCents: 0, file: '${{ input.file }}' },
    }),
    job('split', 'Split by region', [2, 1], 'orders.split', { url: '${{ nodes.load.output.url }}' }, {
      join: { kind: 'all' },
    }),
  ]; // prettier-ignore
}

function pricing(): GraphNode[] {
  const input = (region: string): JsonObject => ({
    region,
    url: `\${{ nodes.split.output.${region}.url }}`,
    rates: '${{ nodes.rates.output.body.rates }}',
    fixes: [],
    skipLines: [],
  });
  return [
    job('priceDomestic', 'Price domestic orders', [3, 0], 'pricing.price', input('domestic'), {
      timeoutMs: 120_000,
      notes: 'Line 1743 of the bundled file has the quantity "twelve". Retry with an edited input: fixes or skipLines.',
    }),
    job('priceInternational', 'Price international orders', [3, 2], 'pricing.price', input('international'), {
      timeoutMs: 120_000,
    }),
    job('settle', 'Settle', [4, 1], 'orders.settle', {
      parts: ['${{ nodes.priceDomestic.output }}', '${{ nodes.priceInternational.output }}'],
    }, { join: { kind: 'all' } }),
  ]; // prettier-ignore
}

function posting(demoUrl: string): GraphNode[] {
  return [
    node('summary', 'transform', 'Summary', [5, 1], {
      output: {
        file: '${{ input.file }}',
        orders: '${{ nodes.settle.output.count }}',
        customers: '${{ nodes.settle.output.customerCount }}',
        leftOut: '${{ nodes.priceDomestic.output.skippedCount + nodes.priceInternational.output.skippedCount }}',
        totalCents: '${{ nodes.settle.output.totalCents }}',
        total: '${{ nodes.settle.output.total }}',
        url: '${{ nodes.settle.output.url }}',
      },
      context: { settledBy: '${{ trigger.actor }}' },
    }),
    node('isLarge', 'decision', 'Large amount?', [6, 1], {
      mode: 'first',
      cases: [{ name: 'large', when: 'nodes.settle.output.totalCents > input.reviewAboveEuro * 100' }],
    }),
    node('coolingOff', 'wait', 'Cooling-off', [7, 0], { durationMs: COOLING_OFF_MS }),
    node('post', 'http', 'Post settlement', [8, 1], {
      method: 'POST',
      url: `${demoUrl}/settlements/run-\${{ run.id }}`,
      body: '${{ nodes.summary.output }}',
    }, { retry: RETRY }),
    node('done', 'succeed', 'Settled', [9, 1], { output: '${{ nodes.summary.output }}' }),
  ]; // prettier-ignore
}

function edges(): GraphEdge[] {
  return [
    edge('load', 'hasOrders'),
    edge('hasOrders', 'split', 'settle'),
    edge('hasOrders', 'nothing', 'default'),
    edge('rates', 'split'),
    edge('split', 'priceDomestic'),
    edge('split', 'priceInternational'),
    edge('priceDomestic', 'settle'),
    edge('priceInternational', 'settle'),
    edge('settle', 'summary'),
    edge('summary', 'isLarge'),
    edge('isLarge', 'coolingOff', 'large'),
    edge('isLarge', 'post', 'default'),
    edge('coolingOff', 'post'),
    edge('post', 'done'),
  ];
}

function edge(source: string, target: string, port = 'success'): GraphEdge {
  return { id: `${source}-${target}`, source, target, port };
}

function job(
  key: string,
  name: string,
  place: Place,
  executor: string,
  input: Json,
  more: Partial<GraphNode> = {},
): GraphNode {
  return node(
    key,
    'job',
    name,
    place,
    { group: 'demo', executor, mode: 'single', input },
    { retry: RETRY, ...more },
  );
}

function node(
  key: string,
  type: string,
  name: string,
  [column, row]: Place,
  config: JsonObject,
  more: Partial<GraphNode> = {},
): GraphNode {
  return { key, type, name, config, position: { x: column * COLUMN, y: row * ROW }, ...more };
}
