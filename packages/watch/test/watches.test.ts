import { openDatabase, products, type Database } from '@1688/db';
import { addWatch, defineWatch, listWatches, muteWatch, redriveWatch, runWatches, testWatch, type RunWatchesOptions, type Sink, type SinkKind, type WatchInput } from '@1688/watch';
import { testDatabase } from '@1688/vitest';
import { describe, expect, test } from 'vitest';
import { told } from './records.ts';
import { sinkServer } from './sink-server.ts';

const secret = 'SEC0123456789';
const guard = { check() {} };
const kinds = ['dingtalk', 'wecom', 'feishu', 'slack', 'url'] as const satisfies SinkKind[];
const sinkOf = (kind: (typeof kinds)[number], url: string): Sink => (kind === 'wecom' || kind === 'slack' ? { kind, url } : { kind, url, secret });
const stdout = (more: Partial<WatchInput> = {}): WatchInput => ({ id: 'w', filter: { priceDownPercent: 5 }, sink: { kind: 'stdout' }, language: 'en', ...more });

/** One pass, and what it printed. */
async function printed(db: Database, options: RunWatchesOptions = {}): Promise<string[]> {
  const lines: string[] = [];
  await runWatches(db, { ...options, print: (text) => { lines.push(...text.split('\n').slice(1)); } });
  return lines;
}

