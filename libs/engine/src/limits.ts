/**
 * Bounds of a run: whatever jobs return, its row and its history stay of a size that can be stored
 * and shown. Sizes are characters of JSON.
 */
export const ENGINE_LIMITS = {
  /** Shared context of a run. */
  contextSizeMax: 256_000,
  /** Output of a node, and of the run. */
  outputSizeMax: 1_000_000,
  /** Rendered input of a task. */
  inputSizeMax: 1_000_000,
  /** Payload of a signal, values of a decision; signals kept for later, and their size together. */
  signalSizeMax: 256_000,
  signalsKeptMax: 100,
  signalsKeptSizeMax: 1_000_000,
  /** Characters of an item's label. */
  labelLengthMax: 200,
  /** Items of one node that may be waiting to be started once more. */
  itemsAgainMax: 1_000,
  /** Warnings kept on a run; later ones are counted by the last entry. */
  warningsMax: 100,
  /**
   * Steps that all expressions of one event may take together, about a second: an event may start
   * thousands of nodes. Beyond it their expressions fail with `COST`.
   */
  stepWorkMax: 5_000_000,
  /** Characters kept of an error's code, message and stack, and size of its details. */
  errorCodeLengthMax: 100,
  errorMessageLengthMax: 4_000,
  errorStackLengthMax: 16_000,
  errorDetailsSizeMax: 16_000,
} as const;

/**
 * Leases that one attempt may lose before it fails with `WORKER_LOST`: a job that kills its workers
 * must not do so for ever.
 */
export const LEASE_LOSSES_MAX = 5;
