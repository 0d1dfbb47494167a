/** Ids fetched at once, at most. */
const FETCH_MAX = 512;

/**
 * Ids for child runs, which turn up one after the other: fetching each alone would cost a round trip. What is fetched doubles
 * as long as it is used up, so that a single child run costs no gap in the numbers.
 */
export class RunIds {
  #ids: string[] = [];
  #fetchCount = 1;

  /** @param fetch asks the database for so many ids. */
  async next(fetch: (count: number) => Promise<string[]>): Promise<string> {
    if (this.#ids.length === 0) {
      this.#ids = (await fetch(this.#fetchCount)).reverse();
      this.#fetchCount = Math.min(this.#fetchCount * 2, FETCH_MAX);
    }
    return this.#ids.pop()!;
  }

  /** Called after each batch: a batch that left ids over asks for fewer next time. */
  settle(): void {
    if (this.#ids.length > 0) this.#fetchCount = Math.max(1, this.#fetchCount >> 1);
  }
}
