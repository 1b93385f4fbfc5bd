import { changesSince, importProducts } from '@1688/catalog';
import type { Outcome, ProductRecord, ProductUpdate, RecordKind, RejectedRecord } from '@1688/core';
import { products, type Database, type StoredProduct } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, delistedOffers, offer, scan } from './listing-scans.ts';
import { collected } from './records.ts';

const offerId = '610947572360';

interface Told {
  readonly kind: RecordKind;
  readonly observedAt: Date;
  readonly product: Partial<ProductUpdate>;
}

async function* records(told: readonly Told[], id = offerId): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
  for (const [index, { product, ...each }] of told.entries()) {
    const whole = { ...(each.kind === 'message' ? {} : { title: '夏季雪纺连衣裙' }), ...product, offerId: id };
    yield { ok: true, value: { ...each, product: whole, profile: 'test', mapperVersion: 1, document: JSON.stringify([each.observedAt, whole]), position: { line: index + 1, record: index + 1, pointer: '' } } };
  }
}

const document = (number: number, sourceStatus?: string, kind: RecordKind = 'detail'): Told => ({ kind, observedAt: day(number), product: sourceStatus === undefined ? {} : { sourceStatus } });
const message = (number: number, sourceStatus?: string): Told => document(number, sourceStatus, 'message');

async function told(db: Database, ...all: readonly Told[]): Promise<StoredProduct> {
  for (const each of all) await importProducts(db, records([each]));
  return (await products(db).find(offerId))!;
}

async function moves(db: Database, id = offerId): Promise<string[]> {
  const changes = await collected(changesSince(db, 0n));
  return changes.filter(({ sourceId, kind }) => sourceId === id && (kind === 'delisted' || kind === 'relisted')).map(({ kind }) => kind);
}

describe('statuses and messages', () => {
  test('expire, repost and delete move an offer at once, each with its evidence', async () => {
    await using database = await testDatabase();
    const { db } = database;

    const expired = await told(db, document(1, 'published'), message(2, 'expired'));
    const reposted = await told(db, message(3, 'published'));
    const deleted = await told(db, message(4, 'deleted'));
    const [event] = (await collected(changesSince(db, 0n))).filter(({ kind }) => kind === 'delisted');

    expect(expired).toMatchObject({ delistedAt: day(2), sourceStatus: 'expired', delistedEvidence: { kind: 'status', status: 'expired', told: 'message', observedAt: day(2).toISOString() } });
    expect(reposted).toMatchObject({ delistedAt: null, delistedEvidence: null });
    expect(deleted).toMatchObject({ id: expired.id, delistedAt: day(4), delistedEvidence: { status: 'deleted' } });
    expect(event).toMatchObject({ fields: { delistedAt: { before: null, after: day(2).toISOString() }, evidence: { after: { kind: 'status', status: 'expired' } } } });
    expect(await moves(db)).toEqual(['delisted', 'relisted', 'delisted']);
  });

  test('a document that shows an offer brings it back, though no repost ever came; one that is older does not', async () => {
    await using database = await testDatabase();
    const { db } = database;

    const late = await told(db, document(1), message(3, 'expired'), document(2, undefined, 'list'));
    const shown = await told(db, document(4, undefined, 'list'));
    const again = await told(db, message(3, 'expired'), message(2, 'deleted'));

    expect(late.delistedAt).toEqual(day(3));
    expect(shown.delistedAt).toBeNull();
    expect(again.delistedAt).toBeNull();
  });

  test('an offer that comes with a status of its own is delisted from the start, one whose audit goes on stays as it was', async () => {
    await using database = await testDatabase();
    const { db } = database;

    const first = await told(db, document(1, '已下架'));
    const auditing = await told(db, document(2, 'auditing'));
    const published = await told(db, document(3, 'published'), document(4, 'auditing'));

    expect([first.delistedAt, auditing.delistedAt, published.delistedAt]).toEqual([day(1), day(1), null]);
  });

  test('an expired document that is told again and again writes the feed once', async () => {
    await using database = await testDatabase();
    const { db } = database;

    const product = await told(db, document(1, 'published'), document(2, 'expired'), document(3, 'expired'), document(4, 'expired'));

    expect(product.delistedAt).toEqual(day(2));
    expect(await moves(db)).toEqual(['delisted']);
  });

  test('a message that does not say what changed asks for the offer to be fetched again, until a document comes', async () => {
    await using database = await testDatabase();
    const { db } = database;

    const modified = await told(db, document(1), message(2));
    const fetched = await told(db, document(3));
    const late = await told(db, { ...message(2), observedAt: new Date('2026-01-02T12:00:00Z') });

    expect([modified.syncStatus, fetched.syncStatus, late.syncStatus]).toEqual(['pending', 'completed', 'completed']);
    expect([modified.delistedAt, late.delistedAt]).toEqual([null, null]);
  });

  test('J08: an offer that is deleted, and made again under its id by a supplier with another name, goes on in its row with its history', async () => {
    await using database = await testDatabase();
    const { db } = database;
    const of = (number: number, name: string, priceMinCny: string): Told => ({ kind: 'detail', observedAt: day(number), product: { sourceStatus: 'published', priceMinCny, supplier: { sourceId: 'b2b-1', name } } });

    const before = await told(db, of(1, '云裳服饰', '30'), message(2, 'member deleted'));
    const after = await told(db, of(3, '新云裳服饰', '28'));

    expect(before.delistedAt).toEqual(day(2));
    expect(after).toMatchObject({ id: before.id, delistedAt: null, priceMinCny: '28.00', supplier: { name: '新云裳服饰' } });
    expect(await moves(db)).toEqual(['delisted', 'relisted']);
  });
});