describe('a watch', () => {
  test('tells in words what happened to which offer, each change once', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await told(db, 1, [{ offerId: '1', priceMinCny: '10', stockQuantity: 5 }, { offerId: '2', priceMinCny: '10' }, { offerId: '3', title: '瑜伽裤', skus: [{ skuId: 'a', stockQuantity: 3 }] }]);
    await addWatch(db, stdout({ filter: { priceDownPercent: 5, priceUpPercent: 50, soldOut: true, newOffer: true, titleChanged: true } }));
    await told(db, 2, [{ offerId: '1', priceMinCny: '9.5', stockQuantity: 0 }, { offerId: '2', priceMinCny: '9.51' }, { offerId: '3', title: '瑜伽[裤]', skus: [{ skuId: 'a', stockQuantity: 0 }] }, { offerId: '4', title: '短裙' }]);

    const first = await printed(db);
    const second = await printed(db);

    expect(first.toSorted()).toEqual([
      'New offer: 短裙 https://detail.1688.com/offer/4.html',
      'Price down ¥10.00 → ¥9.50; Sold out 5 → 0: 夏季新款雪纺连衣裙 https://detail.1688.com/offer/1.html',
      'Sold out 3 → 0 (SKU a); Title changed 瑜伽裤 → 瑜伽［裤］: 瑜伽［裤］ https://detail.1688.com/offer/3.html',
    ]);
    expect(second).toEqual([]);
  });

  test('is restricted by offers, supplier, category and words of the title, and tells of cheaper 同款', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const title = '夏季新款雪纺连衣裙女中长款收腰显瘦';
    const offers = (prices: readonly string[]) => prices.map((priceMinCny, at) => ({ offerId: String(at + 1), title: at < 2 ? title : '高腰瑜伽裤', priceMinCny, categoryId: `c${at}`, supplier: { sourceId: `b2b-${at}`, name: `店${at}` } }));
    await told(db, 1, offers(['10', '10', '10']));
    const filters: Record<string, WatchInput['filter']> = {
      offers: { priceBelowCny: '9', offerIds: ['2'] }, supplier: { priceBelowCny: '9', supplierIds: ['b2b-0'] }, category: { priceBelowCny: '9', categoryIds: ['c1'] },
      query: { priceBelowCny: '9', query: '瑜伽 高腰' }, same: { cheaperElsewhere: true, offerIds: ['1'] },
    };
    for (const [id, filter] of Object.entries(filters)) await addWatch(db, stdout({ id, filter }));
    await told(db, 2, offers(['10', '8', '8']));

    const run = await runWatches(db, { print() {} });
    const listed = await listWatches(db);

    expect(run).toMatchObject({ alerts: 4, sent: 4, failed: 0 });
    expect(Object.fromEntries(listed.map(({ id, sent }) => [id, sent]))).toEqual({ offers: 1, supplier: 0, category: 1, query: 1, same: 1 });
  });

  test('tells nothing from a run that failed, and tells it once a whole run has confirmed it', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const at = (price: string) => Array.from({ length: 4 }, (_, number) => ({ offerId: String(number), priceMinCny: price }));
    await told(db, 1, at('10'));
    await addWatch(db, stdout());
    await told(db, 2, [...at('5'), { offerId: '9' }], { failAfter: 4, batchSize: 2 }).catch(() => {});

    const failed = await printed(db);
    await told(db, 3, [{ offerId: '0', priceMinCny: '5' }, { offerId: '1', priceMinCny: '10' }]);
    const confirmed = await printed(db);
    const [watch] = await listWatches(db);

    expect(failed).toEqual([]);
    expect(confirmed).toEqual(['Price down ¥10.00 → ¥5.00: 夏季新款雪纺连衣裙 https://detail.1688.com/offer/0.html']);
    expect(watch).toMatchObject({ held: 2, sent: 1 });
  });

  test('tells of a delisting by a whole scan and of none by a cut one', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const offers = Array.from({ length: 20 }, (_, number) => ({ offerId: String(number) }));
    const scan = (day: number, count: number, more = {}) => told(db, day, offers.slice(0, count), { scope: 'shop', fullScan: true, ...more }).catch(() => {});
    await scan(1, 20);
    await addWatch(db, stdout({ filter: { delisted: true, relisted: true } }));
    await scan(2, 2);
    await scan(3, 19);
    await scan(4, 20, { failAfter: 19 });
    const before = await printed(db);
    await scan(5, 19);
    const delisted = await printed(db);
    await scan(6, 20);
    const relisted = await printed(db);

    expect(before.filter((line) => line.startsWith('Delisted'))).toEqual([]);
    expect([delisted.length, relisted.length]).toEqual([1, 1]);
  });

  test('waits through quiet hours, mutes and digests, then sends one message', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await products(db).upsert({ offerId: '1', title: '连衣裙', priceMinCny: '100' });
    await addWatch(db, stdout({ digest: { minutes: 10, maxLines: 2 }, quietHours: { from: '22:00', to: '08:00' } }));
    for (const price of ['90', '80', '70', '60']) await products(db).upsert({ offerId: '1', title: '连衣裙', priceMinCny: price });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const at = (clock: string) => printed(db, { now: () => new Date(`${tomorrow}T${clock}:00+08:00`) });

    const soon = await printed(db, { now: () => new Date() });
    const night = await at('23:00');
    await muteWatch(db, 'w', new Date(`${tomorrow}T12:00:00+08:00`));
    const muted = await at('09:00');
    const noon = await at('12:00');

    expect([soon, night, muted]).toEqual([[], [], []]);
    expect(noon).toEqual([expect.stringContaining('¥100.00 → ¥90.00'), expect.stringContaining('¥90.00 → ¥80.00'), 'and 2 more']);
  });
});

test('a watch of the configuration tells from its first run on, leaves its secret out of the database, and two processes at once send nothing twice', async () => {
  await using database = await testDatabase();
  await using server = await sinkServer(secret);
  const { db } = database;
  const configured = [defineWatch({ id: 'team', filter: { newOffer: true }, sink: sinkOf('feishu', server.url('feishu')) })];
  await products(db).upsert({ offerId: '1', title: '连衣裙' });
  await runWatches(db, { configured, guard });
  for (const offerId of ['2', '3', '4']) await products(db).upsert({ offerId, title: `瑜伽裤 ${offerId}` });

  await Promise.all([runWatches(db, { configured, guard }), runWatches(db, { configured, guard })]);
  await runWatches(db, { configured, guard });

  const { rows } = await db.knex.raw<{ rows: object[] }>('select * from sync1688.watches');
  expect(server.taken.map(({ body }) => body.match(/瑜伽裤 \d/g))).toEqual([['瑜伽裤 2', '瑜伽裤 3', '瑜伽裤 4']]);
  expect(JSON.stringify(rows)).not.toMatch(/token-of-robot|SEC0123/);
});

