import { Initial1700000000001 } from './0001-initial.js';

/** In order. A migration that has been released never changes. */
export const MIGRATIONS = [Initial1700000000001];
