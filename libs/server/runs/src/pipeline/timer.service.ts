import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { messageOf } from '@heddle/kernel';
import { Database, timersDue, type TimerRow } from '@heddle/store';

/** Timers due within this time are kept in memory and fire to the millisecond; the rest waits in its table. */
const HORIZON_MS = 60_000;
/** The table is read this often, so every timer is in memory well before it is due. */
const LOAD_MS = 20_000;
/** Loaded at once, soonest first; more come with the next load. */
const LOADED_MAX = 50_000;
/** A timer that is still in its table this long after it fired (its event was refused a place) fires again. */
const REFIRE_MS = 30_000;

/** Fires due timers. Every server may fire them all: the run's lock and the engine make it once. */
@Injectable()
export class TimerService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #log = new Logger(TimerService.name);
  readonly #armed = new Map<string, { timer: TimerRow; handle: NodeJS.Timeout }>();
  readonly #firedAt = new Map<string, number>();
  #fire: (timer: TimerRow) => void = () => undefined;
  #load: NodeJS.Timeout | null = null;

  constructor(@Inject(Database) private readonly database: Database) {}

  /** Called once, by the pipeline. */
  bind(fire: (timer: TimerRow) => void): void {
    this.#fire = fire;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.#load = setInterval(() => void this.#reload(), LOAD_MS);
    await this.#reload();
  }

  onApplicationShutdown(): void {
    if (this.#load) clearInterval(this.#load);
    for (const { handle } of this.#armed.values()) clearTimeout(handle);
    this.#armed.clear();
  }

  /** Keeps a committed timer if it is due soon. One of the same run, node and kind is replaced. */
  arm(timer: TimerRow): void {
    const now = Date.now();
    if (timer.dueAt > now + HORIZON_MS) return;
    const key = keyOf(timer);
    const known = this.#armed.get(key);
    if (known) {
      if (known.timer.dueAt === timer.dueAt && known.timer.attempt === timer.attempt) return;
      clearTimeout(known.handle);
    }
    const handle = setTimeout(() => this.#due(key, timer), Math.max(0, timer.dueAt - now));
    this.#armed.set(key, { timer, handle });
  }

  #due(key: string, timer: TimerRow): void {
    this.#armed.delete(key);
    this.#firedAt.set(exactKeyOf(timer), Date.now());
    this.#fire(timer);
  }

  async #reload(): Promise<void> {
    const now = Date.now();
    for (const [key, at] of this.#firedAt) if (now - at > REFIRE_MS) this.#firedAt.delete(key);
    try {
      for (const timer of await timersDue(this.database, now + HORIZON_MS, LOADED_MAX))
        if (!this.#firedAt.has(exactKeyOf(timer))) this.arm(timer);
    } catch (error) {
      this.#log.warn(`Timers could not be read: ${messageOf(error)}`);
    }
  }
}

function keyOf({ runId, kind, nodeKey }: TimerRow): string {
  return `${runId}/${kind}/${nodeKey ?? ''}`;
}

function exactKeyOf(timer: TimerRow): string {
  return `${keyOf(timer)}/${timer.attempt}/${timer.dueAt}`;
}
