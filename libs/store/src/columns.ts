/**
 * Turns rows into the parallel arrays that `unnest` wants: one array per column, in the order of `columns`.
 * An empty list gives empty arrays.
 */
export function toColumns<Row>(
  rows: readonly Row[],
  columns: readonly ((row: Row) => unknown)[],
): unknown[][] {
  return columns.map((column) => rows.map(column));
}

/** Epoch milliseconds to what the driver writes as `timestamptz`; null stays null. */
export function instant(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** The other way round. */
export function epochMs(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}

/** JSON text for a `json` column; null becomes SQL null. */
export function jsonText(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** PostgreSQL's `text` cannot hold U+0000: it is shown as the replacement character. */
export function safeText(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '\uFFFD') : text;
}
