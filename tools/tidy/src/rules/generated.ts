import { spawnSync } from 'node:child_process';
import protobuf from 'protobufjs';
import type { Rule } from '../finding.js';
import type { Repository } from '../repository.js';

const PROTO = 'libs/protocol/proto/worker.proto';
const DESCRIPTOR = 'libs/protocol/src/generated/worker-descriptor.ts';
const CODEGEN = 'libs/studio-data/codegen.mjs';

/** Generated files are what their sources generate today. */
export const generated: Rule = {
  name: 'generated',
  check(repository) {
    const findings = [];
    if (repository.text(DESCRIPTOR) !== descriptorOf(repository))
      findings.push({
        path: DESCRIPTOR,
        message: `is stale: ${PROTO} has changed. Run: npm run tidy -- --fix`,
      });
    const codegen = runCodegen(repository, ['--check']);
    if (codegen !== null) findings.push({ path: CODEGEN, message: codegen });
    return findings;
  },
  fix(repository) {
    repository.write(DESCRIPTOR, descriptorOf(repository));
    runCodegen(repository, []);
  },
};

/** The worker protocol as reflection data, so that nothing reads a file at run time. */
function descriptorOf(repository: Repository): string {
  const { root } = protobuf.parse(repository.text(PROTO), { keepCase: false });
  return `/** Generated from proto/worker.proto by \`npm run tidy -- --fix\`. Do not edit. */
import type { JsonObject } from '@heddle/kernel';

/** The worker protocol as reflection data for \`@grpc/proto-loader\`'s \`fromJSON\`: no file is read at run time. */
export const WORKER_DESCRIPTOR: JsonObject = ${JSON.stringify(root.toJSON(), null, 2)};
`;
}

/** What the generator of the GraphQL types says when its result is stale; null when all is well. */
function runCodegen({ root }: Repository, args: string[]): string | null {
  const { status, stderr, stdout } = spawnSync(process.execPath, [CODEGEN, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? null : `${stderr || stdout}`.trim().split('\n').slice(-3).join(' ');
}
