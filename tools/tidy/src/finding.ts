import type { Repository } from './repository.js';

/** Something in the tree that is not as it should be. */
export interface Finding {
  /** Path from the root. */
  path: string;
  /** Counted from 1; absent when the file as a whole is meant. */
  line?: number;
  /** One sentence: what is wrong and what to do. */
  message: string;
}

/** A check of the whole tree. */
export interface Rule {
  name: string;
  check(repository: Repository): Finding[];
  /** Mends what `check` finds, where a program can. */
  fix?(repository: Repository): void;
}