describe('a sink', () => {
  test.each(kinds)('%s takes a signed message, and its refusal inside a 200 counts as a failure', async (kind) => {
    await using database = await testDatabase();
    await using server = await sinkServer(secret);
    const { db } = database;
    const url = server.url(kind);
    await addWatch(db, { id: 'w', filter: { priceDownPercent: 5 }, sink: sinkOf(kind, url) });
    await products(db).upsert({ offerId: '1', title: '连衣裙', priceMinCny: '100' });
    await products(db).upsert({ offerId: '1', title: '连衣裙', priceMinCny: '90' });
    server.down = true;

    const refused = await runWatches(db, { guard });
    const listed = JSON.stringify(await listWatches(db));
    server.down = false;
    const waiting = await runWatches(db, { guard });
    const later = await runWatches(db, { guard, now: () => new Date(Date.now() + 61_000) });
    await testWatch(db, 'w', { guard });

    expect(refused).toMatchObject({ alerts: 1, sent: 0, failed: 1, errors: [{ error: expect.stringContaining('SINK_REFUSED') }] });
    expect(listed).not.toMatch(/token-of-robot|SEC0123/);
    expect(waiting.sent).toBe(0);
    expect(later.sent).toBe(1);
    expect(server.taken[0]?.body).toContain('¥100.00 → ¥90.00');
    expect(server.taken).toHaveLength(2);
  });

  test('that is down for days keeps its alerts in order, then gives them up, and a redrive brings them back', async () => {
    await using database = await testDatabase();
    await using server = await sinkServer(secret);
    const { db } = database;
    const day = (number: number) => () => new Date(Date.now() + number * 86_400_000);
    await addWatch(db, { id: 'w', filter: { priceDownPercent: 1 }, sink: sinkOf('url', server.url('url')) });
    for (const price of ['100', '90', '80', '70']) await products(db).upsert({ offerId: '1', title: '连衣裙', priceMinCny: price });
    server.down = true;

    await runWatches(db, { guard });
    await runWatches(db, { guard, now: day(1) });
    const [waiting] = await listWatches(db);
    await runWatches(db, { guard, now: day(8) });
    const [dead] = await listWatches(db);
    server.down = false;
    const redriven = await redriveWatch(db, 'w');
    await runWatches(db, { guard });

    expect([waiting?.queued, dead?.dead, redriven]).toEqual([3, 3, 3]);
    const { alerts } = JSON.parse(server.taken[0]?.body ?? '{}') as { alerts: { id: string; reasons: { after: string }[] }[] };
    expect(alerts.map(({ reasons }) => reasons[0]?.after)).toEqual(['90.00', '80.00', '70.00']);
    expect(new Set(alerts.map(({ id }) => id.split(':')[0]))).toEqual(new Set(['w']));
  });

  test('is sent to through a guard of addresses only, never to a private one by itself', async () => {
    await using database = await testDatabase();
    await using server = await sinkServer(secret);
    await using db = await openDatabase(database.url);
    await addWatch(db, { id: 'w', filter: { delisted: true }, sink: sinkOf('url', server.url('url').replace('127.0.0.1', 'localhost')) });
    const asked: string[] = [];
    const refusing = { check: (address: string) => { asked.push(address); throw Object.assign(new Error('private'), { code: 'EBLOCKED' }); } };

    const unguarded = testWatch(db, 'w').catch((error: { code: string }) => error.code);
    const guarded = testWatch(db, 'w', { guard: refusing }).catch((error: { code: string }) => error.code);

    expect([await unguarded, await guarded]).toEqual(['CONFIG_UNSAFE', 'SINK_UNREACHABLE']);
    expect(asked[0]).toMatch(/127\.0\.0\.1|::1/);
    expect(server.taken).toEqual([]);
  });
});

test('a watch that is wrong is refused without showing what may be a secret', () => {
  const bad = (): unknown => defineWatch({ id: 'w', filter: { delisted: true }, sink: { kind: 'slack', url: 'hooks.slack/services/T0/secret' } });

  expect(bad).toThrow(/sink\.url/);
  expect(bad).not.toThrow(/services/);
  expect(() => defineWatch({ id: 'w', filter: { offerIds: ['1'] }, sink: { kind: 'stdout' } })).toThrow(/at least one thing/);
});
