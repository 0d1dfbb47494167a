import type { CorpusSeed } from '@heddle/engine-sim';

/** Seeds that once failed, and the mistake each found; every one runs with the tests for ever. */
export const PIPELINE_CORPUS: readonly CorpusSeed[] = [];
