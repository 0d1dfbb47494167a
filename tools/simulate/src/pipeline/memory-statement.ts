import type { Statement } from '@heddle/store';

/** A value of a row as the memory keeps it: `json` columns as text, instants as dates, `bigint` as text. */
export type Cell = string | number | Date | null;
/** A row by column name. */
export type Row = Record<string, Cell>;

/** One part of a batch statement: what it does to a table, with the rows that its arrays make. */
export interface Part {
  kind: 'insert' | 'update' | 'delete';
  table: string;
  rows: Row[];
}

interface Shape {
  kind: Part['kind'];
  table: string;
  columns: string[];
}

const shapes = new Map<string, Shape[]>();
const EPOCH_2000_MS = 946_684_800_000;

/** The rows of a batch statement, decoded from what would go to the database. */
export function partsOf({ text, values = [] }: Statement): Part[] {
  let known = shapes.get(text);
  if (!known) shapes.set(text, (known = shapesOf(text)));
  let offset = 0;
  return known.map(({ kind, table, columns }) => {
    const arrays = columns.map((_, i) => decode(values[offset + i] as Buffer));
    offset += columns.length;
    const rows = Array.from(arrays[0] ?? [], (_cell, i) =>
      Object.fromEntries(columns.map((column, c) => [column, arrays[c]![i] ?? null])),
    );
    return { kind, table, rows };
  });
}

/** What the parts of a statement do, by its text: its tables, and the names of its arrays in their order. */
function shapesOf(text: string): Shape[] {
  const parts = text.split(/(?:^with |, )p\d+ as \(/).slice(1);
  return parts.map((part) => {
    const [, verb, table] = /^(insert into|update|delete from) (\w+)/.exec(part) ?? [];
    if (!verb || !table) throw new Error(`The memory cannot do this: ${part}`);
    const named = [...part.matchAll(/\bas \w+ \(([^)]*)\)/g)].at(-1)?.[1];
    const inserted = /^insert into \w+(?: as \w+)? \(([^)]*)\)/.exec(part)?.[1];
    const columns = (named ?? inserted ?? 'id').split(',').map((column) => column.trim());
    return { kind: verb.split(' ')[0] as Part['kind'], table, columns };
  });
}

/** An array in PostgreSQL's binary format. */
function decode(bytes: Buffer): Cell[] {
  const oid = bytes.readInt32BE(8);
  if (bytes.readInt32BE(0) === 0) return [];
  const count = bytes.readInt32BE(12);
  const cells: Cell[] = [];
  for (let i = 0, at = 20; i < count; i++) {
    const size = bytes.readInt32BE(at);
    at += 4;
    if (size < 0) cells.push(null);
    else {
      cells.push(cellOf(oid, bytes, [at, at + size]));
      at += size;
    }
  }
  return cells;
}

function cellOf(oid: number, bytes: Buffer, [from, to]: [number, number]): Cell {
  const int64 = (): number => bytes.readInt32BE(from) * 2 ** 32 + bytes.readUInt32BE(from + 4);
  if (oid === 20) return String(int64());
  if (oid === 23) return bytes.readInt32BE(from);
  if (oid === 21) return bytes.readInt16BE(from);
  if (oid === 1184) return new Date(int64() / 1000 + EPOCH_2000_MS);
  return bytes.toString('utf8', from, to);
}
