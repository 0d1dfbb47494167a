/** A task of the reduced WfCommons form. */
export interface WfTask {
  id: string;
  parents: string[];
  runtimeSeconds: number;
}

/** A workflow in the reduced WfCommons form, made up rather than measured. */
export interface WfLikeWorkflow {
  name: string;
  tasks: WfTask[];
}

/** Shapes of scientific workflows that the public collection has. */
export const WF_SHAPES = ['chain', 'blast', 'genome', 'montage', 'srasearch', 'pipelines'] as const;
/** One of {@link WF_SHAPES}. */
export type WfShape = (typeof WF_SHAPES)[number];

/**
 * Shapes and sizes of the instances that tests and benchmarks use when the measured ones are not at
 * hand.
 */
export const WF_LIKE_COLLECTION: readonly { name: string; shape: WfShape; size: number }[] = [
  { name: 'chain-like', shape: 'chain', size: 5 },
  { name: 'srasearch-like', shape: 'srasearch', size: 22 },
  { name: 'blast-like', shape: 'blast', size: 43 },
  { name: 'montage-like-small', shape: 'montage', size: 103 },
  { name: 'genome-like', shape: 'genome', size: 164 },
  { name: 'pipelines-like', shape: 'pipelines', size: 197 },
  { name: 'montage-like-medium', shape: 'montage', size: 472 },
  { name: 'montage-like-large', shape: 'montage', size: 1_066 },
];

/**
 * A stand-in of the given shape with about `size` tasks (exactly so for the sizes of the
 * collection). The same seed gives the same workflow.
 */
export function generateWfLike(shape: WfShape, size: number, seed: number): WfLikeWorkflow {
  const build = new Builder(seed);
  BUILDERS[shape](build, Math.max(1, Math.floor(size)));
  return { name: `${shape}-${build.tasks.length}-seed-${seed}`, tasks: build.tasks };
}

class Builder {
  readonly tasks: WfTask[] = [];
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** Uniform in [0, 1): the mulberry32 generator, small and good enough for run times. */
  random(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  add(kind: string, parents: string[], meanSeconds: number): string {
    const id = `${kind}_ID${String(this.tasks.length + 1).padStart(7, '0')}`;
    const runtimeSeconds = Math.round(meanSeconds * (0.7 + 0.6 * this.random()) * 1000) / 1000;
    this.tasks.push({ id, parents, runtimeSeconds });
    return id;
  }

  addMany(count: number, add: (i: number) => string): string[] {
    return Array.from({ length: Math.max(0, count) }, (_, i) => add(i));
  }
}

const BUILDERS: Record<WfShape, (build: Builder, size: number) => void> = {
  chain(build, size) {
    let last: string[] = [];
    for (let i = 0; i < size; i++) last = [build.add('step', last, 100)];
  },
  blast(build, size) {
    const split = build.add('split', [], 0.05);
    const searches = build.addMany(Math.max(1, size - 3), () => build.add('search', [split], 9));
    build.add('merge_reports', searches, 1);
    build.add('merge_logs', searches, 1);
  },
  genome(build, size) {
    const chromosomes = Math.max(1, Math.round(size / 41));
    for (let c = 0; c < chromosomes; c++) {
      const own = Math.floor(size / chromosomes);
      const analyses = Math.max(1, Math.round(((own - 2) * 14) / 39));
      const parts = build.addMany(own - 2 - analyses, () => build.add('individuals', [], 77));
      const merged = build.add('merge', parts, 20);
      const sifted = build.add('sifting', [], 10);
      build.addMany(analyses, () => build.add('analysis', [merged, sifted], 40));
    }
  },
  montage(build, size) {
    const viewers = [1, 2, 3].map(() => montageColor(build, Math.floor((size - 1) / 3)));
    build.add('viewer', viewers, 30);
  },
  srasearch(build, size) {
    const index = build.add('index', [], 6);
    const pairs = Math.max(1, Math.floor((size - 2) / 2));
    const found = build.addMany(pairs, () =>
      build.add('align', [index, build.add('fetch', [], 500)], 55),
    );
    build.add('merge', found, 10);
  },
  pipelines(build, size) {
    const stages = 24;
    const samples = Math.max(1, Math.floor((size - 3) / stages));
    const reference = build.add('reference', [], 4);
    const ends = build.addMany(samples, () => samplePipeline(build, reference, stages));
    const table = build.add('table', ends, 3);
    while (build.tasks.length < size - 1) build.add('check', [reference], 2);
    build.add('report', [...ends, table], 12);
  },
};

/** Project every image, compare neighbours, fit a background, correct, add up. */
function montageColor(build: Builder, size: number): string {
  let images = 1;
  while (2 * images + (images * (images - 1)) / 2 + 5 < size) images++;
  const differences = Math.max(1, size - 5 - 2 * images);
  const projected = build.addMany(images, () => build.add('project', [], 600));
  const fits = build.addMany(differences, (i) => {
    const left = projected[i % images] as string;
    const right = projected[(i + 1 + Math.floor(i / images)) % images] as string;
    return build.add('difference', left === right ? [left] : [left, right], 10);
  });
  const model = build.add('model', [build.add('concatenate', fits, 90)], 100);
  const corrected = projected.map((id) => build.add('correct', [id, model], 12));
  const table = build.add('table', corrected, 8);
  return build.add('show', [build.add('add', [table, ...corrected], 70)], 30);
}

/** One sample on its way through the stages: mostly a line, with side results that join again. */
function samplePipeline(build: Builder, reference: string, stages: number): string {
  const line = [build.add('trim', [], 8)];
  for (let stage = 1; stage < stages; stage++) {
    const last = line[line.length - 1] as string;
    const earlier = line[Math.floor(build.random() * line.length)] as string;
    const extra = stage % 3 === 0 ? reference : earlier;
    line.push(build.add(`stage${stage}`, extra === last ? [last] : [last, extra], 20));
  }
  return line[line.length - 1] as string;
}
