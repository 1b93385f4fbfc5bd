import { importProducts, search } from '@1688/catalog';
import { parseProduct, type Product } from '@1688/core';
import { openDatabase, products, syncRejects } from '@1688/db';
import { tcpProxy, testDatabase } from '@1688/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { collected, fingerprint, numberedProducts, recordsOf, valueOf } from './records.ts';

afterEach(() => void vi.useRealTimers());

test('Q04: an import that loses the answer to a commit finds out what became of it and goes on, each offer once', async () => {
  await using database = await testDatabase();
  await using proxy = await tcpProxy(database.url);
  await using db = await openDatabase(proxy.url);
  let commits = 0;
  proxy.faults.decide = (piece, direction) => {
    if (direction === 'to client' && piece.includes('COMMIT\0')) commits += 1;
    if (commits !== 3) return 'pass';
    commits += 1; // once
    return 'cut';
  };

  const result = await importProducts(db, recordsOf(numberedProducts(60)), { batchSize: 10 });

  expect(commits).toBeGreaterThan(3);
  expect(result).toMatchObject({ read: 60, created: 60, unchanged: 0, rejected: 0 });
  expect(await valueOf(database.db, `select count(*)::integer from sync1688.changes where kind = 'created' and entity = 'product'`)).toBe(60);
  expect(await valueOf(database.db, 'select count(*)::integer from sync1688.products')).toBe(60);
});

test('Q15: four imports of the same offers in other orders meet no deadlock and lose nothing', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const all = [...numberedProducts(400)];
  const orders = [all, all.toReversed(), all.toSorted((a, b) => (a.stockQuantity ?? 0) % 7 - (b.stockQuantity ?? 0) % 7), [...all.slice(200), ...all.slice(0, 200)]];
  const deadlocks = 'select deadlocks::integer from pg_stat_database where datname = current_database()';

  const results = await Promise.all(orders.map((order, index) => importProducts(db, recordsOf(order), { scope: `order ${index}`, batchSize: 100 })));

  expect(results.reduce((sum, { created }) => sum + created, 0)).toBe(400);
  for (const result of results) expect(result).toMatchObject({ read: 400, rejected: 0, duplicates: 0 });
  await db.knex.raw('select pg_stat_clear_snapshot()');
  expect(await valueOf(db, deadlocks)).toBe(0);
  expect(await valueOf(db, 'select count(*)::integer from sync1688.products')).toBe(400);
}, 180_000);

test('Q16: of an offer that comes twice in a batch the newer observation stays, whatever the order, and it is reported', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const offer = (offerId: string, title: string, day: number) => recordsOf([{ offerId, title }], { observedAt: new Date(Date.UTC(2026, 0, day)) });
  async function* records() {
    yield* offer('1', '旧', 1);
    yield* offer('1', '新', 2);
    yield* offer('2', '新', 2);
    yield* offer('2', '旧', 1);
  }

  const result = await importProducts(db, records());

  expect(result).toMatchObject({ read: 4, created: 2, duplicates: 2 });
  for (const offerId of ['1', '2']) expect(await products(db).find(offerId)).toMatchObject({ title: '新' });
});

test('Q17: one record that PostgreSQL refuses in a batch of 500 is the only one that does not land', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const all = [...numberedProducts(500)].map((product, index) => (index === 321 ? { ...product, priceMinCny: '99999999999999.00' } : product));

  const result = await importProducts(db, recordsOf(all), { batchSize: 500 });

  expect(result).toMatchObject({ read: 500, created: 499, rejected: 1, syncRecord: { status: 'partial' } });
  const [reject, ...more] = await collected(syncRejects(db).list());
  expect(more).toEqual([]);
  expect(reject).toMatchObject({ line: 322, record: 322, code: 'FIELD_INVALID', document: expect.stringContaining('"priceMinCny":"99999999999999.00"') });
}, 180_000);

test('Q18: a batch of 70,000 SKUs, more than a statement has parameters, is stored whole', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const many = Array.from({ length: 70 }, (_, number) => ({
    offerId: String(number), skus: Array.from({ length: 1_000 }, (__, sku) => ({ skuId: `${number}-${sku}`, priceCny: '1.00', stockQuantity: sku })),
  }));

  const result = await importProducts(db, recordsOf(many), { batchSize: 500 });

  expect(result).toMatchObject({ read: 70, created: 70, rejected: 0 });
  expect(await valueOf(db, 'select count(*)::integer from sync1688.skus')).toBe(70_000);
  expect(await valueOf(db, 'select sum(stock_quantity)::integer from sync1688.skus')).toBe(70 * 499_500);
}, 180_000);

