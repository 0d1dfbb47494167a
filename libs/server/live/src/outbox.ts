/** At most one message per room in this time. */
export const FLUSH_MS = 50;

/**
 * Gathers what is to be sent to rooms and hands it over in one piece per room. `merge` folds a new item into what waits.
 * Bounded by the number of rooms that have listeners, since only those are offered items.
 */
export class Outbox<Item, Gathered> {
  readonly #waiting = new Map<string, Gathered>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly merge: (gathered: Gathered | undefined, item: Item) => Gathered,
    private readonly send: (room: string, gathered: Gathered) => void,
  ) {}

  add(room: string, item: Item): void {
    this.#waiting.set(room, this.merge(this.#waiting.get(room), item));
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [room, gathered] of waiting) this.send(room, gathered);
  }
}
