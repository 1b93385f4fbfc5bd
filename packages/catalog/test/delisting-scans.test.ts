import { changesSince, importProducts } from '@1688/catalog';
import { SyncError, type Outcome, type ProductRecord, type RejectedRecord } from '@1688/core';
import { products, syncRecords, type Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { describe, expect, test } from 'vitest';
import { day, delistedOffers, offer, outcomeOf, scan } from './listing-scans.ts';
import { collected, numberedProducts, recordsOf, valueOf } from './records.ts';

async function kindsOf(db: Database, offerId: string): Promise<string[]> {
  return (await collected(changesSince(db, 0n))).filter(({ sourceId }) => sourceId === offerId).map(({ kind }) => kind);
}

describe('full scans of a scope', () => {
  test('two in a row that miss an offer delist it, and the evidence names both', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const first = await scan(db, 1);
    const second = await scan(db, 2, { without: [7] });
    const afterOne = await delistedOffers(db);
    const third = await scan(db, 3, { without: [7, 8] });

    expect(afterOne).toEqual([]);
    expect([first.scan, second.scan, third.scan]).toEqual([
      { complete: true, reason: null, members: 20, missed: 0, delisted: 0 },
      { complete: true, reason: null, members: 20, missed: 1, delisted: 0 },
      { complete: true, reason: null, members: 20, missed: 2, delisted: 1 },
    ]);
    expect(third.delisted).toBe(1);
    expect(await delistedOffers(db)).toEqual([offer(7)]);
    const product = await products(db).find(offer(7));
    expect(product).toMatchObject({
      delistedAt: day(3), stockQuantity: 7,
      delistedEvidence: { kind: 'scan', scope: 'shop', misses: [{ syncRecordId: second.syncRecord.id, observedAt: day(2).toISOString() }, { syncRecordId: third.syncRecord.id, observedAt: day(3).toISOString() }] },
    });
    expect(product?.skus).toHaveLength(2);
    expect(product?.images).toHaveLength(1);
    expect(await kindsOf(db, offer(7))).toEqual(['created', 'delisted']);
  });

  test('an offer that is shown again, unchanged or not, is relisted in its own row', async () => {
    await using database = await testDatabase();
    const { db } = database;
    for (const [number, without] of [[1, []], [2, [7, 8]], [3, [7, 8]]] as const) await scan(db, number, { without });
    const before = await products(db).find(offer(7));

    const result = await scan(db, 4);
    const after = await products(db).find(offer(7));

    expect(result).toMatchObject({ relisted: 2, updated: 2, unchanged: 18, created: 0 });
    expect(before?.delistedAt).toEqual(day(3));
    expect(after).toMatchObject({ id: before?.id, delistedAt: null, delistedEvidence: null, title: before?.title });
    expect(await kindsOf(db, offer(7))).toEqual(['created', 'delisted', 'relisted']);
    const changes = await collected(changesSince(db, 0n));
    expect(changes.at(-1)).toMatchObject({ kind: 'relisted', fields: { delistedAt: { before: day(3).toISOString(), after: null }, evidence: { after: { kind: 'shown', told: 'detail', syncRecordId: result.syncRecord.id } } } });
  });

  test('one miss after another counts only in a row, k can be chosen, and another scope that shows an offer speaks for it', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await scan(db, 1);
    await scan(db, 2, { without: [7, 9] });
    await scan(db, 3, { without: [9], delistAfter: 3 });
    await scan(db, 4, { without: [7, 8, 9, 10] });
    const twice = await delistedOffers(db);
    await importProducts(db, recordsOf([...numberedProducts(1, { from: 8 })]), { scope: 'keyword', observedAt: new Date('2026-01-04T12:00:00Z') });
    await scan(db, 5, { without: [7, 8, 9, 10], delistAfter: 1 });

    expect(twice).toEqual([offer(9)]);
    expect(await delistedOffers(db)).toEqual([offer(7), offer(8), offer(9), offer(10)]);
    expect((await products(db).find(offer(8)))?.delistedEvidence).toMatchObject({ misses: [{ observedAt: day(5).toISOString() }] });
  });

  test('what another scope alone has shown is not missed; a supplier scope claims what the tables say of the supplier', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await importProducts(db, recordsOf(numberedProducts(100)), { observedAt: day(1) });
    const supplierOf = (number: number): string => `supplier:b2b-${number}`;
    for (const number of [2, 3]) await importProducts(db, recordsOf(numberedProducts(1, { from: 7 })), { scope: 'other', fullScan: true, observedAt: day(number) });
    const none = await delistedOffers(db);
    for (const number of [4, 5]) await importProducts(db, recordsOf(numberedProducts(1, { from: 7 })), { scope: supplierOf(7), fullScan: true, observedAt: day(number), maxMissedShare: 0.5 });

    expect(none).toEqual([]);
    expect(await delistedOffers(db)).toEqual([offer(57)]);
  });
});

