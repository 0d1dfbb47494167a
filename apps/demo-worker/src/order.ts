import { NonRetryableError } from '@heddle/worker-sdk';
import { parseCents } from './money.js';

/** Columns of the orders file. */
export const COLUMNS = [
  'order_id', 'placed_at', 'customer', 'country', 'currency', 'sku', 'quantity', 'unit_price', 'discount_percent',
] as const; // prettier-ignore

/** One line of the orders file as text, with its line number in the original file. */
export type OrderRecord = Record<(typeof COLUMNS)[number], string> & { line: string };

/** A record that was read and found right. Amounts in cents of `currency`. */
export interface Order {
  line: number;
  id: string;
  customer: string;
  country: string;
  currency: string;
  quantity: number;
  unitCents: number;
  discountPercent: number;
}

/** A correction that an operator adds to the input of a failed job. */
export interface Fix {
  line: number;
  field: string;
  value: string;
}

/** Orders that stay in the country; all others are international. */
const HOME_COUNTRY = 'DE';
const QUANTITY_MAX = 100_000;

/** Which price list an order falls under. */
export function regionOf(record: Pick<OrderRecord, 'country'>): 'domestic' | 'international' {
  return record.country === HOME_COUNTRY ? 'domestic' : 'international';
}

/** The record with the corrections for its line. */
export function applyFixes(record: OrderRecord, fixes: readonly Fix[]): OrderRecord {
  const own = fixes.filter((fix) => String(fix.line) === record.line);
  return { ...record, ...Object.fromEntries(own.map(({ field, value }) => [field, value])) };
}

/**
 * Reads one record.
 * @throws {NonRetryableError} `BAD_RECORD`, naming line, field and value, and how to go on.
 */
export function readOrder(record: OrderRecord): Order {
  const quantity = /^\d{1,6}$/.test(record.quantity) ? Number(record.quantity) : 0;
  if (quantity < 1 || quantity > QUANTITY_MAX)
    throw badRecord(record, 'quantity', `is not a whole number from 1 to ${QUANTITY_MAX}`);
  const unitCents = parseCents(record.unit_price);
  if (unitCents === null) throw badRecord(record, 'unit_price', 'is not an amount like 12.50');
  const discountPercent = /^\d{1,3}$/.test(record.discount_percent)
    ? Number(record.discount_percent)
    : 101;
  if (discountPercent > 100)
    throw badRecord(record, 'discount_percent', 'is not a whole number from 0 to 100');
  if (!/^[A-Z]{3}$/.test(record.currency))
    throw badRecord(record, 'currency', 'is not a currency code like EUR');
  return {
    line: Number(record.line),
    id: record.order_id,
    customer: record.customer,
    country: record.country,
    currency: record.currency,
    quantity,
    unitCents,
    discountPercent,
  };
}

/** The failure for one field of one record. */
export function badRecord(
  record: OrderRecord,
  field: keyof OrderRecord,
  why: string,
): NonRetryableError {
  const value = record[field];
  return new NonRetryableError(
    `Line ${record.line}, order ${record.order_id}: ${field} "${value}" ${why}. ` +
      `Retry this node with an edited input: add {"line": ${record.line}, "field": "${field}", "value": "…"} to fixes, or ${record.line} to skipLines.`,
    {
      code: 'BAD_RECORD',
      details: { line: Number(record.line), field, value, record: { ...record } },
    },
  );
}
