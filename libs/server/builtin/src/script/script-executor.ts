import { SCRIPT_ROUTE } from '@heddle/nodes';
import {
  failure,
  type BuiltInExecutor,
  type BuiltInOutcome,
  type BuiltInTask,
} from '../executor.js';
import { parseScriptInput } from './script-job.js';
import { ScriptPool } from './script-pool.js';

/** Carries out `script` nodes. */
export class ScriptExecutor implements BuiltInExecutor {
  readonly name = SCRIPT_ROUTE.executor;
  readonly description = 'Runs JavaScript in a sandbox.';

  constructor(private readonly pool = new ScriptPool()) {}

  async run(task: BuiltInTask): Promise<BuiltInOutcome> {
    const job = parseScriptInput(task.input);
    if (typeof job === 'string') return failure('BAD_INPUT', job, true);
    const outcome = await this.pool.run(
      job,
      ({ level, message }) => task.log(level, message),
      task.signal,
    );
    return outcome ?? failure('SCRIPT_ERROR', 'The script was broken off.');
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