describe('Q19: hostile text', () => {
  const texts: readonly (readonly [string, string, string])[] = [
    ['NUL', '连衣裙\u0000中长款', '连衣裙中长款'],
    ['a lone surrogate', '连衣裙\ud800', '连衣裙\ufffd'],
    ['a right-to-left override', '连衣裙\u202e款长中', '连衣裙\u202e款长中'],
    ['joined emoji', '亲子装👨‍👩‍👧', '亲子装👨‍👩‍👧'],
    ['characters outside the basic plane', '𠮷野家𪚥', '𠮷野家𪚥'],
    ['tabs, backslashes and quotes', 'a\tb\\nc\\.\'"\r\n$1 \\N', 'a\tb\\nc\\.\'"\r\n$1 \\N'],
    ['JSON and SQL', `{"a":1}'); drop table sync1688.products; --`, `{"a":1}'); drop table sync1688.products; --`],
  ];

  test('what PostgreSQL can hold comes back as it went in, the rest is mended', async () => {
    await using database = await testDatabase();
    const { db } = database;

    const result = await importProducts(db, recordsOf(texts.map(([name, text]) => ({ offerId: name.replaceAll(' ', '-'), title: text, subtitle: text, attributes: [{ name: text, value: text }] }))));

    expect(result).toMatchObject({ created: texts.length, rejected: 0 });
    for (const [name, , stored] of texts) {
      expect(await products(db).find(name.replaceAll(' ', '-'))).toMatchObject({ title: stored, subtitle: stored, attributes: [{ name: stored, value: stored }] });
    }
  });

  test('a title of a megabyte is too long for the model; where it gets past it, its neighbours land', async () => {
    await using database = await testDatabase();
    const title = Array.from({ length: 350_000 }, (_, number) => String.fromCodePoint(0x4e00 + ((number * 7_919) % 20_000))).join('');

    const { read, created, rejected } = await importProducts(database.db, recordsOf([{ offerId: '1', title }, ...numberedProducts(3)]));

    expect(() => parseProduct({ offerId: '1', title })).toThrow(expect.objectContaining({ code: 'FIELD_TOO_LONG' }));
    expect(read).toBe(created + rejected);
    for (const { offerId } of numberedProducts(3)) expect(await products(database.db).find(offerId)).not.toBeNull();
  });

  test('full-width, composed and decomposed forms find each other', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf([{ offerId: '1', title: 'ＵＳＢ充电线' }, { offerId: '2', title: 'usb数据线' }, { offerId: '3', title: 'cafe\u0301咖啡机' }]));

    const found = async (text: string) => (await search(db, text, { exact: true })).items.map((item) => item.offerId).toSorted();

    expect(await found('USB')).toEqual(['1', '2']);
    expect(await found('ｕｓｂ')).toEqual(['1', '2']);
    expect(await found('caf\u00e9')).toEqual(['3']);
  });
});

test('Q20: a price is a decimal text or it is refused, and nothing of its record lands', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const bad: unknown[] = ['NaN', '-1', '1e400', '1,234.5', '¥12起', 0.1 + 0.2, 'Infinity', '12345678901.00', '1.23456'];

  for (const priceMinCny of bad) expect(() => parseProduct({ offerId: '1', title: '裙', priceMinCny })).toThrow(expect.objectContaining({ code: 'FIELD_INVALID' }));
  const result = await importProducts(db, recordsOf(['NaN', '1e400', '1,234.5', '¥12起', 'Infinity', '12345678901.00'].map((priceMinCny, number) => ({ offerId: String(number), priceMinCny }) as Product)));

  expect(result).toMatchObject({ created: 0, rejected: 6 });
  expect((await collected(syncRejects(db).list())).map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'FIELD_INVALID'));
});

test('Q27: a clock that jumps a day forth and back moves neither the feed nor the life of a run', async () => {
  await using database = await testDatabase();
  await using steady = await testDatabase();
  const { db } = database;
  const day = 86_400_000;
  const truth = Date.now();
  const observed = (index: number) => ({ observedAt: new Date(truth - 10 * day + index * 1_000) });

  for (const [index, jump] of [0, day, -day, 29 * day].entries()) {
    vi.useFakeTimers({ toFake: ['Date'], now: truth + jump });
    await importProducts(db, recordsOf(numberedProducts(20, { priceCny: `${20 + index}.00` })), observed(index));
    vi.useRealTimers();
    await importProducts(steady.db, recordsOf(numberedProducts(20, { priceCny: `${20 + index}.00` })), observed(index));
  }

  expect(await valueOf(db, `select count(*)::integer from (select changed_at, lag(changed_at) over (order by seq) as before from sync1688.changes) c where changed_at < before`)).toBe(0);
  expect(await valueOf(db, `select count(*)::integer from sync1688.sync_records where abs(extract(epoch from now() - started_at)) > 600 or finished_at < started_at or heartbeat_at < started_at`)).toBe(0);
  expect(await valueOf(db, `select count(*)::integer from sync1688.product_images where next_attempt_at > now() + interval '1 hour'`)).toBe(0);
  expect(await fingerprint(db)).toBe(await fingerprint(steady.db));
});
