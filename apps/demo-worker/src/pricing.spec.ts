import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { convert, formatCents, parseCents, parseRate, shareOf } from './money.js';
import type { Order } from './order.js';
import { priceOrder, readRates, sumPrices } from './pricing.js';

const ORDER: Order = {
  line: 2, id: 'O-1', customer: 'Chen, W.', country: 'DE', currency: 'EUR', quantity: 3, unitCents: 1999, discountPercent: 0,
}; // prettier-ignore
const RATES = readRates({ USD: '0.9217', GBP: '1.1684' });

describe('amounts', () => {
  it.each([['12.5', 1250], ['12.50', 1250], ['12', 1200], ['0.01', 1], ['', null], ['-1', null], ['1.234', null], ['1e3', null], ['twelve', null]])(
    'reads %j as %j cents', (text, cents) => expect(parseCents(text)).toBe(cents),
  ); // prettier-ignore

  it('writes what it reads', () => {
    fc.assert(
      fc.property(fc.nat(99_999_999_999), (cents) => {
        expect(parseCents(formatCents(cents))).toBe(cents);
      }),
    );
  });

  it('rounds halves up, exactly, as integer arithmetic does', () => {
    const exact = (cents: number, factor: number) =>
      Number((BigInt(cents) * BigInt(factor) * 2n + 10_000n) / 20_000n);
    fc.assert(
      fc.property(fc.nat(1_000_000_000), fc.nat(100_000), (cents, factor) => {
        expect(convert(cents, factor)).toBe(exact(cents, factor));
        expect(shareOf(cents, factor)).toBe(exact(cents, factor));
      }),
    );
  });

  it('refuses what exact arithmetic cannot hold', () => {
    expect(() => convert(2 ** 52, 10_000)).toThrow(RangeError);
  });

  it.each([
    ['0.9217', 9217],
    ['1', 10_000],
    ['0', null],
    ['0.92171', null],
    ['x', null],
  ])('reads the rate %j as %j', (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });
});

describe('priceOrder', () => {
  it('adds the tax to a domestic order', () => {
    expect(priceOrder(ORDER, 'domestic', RATES)).toEqual({
      netCents: 5997,
      taxCents: 1139,
      feeCents: 0,
      totalCents: 7136,
    });
  });

  it('converts an international order, takes off its discount, and adds the fee', () => {
    const order = { ...ORDER, currency: 'USD', discountPercent: 15 };
    // 59.97 USD less 9.00 is 50.97 USD, at 0.9217 46.98 EUR.
    expect(priceOrder(order, 'international', RATES)).toEqual({
      netCents: 4698,
      taxCents: 0,
      feeCents: 490,
      totalCents: 5188,
    });
  });

  it('has no price without a rate', () => {
    expect(priceOrder({ ...ORDER, currency: 'JPY' }, 'international', RATES)).toBeNull();
  });

  it('sums to the cent', () => {
    const price = priceOrder(ORDER, 'domestic', RATES);
    expect(sumPrices(price ? [price, price] : [])).toEqual({
      netCents: 11_994,
      taxCents: 2_278,
      feeCents: 0,
      totalCents: 14_272,
    });
  });
});
