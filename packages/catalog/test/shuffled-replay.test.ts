import { exportRecords, importProducts, type ExportEntity } from '@1688/catalog';
import type { Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ofOffer, recordsOfVersions, versions, type Version } from './versions.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

async function emptied(db: Database): Promise<Database> {
  await db.knex.raw('truncate sync1688.products, sync1688.suppliers, sync1688.sync_records, sync1688.payloads restart identity cascade');
  return db;
}

/** What a store holds now, one line a product, supplier and picture. */
async function stateOf(db: Database): Promise<string[]> {
  const entities: ExportEntity[] = ['products', 'suppliers', 'images'];
  const lines: string[] = [];
  for (const entity of entities) for await (const record of exportRecords(db, entity, { sorted: true, portable: true })) lines.push(JSON.stringify(record));
  return lines;
}

/** For each offer what it is after these runs, suppliers and pictures included. */
async function afterRuns(runs: readonly (readonly Version[])[], batchSize = 500): Promise<Map<string, string[]>> {
  const db = await emptied(database.db);
  for (const list of runs) await importProducts(db, recordsOfVersions(list), { batchSize });
  return Map.groupBy(await stateOf(db), (line) => /"(?:offerId|sourceId)":"(?:61)?(\d+)/.exec(line)?.[1] ?? '');
}

interface Offer {
  /** Oldest first. */
  readonly versions: readonly Version[];
  readonly arrival: readonly Version[];
}

function offersOf(arbitrary: fc.Arbitrary<Version[]>, count: number): Offer[] {
  const shuffled = arbitrary.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
  return fc.sample(shuffled, { numRuns: count, seed: 1688 }).map(([list, order], number) => ({ versions: ofOffer(list, number + 100), arrival: ofOffer(order, number + 100) }));
}

/** The first of each list, then the second of each, and so on. */
function rounds(lists: readonly (readonly Version[])[]): Version[][] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, round) => lists.flatMap((list) => list.slice(round, round + 1)));
}

function expectSame(received: ReadonlyMap<string, string[]>, expected: ReadonlyMap<string, string[]>, offers: readonly Offer[]): void {
  const wrong = offers.filter((_, index) => JSON.stringify(received.get(String(index + 100))) !== JSON.stringify(expected.get(String(index + 100))));
  const [least] = wrong.toSorted((a, b) => a.arrival.length - b.arrival.length || JSON.stringify(a).length - JSON.stringify(b).length);
  if (!least) return;
  const number = /\d+/.exec(least.arrival[0]?.product.offerId.slice(2) ?? '')?.[0] ?? '';
  expect(received.get(number), `${wrong.length} of ${offers.length} differ; the least: ${JSON.stringify(least.arrival, null, 1)}`).toEqual(expected.get(number));
}

describe('the same versions end as the same state in any order', () => {
  test.each<[string, fc.Arbitrary<Version[]>, number]>([
    ['detail documents that tell different fields', versions({ kinds: ['detail'], count: 6, pool: 12 }).filter(differ), 60],
    ['detail documents of which some are told again', versions({ kinds: ['detail'], count: 8, pool: 2 }).map(steadySuppliers), 60],
    ['list rows of which some are told again', versions({ kinds: ['list'], count: 8, pool: 2 }).map(steadySuppliers), 60],
    ['list rows, detail documents and messages that differ', versions({ kinds: ['list', 'detail', 'message'], count: 6, pool: 12 }).filter(differ), 60],
  ])('%s', async (_, arbitrary, count) => {
    const offers = offersOf(arbitrary, count);
    const expected = await afterRuns(rounds(offers.map((offer) => offer.versions)));

    expectSame(await afterRuns([offers.flatMap(({ arrival }) => arrival)]), expected, offers);
    expectSame(await afterRuns(rounds(offers.map(({ arrival }) => arrival)).toReversed()), expected, offers);
    expectSame(await afterRuns([rounds(offers.map(({ arrival }) => arrival)).flat()], 40), expected, offers);
  }, 180_000);
});

test('a thousand versions in a row and shuffled leave the same store', async () => {
  const offers = offersOf(versions({ kinds: ['detail'], count: 100, least: 80, pool: 5 }).map(steadySuppliers), 14);
  const inOrder = rounds(offers.map((offer) => offer.versions)).flat();
  const [shuffled = []] = fc.sample(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), { numRuns: 1, seed: 1688 });

  expect(inOrder.length).toBeGreaterThan(1_000);
  expectSame(await afterRuns([shuffled], 100), await afterRuns([inOrder], 100), offers);
}, 180_000);

/** No two versions of one kind tell the same: with several kinds a repeated one says nothing against what another kind told meanwhile. */
function differ(list: readonly Version[]): boolean {
  const told = list.map(({ kind, product }) => kind + JSON.stringify(product));
  return new Set(told).size === told.length;
}

/** What is told of a supplier follows from its id: a repeated record says nothing against what another one told of its supplier meanwhile. */
function steadySuppliers(list: readonly Version[]): Version[] {
  return list.map((version) => {
    const { supplier } = version.product;
    return supplier ? { ...version, product: { ...version.product, supplier: { sourceId: supplier.sourceId, name: `云裳 ${supplier.sourceId}` } } } : version;
  });
}
