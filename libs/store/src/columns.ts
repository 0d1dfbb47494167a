/**
 * Turns rows into the parallel arrays that `unnest` wants, in PostgreSQL's binary array format. The driver's own text format
 * escapes every quote of a JSON text and the database takes it apart again; the binary format copies bytes, which halves the
 * time both sides spend on a batch.
 * @see https://www.postgresql.org/docs/15/catalog-pg-type.html and `array_recv` in `src/backend/utils/adt/arrayfuncs.c`
 */
import { assert } from '@heddle/kernel';

/** A column type: its object id, and how one value that is not null is appended. */
export interface ColumnType<V> {
  oid: number;
  append(bytes: Bytes, value: V): void;
}

/** A buffer that grows. */
class Bytes {
  buffer = Buffer.allocUnsafe(64 * 1024);
  length = 0;

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + size));
    this.buffer.copy(grown, 0, 0, this.length);
    this.buffer = grown;
  }

  int32(value: number): void {
    this.reserve(4);
    this.length = this.buffer.writeInt32BE(value, this.length);
  }

  /** A safe integer as eight bytes. */
  int64(value: number): void {
    this.reserve(8);
    this.length = this.buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.length);
    this.length = this.buffer.writeUInt32BE(value >>> 0, this.length);
  }

  /** A text with its length in front. */
  text(value: string): void {
    // UTF-8 takes at most three bytes per UTF-16 unit.
    this.reserve(4 + value.length * 3);
    const size = this.buffer.write(value, this.length + 4, 'utf8');
    this.buffer.writeInt32BE(size, this.length);
    this.length += 4 + size;
  }
}

const text: ColumnType<string>['append'] = (bytes, value) => bytes.text(value);

/** `bigint`, of ids and other safe integers. */
export const INT8: ColumnType<string | number> = {
  oid: 20,
  append(bytes, value) {
    const number = Number(value);
    assert(Number.isSafeInteger(number), `${value} is not a safe integer`);
    bytes.int32(8);
    bytes.int64(number);
  },
};
export const INT4: ColumnType<number> = {
  oid: 23,
  append(bytes, value) {
    bytes.int32(4);
    bytes.int32(value);
  },
};
export const INT2: ColumnType<number> = {
  oid: 21,
  append(bytes, value) {
    bytes.int32(2);
    bytes.reserve(2);
    bytes.length = bytes.buffer.writeInt16BE(value, bytes.length);
  },
};
/** Text without U+0000, which PostgreSQL cannot hold: see {@link safeText}. */
export const TEXT: ColumnType<string> = { oid: 25, append: text };
/** JSON text. */
export const JSON_TEXT: ColumnType<string> = { oid: 114, append: text };
/** Epoch milliseconds, for `timestamptz`: microseconds since 2000. */
export const INSTANT: ColumnType<number> = {
  oid: 1184,
  append(bytes, value) {
    bytes.int32(8);
    bytes.int64((value - EPOCH_2000_MS) * 1000);
  },
};
const EPOCH_2000_MS = 946_684_800_000;

/** One column of `Row`: its type, and its value; null becomes SQL null. */
export type Column<Row> = {
  [K in keyof typeof TYPES]: readonly [K, (row: Row) => ValueOf<(typeof TYPES)[K]> | null];
}[keyof typeof TYPES];
type ValueOf<T> = T extends ColumnType<infer V> ? V : never;

const TYPES = {
  bigint: INT8,
  int: INT4,
  smallint: INT2,
  text: TEXT,
  json: JSON_TEXT,
  timestamptz: INSTANT,
} as const;

// Batches are encoded one after the other, so one scratch buffer serves all.
const scratch = new Bytes();
/** A scratch buffer that a huge batch made is not kept. */
const SCRATCH_BYTES_MAX = 16 * 1024 * 1024;

/** One binary array per column, in the order of `columns`. */
export function toColumns<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Buffer[] {
  return columns.map(([type, valueOf]) =>
    encode(TYPES[type] as ColumnType<unknown>, rows, valueOf as (row: Row) => unknown),
  );
}

function encode<Row>(
  type: ColumnType<unknown>,
  rows: readonly Row[],
  valueOf: (row: Row) => unknown,
): Buffer {
  scratch.length = 0;
  scratch.int32(rows.length > 0 ? 1 : 0);
  scratch.int32(1);
  scratch.int32(type.oid);
  if (rows.length > 0) {
    scratch.int32(rows.length);
    scratch.int32(1);
    for (const row of rows) {
      const value = valueOf(row);
      if (value === null) scratch.int32(-1);
      else type.append(scratch, value);
    }
  }
  const bytes = Buffer.from(scratch.buffer.subarray(0, scratch.length));
  if (scratch.buffer.length > SCRATCH_BYTES_MAX) scratch.buffer = Buffer.allocUnsafe(64 * 1024);
  return bytes;
}

/** Epoch milliseconds of a date as read; null stays null. */
export function epochMs(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}

/** Epoch milliseconds to what the driver writes as `timestamptz`; null stays null. */
export function instant(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** JSON text for a `json` column; null becomes SQL null. */
export function jsonText(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** PostgreSQL's `text` cannot hold U+0000: it is shown as the replacement character. */
export function safeText(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '\uFFFD') : text;
}
