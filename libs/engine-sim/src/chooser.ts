/**
 * Makes every random choice of a simulation, so that one seed (or one fast-check value) replays all
 * of it.
 */
export interface Chooser {
  /** Whole number from 0 to `max`, both included. */
  int(max: number): number;
}

/** True `percent` times of a hundred. */
export function chance(choose: Chooser, percent: number): boolean {
  // Small numbers mean "no", so that shrinking leads to the plainer case.
  return choose.int(99) >= 100 - percent;
}

/** One element of a list that is not empty. */
export function pick<T>(choose: Chooser, list: readonly T[]): T {
  return list[choose.int(list.length - 1)] as T;
}

/** Choices from a seed: the mulberry32 generator, which is small, fast and the same everywhere. */
export function seededChooser(seed: number): Chooser {
  let state = seed >>> 0;
  return {
    int(max) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * (max + 1));
    },
  };
}
