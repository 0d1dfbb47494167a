import { parse } from 'csv-parse/sync';
import { NonRetryableError } from '@heddle/worker-sdk';
import { COLUMNS, type OrderRecord } from './order.js';

/** Largest file that a job reads, in bytes. */
const FILE_BYTES_MAX = 20_000_000;

/**
 * Fetches a CSV file.
 * @throws {NonRetryableError} `NOT_FOUND`, `TOO_LARGE`; other errors are worth another attempt.
 */
export async function download(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal });
  if (response.status === 404)
    throw new NonRetryableError(`There is no file at ${url}.`, { code: 'NOT_FOUND' });
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}.`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > FILE_BYTES_MAX)
      throw new NonRetryableError(`${url} has more than ${FILE_BYTES_MAX / 1e6} MB.`, {
        code: 'TOO_LARGE',
      });
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Reads orders. A column `line`, if there is one, gives the line in the original file; else it is the line in this text.
 * @throws {NonRetryableError} `BAD_CSV` with the line and the reason.
 */
export function readOrders(text: string): OrderRecord[] {
  const rows = readRows(text);
  const missing = COLUMNS.filter((column) => rows.columns.every((name) => name !== column));
  if (missing.length > 0)
    throw new NonRetryableError(
      `The orders file has no column ${missing.join(', ')}; its first line must name ${COLUMNS.join(', ')}.`,
      { code: 'BAD_CSV', details: { missing } },
    );
  return rows.records.map(({ record, line }) => ({ line, ...record }) as OrderRecord);
}

/** A CSV text as records by column name, each with the line it ends on. */
export function readRows(text: string): {
  columns: string[];
  records: { record: Record<string, string>; line: string }[];
} {
  let columns: string[] = [];
  const onHeader = (names: string[]) => (columns = names);
  try {
    const rows = parse(text, {
      columns: onHeader,
      info: true,
      bom: true,
      skip_empty_lines: true,
    }) as unknown as {
      record: Record<string, string>;
      info: { lines: number };
    }[];
    return {
      columns,
      records: rows.map(({ record, info }) => ({ record, line: String(info.lines) })),
    };
  } catch (error) {
    const { message, lines } = error as Error & { lines?: number };
    throw new NonRetryableError(
      `The file is no CSV${lines ? ` (line ${lines})` : ''}: ${message}`,
      {
        code: 'BAD_CSV',
        details: { line: lines ?? null },
      },
    );
  }
}

/** Rows as CSV text; values with commas, quotes or line breaks are quoted. */
export function toCsv(
  columns: readonly string[],
  rows: readonly Record<string, string | number>[],
): string {
  const line = (values: (string | number)[]) => values.map(quote).join(',');
  return (
    [line([...columns]), ...rows.map((row) => line(columns.map((name) => row[name] ?? '')))].join(
      '\n',
    ) + '\n'
  );
}

function quote(value: string | number): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
