import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { OUTPUT } from '../output.js';
import { FLOOR_SERVICE, type JobBatch, type ResultBatch } from './floor-wire.js';

/** The worker of the packed hand: answers every batch of jobs with one batch of results. Its argument is where to connect. */
const address = process.argv[2];
if (!address) throw new Error('Which loop? Name its address.');

const { path, requestSerialize, responseDeserialize } = FLOOR_SERVICE['Connect']!;
const client = new Client(address, credentials.createInsecure());
const stream: ClientDuplexStream<ResultBatch, JobBatch> = client.makeBidiStreamRequest(
  path,
  requestSerialize,
  responseDeserialize as (bytes: Buffer) => JobBatch,
);
// Every job makes its output's JSON text anew, as a job whose output differs would have to.
stream.on('data', ({ jobs }: JobBatch) =>
  stream.write({ jobs, outputs: jobs.map(() => Buffer.from(JSON.stringify(OUTPUT))) }),
);
stream.on('error', () => process.exit(0));
stream.on('end', () => process.exit(0));
stream.write({ jobs: [], outputs: [] });
