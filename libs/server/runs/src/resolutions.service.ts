import { Inject, Injectable, Logger } from '@nestjs/common';
import { BadInputError, HeddleError, messageOf } from '@heddle/kernel';
import type { Caller } from '@heddle/server-access';
import { RunReader, type RunView } from '@heddle/store';
import { NoticeFeed } from './notice-feed.js';
import { RunFeed } from './pipeline/run-feed.js';
import type { RunDto } from './runs.dto.js';
import { RunsService } from './runs.service.js';

const NOTE_LENGTH_MAX = 1_000;

/** Who took care of failed runs: a person says so, or a rerun succeeded. */
@Injectable()
export class ResolutionsService {
  readonly #log = new Logger(ResolutionsService.name);

  constructor(
    private readonly runs: RunsService,
    private readonly notices: NoticeFeed,
    @Inject(RunReader) private readonly reader: RunReader,
    feed: RunFeed,
  ) {
    feed.listen((steps) => {
      for (const { runId, rerunOf, run } of steps)
        if (rerunOf !== null && run.state === 'succeeded') void this.#byRerun(rerunOf, runId);
    });
  }

  async resolve(
    caller: Caller,
    args: { id: string; resolvedBy?: string | null; note?: string | null },
  ): Promise<RunDto> {
    const run = await this.runs.require(caller, args.id);
    const other = args.resolvedBy ? await this.runs.require(caller, args.resolvedBy) : null;
    const note = args.note || null;
    if (note && note.length > NOTE_LENGTH_MAX)
      throw new BadInputError(`A note has at most ${NOTE_LENGTH_MAX} characters.`, {
        path: '/note',
      });
    const at = new Date().toISOString();
    const resolution = { by: caller.known.name, at, runId: other?.id ?? null, note };
    if ((await this.reader.resolve([run.id], resolution)).length === 0)
      throw new HeddleError('ILLEGAL_ACTION', `Run ${run.id} is ${run.state}: it has not failed.`);
    return this.#changed(run);
  }

  async unresolve(caller: Caller, id: string): Promise<RunDto> {
    const run = await this.runs.require(caller, id);
    await this.reader.resolve([run.id], null);
    return this.#changed(run);
  }

  #changed({ id, namespaceId, workflowId, state }: RunView): Promise<RunDto> {
    this.notices.publish({ kind: 'runChanged', id, namespaceId, workflowId, state });
    return this.runs.reload(id);
  }

  /** A rerun that succeeds has made up for the run that it repeats. */
  async #byRerun(id: string, runId: string): Promise<void> {
    const run = await this.reader.find(id).catch(() => null);
    if (!run || run.resolution !== null || run.state !== 'failed') return;
    const resolution = { by: 'Heddle', at: new Date().toISOString(), runId, note: null };
    await this.reader
      .resolve([id], resolution)
      .then(() => void this.#changed(run))
      .catch((error: unknown) => this.#log.warn(`Run ${id} was not noted: ${messageOf(error)}`));
  }
}
