import { convert, parseRate, shareOf } from './money.js';
import type { Order } from './order.js';

/** Euros for one unit of a currency, in ten-thousandths. */
export type Rates = ReadonlyMap<string, number>;

/** What an order costs, in euro cents. */
export interface Price {
  netCents: number;
  taxCents: number;
  feeCents: number;
  totalCents: number;
}

/** Value added tax on domestic orders, in basis points. */
const TAX_BASIS_POINTS = 1_900;
/** Flat fee for sending an order abroad, in euro cents. */
const ABROAD_FEE_CENTS = 490;

/**
 * Rates from a JSON object of decimals, e.g. `{ "USD": "0.9217" }`. The euro is always 1.
 * @throws {TypeError} naming the rate that is wrong.
 */
export function readRates(rates: Record<string, string>): Rates {
  const entries = Object.entries(rates).map(([currency, text]): [string, number] => {
    const rate = parseRate(text);
    if (rate === null)
      throw new TypeError(
        `The rate of ${currency} is "${text}"; it must be a decimal above 0 with at most 4 places.`,
      );
    return [currency, rate];
  });
  return new Map([...entries, ['EUR', 10_000]]);
}

/** Prices one order; null when there is no rate for its currency. */
export function priceOrder(
  order: Order,
  region: 'domestic' | 'international',
  rates: Rates,
): Price | null {
  const rate = rates.get(order.currency);
  if (rate === undefined) return null;
  const gross = order.quantity * order.unitCents;
  const netCents = convert(gross - shareOf(gross, order.discountPercent * 100), rate);
  const taxCents = region === 'domestic' ? shareOf(netCents, TAX_BASIS_POINTS) : 0;
  const feeCents = region === 'domestic' ? 0 : ABROAD_FEE_CENTS;
  return { netCents, taxCents, feeCents, totalCents: netCents + taxCents + feeCents };
}

/** Sums prices. */
export function sumPrices(prices: Iterable<Price>): Price {
  const sum = { netCents: 0, taxCents: 0, feeCents: 0, totalCents: 0 };
  for (const price of prices) {
    sum.netCents += price.netCents;
    sum.taxCents += price.taxCents;
    sum.feeCents += price.feeCents;
    sum.totalCents += price.totalCents;
  }
  return sum;
}
