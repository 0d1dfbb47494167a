import {
  GRAPH_SCHEMA_VERSION,
  type GraphDocument,
  type GraphEdge,
  type GraphNode,
  type RetryPolicy,
} from '@heddle/graph';
import type { Json } from '@heddle/kernel';

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
    node('rates', {
      at: [0, 0],
      type: 'http',
      name: 'Exchange rates',
      config: {
        method: 'GET',
        url: `${demoUrl}/fx.json`,
        successWhen: 'status == 200 && has(body.rates)',
      },
      retry: RETRY,
    }),
    job('load', {
      at: [0, 2],
      name: 'Load orders',
      executor: 'orders.load',
      input: { url: `${demoUrl}/\${{ input.file }}` },
    }),
    node('hasOrders', {
      at: [1, 2],
      type: 'decision',
      name: 'Any orders?',
      config: { mode: 'first', cases: [{ name: 'settle', when: 'nodes.load.output.count > 0' }] },
    }),
    node('nothing', {
      at: [2, 3],
      type: 'succeed',
      name: 'Nothing to settle',
      config: { output: { count: 0, totalCents: 0, file: '${{ input.file }}' } },
    }),
    job('split', {
      at: [2, 1],
      name: 'Split by region',
      executor: 'orders.split',
      input: { url: '${{ nodes.load.output.url }}' },
      join: { kind: 'all' },
    }),
  ];
}

function pricing(): GraphNode[] {
  const price = (
    key: string,
    region: string,
    parts: { at: Place; name: string; notes?: string },
  ): GraphNode =>
    job(key, {
      ...parts,
      executor: 'pricing.price',
      input: {
        region,
        url: `\${{ nodes.split.output.${region}.url }}`,
        rates: '${{ nodes.rates.output.body.rates }}',
        fixes: [],
        skipLines: [],
      },
      timeoutMs: 120_000,
    });
  return [
    price('priceDomestic', 'domestic', {
      at: [3, 0],
      name: 'Price domestic orders',
      notes:
        'Line 1743 of the bundled file has the quantity "twelve". Retry with an edited input: fixes or skipLines.',
    }),
    price('priceInternational', 'international', {
      at: [3, 2],
      name: 'Price international orders',
    }),
    job('settle', {
      at: [4, 1],
      name: 'Settle',
      executor: 'orders.settle',
      input: {
        parts: ['${{ nodes.priceDomestic.output }}', '${{ nodes.priceInternational.output }}'],
      },
      join: { kind: 'all' },
    }),
  ];
}

function posting(demoUrl: string): GraphNode[] {
  return [
    summary(),
    node('isLarge', {
      at: [6, 1],
      type: 'decision',
      name: 'Large amount?',
      config: {
        mode: 'first',
        cases: [
          { name: 'large', when: 'nodes.settle.output.totalCents > input.reviewAboveEuro * 100' },
        ],
      },
    }),
    node('coolingOff', {
      at: [7, 0],
      type: 'wait',
      name: 'Cooling-off',
      config: { durationMs: COOLING_OFF_MS },
    }),
    node('post', {
      at: [8, 1],
      type: 'http',
      name: 'Post settlement',
      config: {
        method: 'POST',
        url: `${demoUrl}/settlements/run-\${{ run.id }}`,
        body: '${{ nodes.summary.output }}',
        successWhen: 'status in [200, 201]',
      },
      retry: RETRY,
    }),
    node('done', {
      at: [9, 1],
      type: 'succeed',
      name: 'Settled',
      config: { output: '${{ nodes.summary.output }}' },
    }),
  ];
}

function summary(): GraphNode {
  const leftOut =
    'nodes.priceDomestic.output.skippedCount + nodes.priceInternational.output.skippedCount';
  return node('summary', {
    at: [5, 1],
    type: 'transform',
    name: 'Summary',
    config: {
      output: {
        file: '${{ input.file }}',
        orders: '${{ nodes.settle.output.count }}',
        customers: '${{ nodes.settle.output.customerCount }}',
        leftOut: `\${{ ${leftOut} }}`,
        totalCents: '${{ nodes.settle.output.totalCents }}',
        total: '${{ nodes.settle.output.total }}',
        url: '${{ nodes.settle.output.url }}',
      },
      context: { settledBy: '${{ trigger.actor }}' },
    },
  });
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

/** What a node of this graph says beside its key: where it stands, and what differs from a plain one. */
type NodeParts = Omit<GraphNode, 'key' | 'position'> & { at: Place };

function node(key: string, { at: [column, row], ...parts }: NodeParts): GraphNode {
  return { key, ...parts, position: { x: column * COLUMN, y: row * ROW } };
}

/** A job of the demo workers. */
function job(
  key: string,
  {
    executor,
    input,
    ...parts
  }: Omit<NodeParts, 'type' | 'config'> & { executor: string; input: Json },
): GraphNode {
  const config = { group: 'demo', executor, mode: 'single', input };
  return node(key, { type: 'job', config, retry: RETRY, ...parts });
}
