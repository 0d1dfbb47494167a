import { readFileSync } from 'node:fs';

/** One execution of a task, as its worker wrote it down before it answered. */
export interface LedgerEntry {
  idempotencyKey: string;
  attempt: number;
  pid: number;
  /** Unique per execution; also the task's output, so that one can see which execution counted. */
  token: string;
}

/** Everything that the workers of a ledger wrote. */
export function readLedger(file: string): LedgerEntry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LedgerEntry);
}

/** What was carried out under each idempotency key: once as a rule, more often only after a lost lease. */
export function byIdempotencyKey(entries: readonly LedgerEntry[]): Map<string, LedgerEntry[]> {
  const found = new Map<string, LedgerEntry[]>();
  for (const entry of entries)
    found.set(entry.idempotencyKey, [...(found.get(entry.idempotencyKey) ?? []), entry]);
  return found;
}
