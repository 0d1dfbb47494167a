import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '@heddle/kernel';
import { jsonText } from './columns.js';
import type { Sql } from './database.js';
import { LOAD_PAYLOADS } from './sql/payload.sql.js';

/** JSON texts longer than this leave their row: rows stay small to lock, update and list. In UTF-16 units. */
export const INLINE_SIZE_MAX = 32 * 1024;

/** One payload to write. */
export interface PayloadRow {
  runId: string;
  sha256: string;
  content: string;
}

/** A JSON value as its row keeps it: the text itself, or where it is. */
export interface KeptJson {
  text: string | null;
  sha256: string | null;
}

/**
 * Large values that are in the database by now. Values never change, so the list of a `forEach`, whose node is written with every
 * item, is turned into text and sent once.
 */
const stored = new WeakMap<object, { runId: string; sha256: string }>();

/** Collects the payloads of a batch that are too large for their rows. */
export class PayloadSink {
  readonly rows = new Map<string, PayloadRow>();
  readonly #values: { value: object; runId: string; sha256: string }[] = [];

  keep(runId: string, value: unknown): KeptJson {
    if (typeof value !== 'object' || value === null)
      return this.#keepText(runId, jsonText(value), null);
    const known = stored.get(value);
    if (known?.runId === runId) return { text: null, sha256: known.sha256 };
    return this.#keepText(runId, JSON.stringify(value), value);
  }

  #keepText(runId: string, text: string | null, value: object | null): KeptJson {
    if (text === null || text.length <= INLINE_SIZE_MAX) return { text, sha256: null };
    const sha256 = createHash('sha256').update(text).digest('hex');
    this.rows.set(`${runId}/${sha256}`, { runId, sha256, content: text });
    if (value) this.#values.push({ value, runId, sha256 });
    return { text: null, sha256 };
  }

  /** Called after the commit, and only then. */
  confirm(): void {
    for (const { value, runId, sha256 } of this.#values) stored.set(value, { runId, sha256 });
  }
}

/** Where the payloads of a row are: column name to digest. */
export type PayloadRefs = Readonly<Record<string, string>>;

/** References kept in the JSON column of a row. */
export function refsOf(engine: JsonObject | null): PayloadRefs | null {
  return (engine?.['payloads'] as PayloadRefs | undefined) ?? null;
}

/** Payloads by `runId/digest`, as JSON values. */
export type Payloads = ReadonlyMap<string, Json>;

/** Reads the payloads that rows refer to. Rows are read first; what they refer to never changes. */
export async function loadPayloads(
  sql: Sql,
  refs: readonly { runId: string; sha256: string }[],
): Promise<Payloads> {
  if (refs.length === 0) return new Map();
  const rows = await sql.rows<{ run_id: string; sha256: string; content: string }>({
    ...LOAD_PAYLOADS,
    values: [refs.map((ref) => ref.runId), refs.map((ref) => ref.sha256)],
  });
  return new Map(
    rows.map((row) => [`${row.run_id}/${row.sha256}`, JSON.parse(row.content) as Json]),
  );
}

/** Payloads that rows of one kind refer to, those of all columns or of one. */
export function payloadRefs<Row extends { run_id: string; engine: JsonObject | null }>(
  rows: readonly Row[],
  column?: string,
): { runId: string; sha256: string }[] {
  return rows.flatMap((row) =>
    Object.entries(refsOf(row.engine) ?? {})
      .filter(([name]) => column === undefined || name === column)
      .map(([, sha256]) => ({ runId: row.run_id, sha256 })),
  );
}

/** The value of a column: inline, or what its reference names. */
export function payloadOf(
  row: { run_id: string; engine: JsonObject | null },
  column: string,
  { inline, payloads }: { inline: Json; payloads: Payloads },
): Json {
  const sha256 = refsOf(row.engine)?.[column];
  return sha256 === undefined ? inline : (payloads.get(`${row.run_id}/${sha256}`) ?? null);
}
