import { HeddleApi, publishGraph, type ApiOptions } from '@heddle/api-client';
import { generateWfLike, importWfCommons, type GraphDocument } from '@heddle/graph';
import { assert } from '@heddle/kernel';
import { orderSettlement } from './order-settlement.js';

/** Where to seed, and where the demo worker's endpoint is. */
export interface SeedOptions extends ApiOptions {
  /** Default `http://127.0.0.1:8422`. */
  demoUrl?: string;
  /** Default `demo`, the one the demo workers are in. */
  namespace?: string;
}

/** A workflow of the demo. */
export interface SeededWorkflow {
  id: string;
  name: string;
  isNew: boolean;
}

/** Shape, size and seed of the scientific demo graph; a measured second takes a hundredth of one. */
const SKY_MOSAIC = { shape: 'montage', size: 103, seed: 7, secondsScale: 10 } as const;

/** Puts the demo's workflows on a server, through its public API. What is already there stays as people left it. */
export async function seedDemo(options: SeedOptions): Promise<SeededWorkflow[]> {
  const api = new HeddleApi(options);
  const namespace = options.namespace ?? 'demo';
  const seeded: SeededWorkflow[] = [];
  for (const { name, description, graph } of demoWorkflows(
    options.demoUrl ?? 'http://127.0.0.1:8422',
  )) {
    const { id, isNew } = await publishGraph(api, {
      namespace,
      name,
      description,
      graph,
      whenExists: 'keep',
    });
    seeded.push({ id, name, isNew });
  }
  return seeded;
}

/** The workflows of the demo, by name. */
export function demoWorkflows(
  demoUrl: string,
): { name: string; description: string; graph: GraphDocument }[] {
  return [
    {
      name: 'order-settlement',
      description:
        'Reads an orders file over HTTP, prices both regions in parallel, and writes a settlement. One order is broken on purpose: ' +
        'open the failed node, read its log, and retry it with an edited input.',
      graph: orderSettlement(demoUrl),
    },
    {
      name: 'sky-mosaic',
      description:
        'A generated graph of the shape of Montage, the astronomy workflow; each task sleeps its run time, scaled down.',
      graph: skyMosaic(),
    },
  ];
}

function skyMosaic(): GraphDocument {
  const { shape, size, seed, secondsScale } = SKY_MOSAIC;
  const file = generateWfLike(shape, size, seed);
  const imported = importWfCommons(file, { secondsScale, group: 'demo', executor: 'demo.sleep' });
  assert(imported.ok, 'The generated demo graph is always importable.');
  return imported.graph;
}
