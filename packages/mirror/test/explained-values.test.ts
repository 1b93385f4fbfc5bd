import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { checkRebuild, explainProduct, importProducts, lockField, type ExplainedField, type ImportResult, type ProductExplanation } from '@1688/catalog';
import { products, type Database } from '@1688/db';
import { readProducts } from '@1688/sources';
import { testDatabase } from '@1688/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentMapper } from '../src/flows/explain.ts';
import { atPointer, importShuffled, recordsOfFiles } from './shuffled-writers.ts';

const fixtures = path.join(import.meta.dirname, '../../sources/test/fixtures');
const mapper = documentMapper({});
let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
  // An export names its supplier without saying which of its keys that is, and two of our made-up shops share a login: what becomes of
  // such suppliers depends on who came first.
  const files = readdirSync(fixtures).filter((name) => !/^(?:export|cli-offer)/.test(name)).map((name) => path.join(fixtures, name));
  await importShuffled(database.db, await recordsOfFiles(files), { seed: 1688 });
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());

test('files of every shape, imported in random order by eight writers, equal their own replay', async () => {
  const check = await checkRebuild(database.db, { mapper });

  expect(check.differences).toEqual([]);
  expect(check.tellings).toBeGreaterThan(60);
});

describe('explainProduct', () => {
  test('points to the raw value of every field of every product and SKU', async () => {
    const { db } = database;
    const unexplained: string[] = [];
    let pointed = 0;
    for (const { offerId, fields } of await explanations(db)) {
      for (const { field, value, from, document, places, documentSays } of fields) {
        const kept = document && (await documentOf(db, document.id));
        const stands = kept !== null && places.every(({ pointer, raw }) => { const found = atPointer(kept, pointer); return raw === undefined ? found !== undefined : found === raw || Number(found) === Number(raw); });
        const isDefault = from === 'nothing' && field === 'currency' && value === 'CNY';
        if (isDefault || (from === 'document' && documentSays === null && stands && (places.length > 0 || saidByProfile(field, value)))) pointed += places.length;
        else unexplained.push(`${offerId} ${field} ${JSON.stringify(value)} ${from} ${JSON.stringify(places)} ${JSON.stringify(documentSays)}`);
      }
    }

    expect(unexplained).toEqual([]);
    expect(pointed).toBeGreaterThan(400);
  });

  test('names file, line, record and time, and the lock where there is one', async () => {
    const { db } = database;
    const offerId = '610000000101';
    await lockField(db, offerId, 'title', { value: '我的标题' });

    const title = await explained(db, offerId, 'title');
    const price = await explained(db, offerId, 'skus/3746000000101/priceCny');

    expect(title).toMatchObject({ value: '我的标题', from: 'lock', since: expect.any(Date), document: { kind: expect.any(String) }, documentSays: expect.any(String), places: [{ raw: expect.any(String) }] });
    expect(price).toMatchObject({ value: '47.00', from: 'document', places: [{ pointer: '/skuInfos/0/price', raw: 47 }], document: { kind: 'detail', mapperVersion: 1, line: expect.any(Number), syncRecordId: expect.any(String), observedAt: expect.any(Date) } });
  });

  test('says of what a program wrote that it did, and of what nothing tells that it is not told', async () => {
    const { db } = database;
    await products(db).upsert({ offerId: 'mine', title: '我的商品' });

    expect(await explained(db, 'mine', 'title')).toMatchObject({ value: '我的商品', from: 'caller', since: expect.any(Date), document: null, places: [] });
    expect(await explained(db, 'mine', 'unit')).toMatchObject({ value: null, from: 'nothing', since: null });
  });

  test('says of a cell that was changed by SQL what its document says instead', async () => {
    const { db } = database;
    await db.knex.raw(`update sync1688.products set min_order_quantity = 999 where source_id = '610000000009'`);

    expect(await explained(db, '610000000009', 'minOrderQuantity')).toMatchObject({ value: 999, from: 'document', documentSays: 1, places: [{ pointer: '/minOrderQuantity', raw: 1 }] });
  });

  test('names the run and line that brought a document, also where it was seen again before a late one came', async () => {
    await using own = await testDatabase();
    const folder = await mkdtemp(path.join(tmpdir(), 'explain-'));
    const file = async (name: string, rows: string): Promise<string> => {
      await writeFile(path.join(folder, name), `商品ID,标题,价格\n${rows}`);
      return path.join(folder, name);
    };
    const bring = (input: string, observedAt: string): Promise<ImportResult> => importProducts(own.db, readProducts(input), { observedAt: new Date(observedAt), input });
    await bring(await file('first.csv', '810000000001,风扇,12.00\n810000000002,台灯,30.00\n'), '2026-01-01');
    const again = await bring(await file('again.csv', '810000000002,台灯,30.00\n'), '2026-03-01');
    await bring(await file('late.csv', '810000000002,台灯,28.00\n'), '2026-02-01');

    const title = await explained(own.db, '810000000002', 'title');
    const { rows } = await own.db.knex.raw<{ rows: { sync_record_id: string; line: string | null }[] }>('select sync_record_id, line from sync1688.payload_tellings');
    await rm(folder, { recursive: true });

    expect(title).toMatchObject({ value: '台灯', document: { input: path.join(folder, 'first.csv'), line: 3 } });
    expect(rows).toEqual([{ sync_record_id: again.syncRecord.id, line: null }]);
  });

  test.each([['610000000009', 'nonsense', 'ARGUMENT_INVALID'], ['610000000009', 'skus/1/priceCny', 'NOT_FOUND'], ['1', undefined, 'NOT_FOUND']])('refuses %s %s', async (offerId, field, code) => {
    await expect(explainProduct(database.db, offerId, { mapper, field })).rejects.toMatchObject({ code });
  });
});

async function explained(db: Database, offerId: string, field: string): Promise<ExplainedField> {
  const { fields } = await explainProduct(db, offerId, { mapper, field });
  return fields[0]!;
}

/** Of all products, with the fields of their SKUs. */
async function explanations(db: Database): Promise<ProductExplanation[]> {
  const list: ProductExplanation[] = [];
  for await (const { offerId, skus } of products(db).list()) {
    list.push(await explainProduct(db, offerId, { mapper }));
    for (const { skuId } of skus ?? []) list.push(await explainProduct(db, offerId, { mapper, field: `skus/${skuId}` }));
  }
  return list;
}

async function documentOf(db: Database, id: string): Promise<string> {
  const { rows } = await db.knex.raw<{ rows: { body: Buffer }[] }>('select body from sync1688.payloads where id = ?', [id]);
  return zstdDecompressSync(rows[0]!.body).toString();
}

/** The currency of a source that knows no other, and what is told to be none. */
function saidByProfile(field: string, value: unknown): boolean {
  return field === 'currency' || value === null || (Array.isArray(value) && value.length === 0);
}
