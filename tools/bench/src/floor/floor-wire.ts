import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** From the loop to its worker: numbers of jobs, packed. */
export interface JobBatch {
  jobs: number[];
}

/** From the worker to the loop: the same numbers with an output each, as UTF-8 JSON text. */
export interface ResultBatch {
  jobs: number[];
  outputs: Buffer[];
}

const JOBS = { rule: 'repeated', type: 'uint32', id: 1 };
const DESCRIPTOR = {
  nested: {
    Floor: {
      methods: {
        Connect: {
          requestType: 'ResultBatch',
          requestStream: true,
          responseType: 'JobBatch',
          responseStream: true,
        },
      },
    },
    JobBatch: { fields: { jobs: JOBS } },
    ResultBatch: {
      fields: { jobs: JOBS, outputs: { rule: 'repeated', type: 'bytes', id: 2 } },
    },
  },
};

/** One bidirectional stream, every message a batch: the cheapest way to hand jobs to another process over gRPC. */
export const FLOOR_SERVICE = fromJSON(DESCRIPTOR as unknown as Parameters<typeof fromJSON>[0], {
  arrays: true,
})['Floor'] as ServiceDefinition;