test('J07: messages and documents end alike in any order, however often they come', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const kinds = fc.constantFrom<RecordKind>('list', 'detail', 'message');
  const statuses = fc.option(fc.constantFrom('published', 'expired', 'member deleted'), { nil: undefined });
  const lives = fc.sample(fc.array(fc.tuple(kinds, statuses), { minLength: 2, maxLength: 6 }).chain((list) => {
    const all = list.map(([kind, status], index) => document(index + 1, status, kind));
    return fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }));
  }), { numRuns: 80, seed: 1688 });

  async function* arriving(pick: 0 | 1, round: number): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
    for (const [index, life] of lives.entries()) {
      const one = life[pick][round];
      if (one) yield* records([{ ...one, product: { ...one.product, subtitle: `${one.kind} ${one.observedAt.getTime()}` } }], `${pick}-${index}`);
    }
  }
  for (const pick of [0, 1] as const) for (let round = 0; round < 12; round += 1) {
    await importProducts(db, (async function* () { // what knows no offer yet needs a title first
      if (round === 0) for (const index of lives.keys()) yield* records([{ ...document(0, 'auditing'), observedAt: new Date('2025-12-01') }], `${pick}-${index}`);
      yield* arriving(pick, round);
    })());
  }

  const gone = await delistedOffers(db);
  const expected = lives.flatMap(([life], index) => (isGone(life) ? [`0-${index}`] : []));

  expect(gone.filter((id) => id.startsWith('0-')).toSorted()).toEqual(expected.toSorted());
  expect(gone.filter((id) => id.startsWith('1-')).map((id) => id.slice(2)).toSorted()).toEqual(expected.map((id) => id.slice(2)).toSorted());
  expect(expected.length).toBeGreaterThan(15);
}, 120_000);

/** By the definition: the last that told a status or showed the offer decides. */
function isGone(life: readonly Told[]): boolean {
  const last = life.findLast(({ kind, product }) => product.sourceStatus !== undefined || kind !== 'message');
  return last?.product.sourceStatus !== undefined && last.product.sourceStatus !== 'published';
}

test('a scan speaks for what came before it: an offer seen between two misses is back, and so is one with a repost', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const [number, without] of [[1, []], [2, [7, 8]], [3, [7, 8]]] as const) await scan(db, number, { without });
  const before = await delistedOffers(db);

  await importProducts(db, records([{ kind: 'list', observedAt: new Date('2026-01-02T12:00:00Z'), product: {} }], offer(7))); // arrives late
  await importProducts(db, records([message(2, 'published')], offer(8)));
  await importProducts(db, records([{ kind: 'message', observedAt: day(1), product: { sourceStatus: 'published' } }], offer(8)));

  expect(before).toEqual([offer(7), offer(8)]);
  expect(await delistedOffers(db)).toEqual([]);
  expect(await moves(db, offer(7))).toEqual(['delisted', 'relisted']);
});
