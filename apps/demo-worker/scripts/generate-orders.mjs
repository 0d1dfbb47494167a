// Writes data/orders.csv: always the same 3,000 orders, one of them broken on purpose. Run: node scripts/generate-orders.mjs
import { writeFileSync } from 'node:fs';

const ORDER_COUNT = 3_000;
/** Line of the broken order; the header is line 1. */
const BROKEN_LINE = 1_743;

/** mulberry32: a small generator whose sequence is the same everywhere. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = generator(20_250_117);
const pick = (list) => list[Math.floor(random() * list.length)];
const between = (low, high) => low + Math.floor(random() * (high - low + 1));

const MARKETS = [
  ['DE', 'EUR'],
  ['DE', 'EUR'],
  ['DE', 'EUR'],
  ['DE', 'EUR'],
  ['FR', 'EUR'],
  ['NL', 'EUR'],
  ['GB', 'GBP'],
  ['US', 'USD'],
  ['CN', 'CNY'],
];
const PRODUCTS = [
  ['LOOM-RH', 129_900],
  ['HEDDLE-T', 349],
  ['SHUTTLE', 2_250],
  ['REED-10', 5_990],
  ['WARP-LIN', 1_899],
  ['WEFT-WOOL', 1_245],
  ['BOBBIN-5', 795],
  ['TEMPLE', 4_300],
  ['THREADER', 1_050],
  ['YARN-SET', 3_680],
];
const NAMES = [
  'Adler',
  'Bertrand',
  'Chen',
  'Dekker',
  'Evans',
  'Fischer',
  'Garcia',
  'Huang',
  'Ivanov',
  'Jansen',
  'Keller',
  'Lopez',
];

const lines = [
  'order_id,placed_at,customer,country,currency,sku,quantity,unit_price,discount_percent',
];
const start = Date.UTC(2025, 0, 1);
for (let n = 1; n <= ORDER_COUNT; n++) {
  const isBroken = n + 1 === BROKEN_LINE;
  const [country, currency] = isBroken ? MARKETS[0] : pick(MARKETS);
  const [sku, cents] = pick(PRODUCTS);
  const unit = Math.max(100, cents + between(-50, 50));
  const placedAt =
    new Date(start + n * 601_000 + between(0, 300) * 1000).toISOString().slice(0, 19) + 'Z';
  const quantity = isBroken ? 'twelve' : between(1, 12);
  const customer = `"${pick(NAMES)}, ${String.fromCharCode(65 + between(0, 25))}."`;
  const price = `${Math.floor(unit / 100)}.${String(unit % 100).padStart(2, '0')}`;
  lines.push(
    [
      `O-${100_000 + n}`,
      placedAt,
      customer,
      country,
      currency,
      sku,
      quantity,
      price,
      pick([0, 0, 0, 5, 10, 15]),
    ].join(','),
  );
}
writeFileSync(new URL('../data/orders.csv', import.meta.url), lines.join('\n') + '\n');