describe('J09: a scan that misses too much is stopped', () => {
  test('a feed cut to a tenth delists nothing, does not count, and may be let pass by its user', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await scan(db, 1);
    const most = Array.from({ length: 18 }, (_, index) => index + 2);

    const failures = [await outcomeOf(scan(db, 2, { without: most })), await outcomeOf(scan(db, 3, { without: most }))];
    const failure = await scan(db, 4, { without: most }).catch((error: unknown) => error);
    const after = await delistedOffers(db);
    const counted = await valueOf<number>(db, 'select count(*)::integer from sync1688.full_scans');
    await scan(db, 5, { without: most, allowMassDelisting: true });
    const allowed = await scan(db, 6, { without: most, allowMassDelisting: true });

    expect(failures).toEqual(['SYNC_GUARD', 'SYNC_GUARD']);
    expect(failure).toMatchObject({
      code: 'SYNC_GUARD', message: 'Expected a full scan of scope shop to miss at most 20 % of its 20 listed offers, it missed 18 (90 %).',
      hint: expect.stringContaining('--allow-mass-delisting') as string, details: { members: 20, missed: 18, syncRecordId: '4' },
    });
    expect((await syncRecords(db).find('4'))?.status).toBe('failed');
    expect(after).toEqual([]);
    expect(counted).toBe(1);
    expect(allowed).toMatchObject({ delisted: 18 });
  });

  test('an answer without offers delists nothing, whatever is allowed; a fifth missed is allowed, more is not', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await scan(db, 1);

    expect(await outcomeOf(scan(db, 2, { count: 0, allowMassDelisting: true }))).toBe('SYNC_GUARD');
    expect(await outcomeOf(scan(db, 3, { without: [1, 2, 3, 4] }))).toBe('done');
    expect(await outcomeOf(scan(db, 4, { without: [1, 2, 3, 4, 5] }))).toBe('SYNC_GUARD');
    expect(await outcomeOf(scan(db, 5, { without: [1, 2, 3, 4, 5], maxMissedShare: 0.25 }))).toBe('done');
    expect(await delistedOffers(db)).toEqual([1, 2, 3, 4].map(offer));
    expect(await outcomeOf(scan(db, 6, { without: [1, 2, 3, 4, 5, 6, 7, 8] }))).toBe('SYNC_GUARD');
  });

  test('a scan that goes on after the guard stopped it is judged again without reading twice', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await scan(db, 1);
    const without = [0, 1, 2, 3, 4, 5];
    await outcomeOf(scan(db, 2, { without, input: 'shop.jsonl' }));

    const resumed = await scan(db, 9, { without, input: 'shop.jsonl', resume: true, allowMassDelisting: true, delistAfter: 1 });

    expect(resumed).toMatchObject({ read: 14, delisted: 6, syncRecord: { id: '2', status: 'completed', observedAt: day(2) } });
  });
});

describe('a scan that is no proof', () => {
  async function* withReject(document: string, code: 'FIELD_INVALID' | 'RECORD_INVALID', from: number): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
    yield* recordsOf(numberedProducts(20 - from, { from }));
    yield { ok: false, item: { document, profile: 'test', field: null, position: { line: 21, record: 21, pointer: '' } }, error: new SyncError(code, 'Expected something else.') };
  }

  test('a record that was rejected names its offer, which is not missed; one that names none ends the proof', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await scan(db, 1);
    const run = (number: number, document: string, code: 'FIELD_INVALID' | 'RECORD_INVALID' = 'FIELD_INVALID') =>
      importProducts(db, withReject(document, code, 1), { scope: 'shop', fullScan: true, observedAt: day(number), delistAfter: 1 });

    const named = await run(2, `{"offerId":${offer(0)},"price":"?"}`);
    const unnamed = await run(3, '{"error":"timeout","url":"https://shop.example"}');
    const cut = await run(4, `{"offerId":${offer(0)},"pri`, 'RECORD_INVALID');
    const none = await delistedOffers(db);
    const whole = await scan(db, 5, { without: [0], delistAfter: 1 });

    expect(named.scan).toMatchObject({ complete: true, missed: 0 });
    expect(unnamed.scan).toEqual({ complete: false, reason: '1 of its records were rejected and do not say which offers they were.', members: 20, missed: 1, delisted: 0 });
    expect(cut.scan).toMatchObject({ complete: false, delisted: 0 });
    expect(none).toEqual([]);
    expect(whole.delisted).toBe(1);
  });

  test('a source that fails, or a run that is cancelled, is not judged', async () => {
    await using database = await testDatabase();
    const { db } = database;
    await scan(db, 1);
    async function* failing(): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
      yield* recordsOf(numberedProducts(19));
      throw new SyncError('SOURCE_FORMAT', 'Expected data, received the page of a login.');
    }
    const stop = new AbortController();

    expect(await outcomeOf(importProducts(db, failing(), { scope: 'shop', fullScan: true, delistAfter: 1, observedAt: day(2) }))).toBe('SOURCE_FORMAT');
    expect(await outcomeOf(scan(db, 3, { count: 19, delistAfter: 1, signal: stop.signal, onProgress: () => stop.abort() }))).toBe('ABORTED');
    expect(await scan(db, 4, { count: 19, delistAfter: 1, dryRun: true })).toMatchObject({ delisted: 0, scan: null });
    expect(await delistedOffers(db)).toEqual([]);
  });
});

test('scans whose times came out of order count by when they were seen, and a clock an hour behind delists nothing that was seen', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await scan(db, 1);
  await scan(db, 4, { without: [7] });
  await scan(db, 3, { without: [7, 8] }); // a file of the day before, imported late
  const afterLate = await delistedOffers(db);
  const hourBehind = new Date(day(5).getTime() - 3_600_000);
  await importProducts(db, recordsOf(numberedProducts(20), { observedAt: hourBehind }), { scope: 'shop', fullScan: true, observedAt: day(5), delistAfter: 1 });

  expect(afterLate).toEqual([offer(7)]);
  expect(await delistedOffers(db)).toEqual([]);
});

test('what the user removed stays removed through scans, and is missed by none', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await scan(db, 1, { count: 5 });
  await products(db).remove(offer(0));
  const seen = await scan(db, 2, { count: 5 });
  const missed = await scan(db, 3, { count: 5, without: [0] });

  expect(seen.scan).toMatchObject({ missed: 0 });
  expect(missed.scan).toMatchObject({ members: 4, missed: 0 });
  expect(await products(db).find(offer(0))).toBeNull();
  expect((await products(db).findWithRemoved(offer(0)))?.deletedAt).not.toBeNull();
});
