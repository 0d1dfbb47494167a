import { inspect } from 'node:util';

/** Longest wait for a named event; a spec that needs longer is broken. */
const WAIT_MS_MAX = 30_000;

/** What happened, in order, and a way to wait for something to happen. */
export class EventLog<Event> {
  readonly all: Event[] = [];
  private readonly watchers = new Set<() => void>();

  /** Notes an event and wakes who waits for it. */
  add(event: Event): void {
    this.all.push(event);
    for (const watcher of [...this.watchers]) watcher();
  }

  /** The first event, past or future, that fits. @throws {Error} listing what happened instead, after half a minute. */
  async waitFor<Found extends Event>(
    what: string,
    fits: (event: Event) => event is Found,
  ): Promise<Found>;
  async waitFor(what: string, fits: (event: Event) => boolean): Promise<Event>;
  async waitFor(what: string, fits: (event: Event) => boolean): Promise<Event> {
    await this.until(what, () => this.all.some(fits));
    return this.all.find(fits) as Event;
  }

  /** Waits until a condition over what happened holds. */
  until(what: string, holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.watchers.delete(watcher);
        const happened = inspect(this.all, { depth: 4 }).slice(0, 4_000);
        reject(new Error(`Waited in vain for ${what}. What happened: ${happened}`));
      }, WAIT_MS_MAX);
      const watcher = () => {
        if (!holds()) return;
        clearTimeout(timer);
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
    });
  }
}
