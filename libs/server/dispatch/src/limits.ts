/** A lease lives this long after the last heartbeat: two heartbeats may be lost. */
export const LEASE_MS = 10_000;
/** How often a worker says what it runs. */
export const HEARTBEAT_MS = 3_000;
/** Largest result of a task. Equal to the engine's bound on outputs. */
export const PAYLOAD_BYTES_MAX = 1_000_000;
/** Workers that left are listed this long. */
export const WORKER_MEMORY_MS = 24 * 3_600_000;
