import type { JsonObject } from '@heddle/kernel';
import { chance, pick, type Chooser } from './chooser.js';

/** Config of a random node with child runs, or one that waits for somebody. `body`: a graph for it. */
export function randomChildConfig(
  choose: Chooser,
  type: string,
  body: () => JsonObject,
): JsonObject {
  switch (type) {
    case 'subworkflow':
      return { workflow: 'other', input: { n: '${{ input.n }}' } };
    case 'forEach':
      return randomForEach(choose, body());
    case 'loop':
      return randomLoop(choose, body());
    case 'signal':
      return randomSignal(choose);
    default:
      return randomApproval(choose);
  }
}

function randomForEach(choose: Chooser, body: JsonObject): JsonObject {
  const config: JsonObject = {
    items: pick(choose, ['range(5)', '[1, 2, 3]', '{"a": 1, "b": 2}', '[]', 'range(9)']),
    itemInput: { n: '${{ index }}' },
    concurrency: 1 + choose.int(3),
    body,
  };
  // Mistakes that only show when they run.
  if (chance(choose, 4)) config['items'] = 'input.missing';
  if (chance(choose, 6)) config['itemInput'] = '${{ index > 1 ? input.missing : index }}';
  if (chance(choose, 40)) {
    config['tolerate'] = pick<JsonObject>(choose, [{ count: 1 }, { share: 0.5 }, { share: 1 }]);
  }
  if (chance(choose, 40)) config['onExceeded'] = pick(choose, ['cancel', 'finish']);
  if (chance(choose, 25)) {
    config['stopWhen'] = pick(choose, ['index == 2', 'failed > 1', 'output.n > 50']);
  }
  if (chance(choose, 20)) config['collect'] = { got: '${{ output.n }}', of: '${{ index }}' };
  if (chance(choose, 30)) config['label'] = 'No. ${{ index }}';
  return config;
}

function randomLoop(choose: Chooser, body: JsonObject): JsonObject {
  const config: JsonObject = {
    until: pick(choose, ['index >= 1', 'output.n > 50', 'false', 'output == previous']),
    maxIterations: 1 + choose.int(4),
    input: { n: '${{ index }}' },
    body,
  };
  if (chance(choose, 40)) config['delayMs'] = choose.int(500);
  if (chance(choose, 40)) config['onExhausted'] = 'succeed';
  if (chance(choose, 4)) config['input'] = '${{ previous.missing }}';
  return config;
}

function randomSignal(choose: Chooser): JsonObject {
  const config: JsonObject = { name: 'paid' };
  if (chance(choose, 30)) config['key'] = '${{ 3 + 4 }}';
  if (chance(choose, 50)) config['expiresMs'] = 1 + choose.int(3_000);
  if (chance(choose, 50)) config['onExpiry'] = pick(choose, ['fail', 'succeed']);
  return config;
}

function randomApproval(choose: Chooser): JsonObject {
  const config: JsonObject = { title: 'Go on with ${{ input.n }}?' };
  if (chance(choose, 50)) config['expiresMs'] = 1 + choose.int(3_000);
  if (chance(choose, 60)) config['onExpiry'] = pick(choose, ['fail', 'approve', 'reject']);
  return config;
}
