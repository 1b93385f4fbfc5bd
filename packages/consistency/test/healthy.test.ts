import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend, memoryBackend } from '@1688/storage';
import { emptyDatabase, testDatabase } from '@1688/vitest';
import { openDatabase, products } from '@1688/db';
import { expect, test } from 'vitest';
import { allChecks, applyFixes, check, planFixes, undoFixes } from '../src/index.ts';
import { referencesOf, naturalKeys } from '../src/known-model.ts';
import { isUpheld } from '../src/natural-key.ts';
import { readCatalog } from '../src/catalog.ts';
import { openSession } from '../src/session.ts';
import { aStore, contentOf } from './a-store.ts';

test('a healthy store is silent, also when every byte is read', async () => {
  await using store = await aStore();

  const report = await check(store.target, { deep: true });

  expect(report).toMatchObject({ totalIssues: 0, findings: [], unknown: 0, unknowns: [], checked: allChecks.length });
});

test('a check changes nothing but its own rows', async () => {
  await using store = await aStore();
  const before = await contentOf(store);

  await check(store.target, { deep: true });

  expect(await contentOf(store)).toBe(before);
});

test('a fresh database with an absent picture folder is silent, and the whole way of a fix runs on it', async () => {
  await using database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'consistency-'));
  const target = { db: database.db, schema: 'sync1688', files: fileBackend(join(folder, 'images')) };

  const report = await check(target);
  const plan = await planFixes(target, report);
  const run = await applyFixes(target, plan);
  const undone = await undoFixes(target, run.id);

  expect(report).toMatchObject({ totalIssues: 0, findings: [], unknown: 0 });
  expect([plan.actions, run.actions, undone.actions]).toEqual([[], [], []]);
  await rm(folder, { recursive: true });
});

test('a product without any picture is no finding', async () => {
  await using store = await aStore();
  await products(store.db).upsert({ offerId: '610947572999', title: '无图商品', images: [] });

  expect((await check(store.target)).findings).toEqual([]);
});

test('young objects without a row are spared', async () => {
  await using store = await aStore({ files: memoryBackend() });
  await store.files.put('sha256/00/00/young.jpg', '刚刚下载');

  expect((await check(store.target)).findings).toEqual([]);
  expect((await check(store.target, { graceMs: 0 })).findings).toMatchObject([{ check: 'object-stray', count: 1 }]);
});

test('what our model expects is what the migrations make', async () => {
  await using database = await testDatabase();
  const catalog = await readCatalog(openSession(database.db, 'sync1688'));

  const references = referencesOf(catalog);

  expect(references.filter(({ declared }) => !declared)).toEqual([]);
  for (const key of naturalKeys) {
    const table = catalog.tables.get(key.table);
    expect(table && isUpheld(table, key), `${key.table} (${key.columns.join(', ')})`).toBe(true);
  }
});

test('a schema of somebody else is checked by its catalog, without rows of ours', async () => {
  await using empty = await emptyDatabase();
  await using db = await openDatabase(empty.url);
  await db.knex.raw('create schema "other.shop"');
  await db.knex.raw('create table "other.shop".maker (id int primary key)');
  await db.knex.raw('create table "other.shop".thing (id bigserial primary key, maker int references "other.shop".maker)');
  await db.knex.raw('create index on "other.shop".thing (maker)');
  await db.knex.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    await trx.raw('insert into "other.shop".thing (maker) values (7), (8)');
  });
  const target = { db, schema: 'other.shop', files: memoryBackend() };

  const report = await check(target);

  expect(report).toMatchObject({ runId: null, totalIssues: 2, findings: [{ id: 'dangling-reference:thing.maker', count: 2, evidence: { samples: [{ id: '1', refersTo: 'maker/7' }, { id: '2' }] } }] });
  await expect(planFixes(target, report)).rejects.toMatchObject({ code: 'REFUSED' });
});

test('a schema without tables is said to be none', async () => {
  await using empty = await emptyDatabase();
  await using db = await openDatabase(empty.url);

  await expect(check({ db, schema: 'sync1688', files: memoryBackend() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('only the chosen checks run, and an unknown name is refused', async () => {
  await using store = await aStore();

  const report = await check(store.target, { only: ['price-range', 'object-missing'] });

  expect(report.checks).toEqual(['price-range', 'object-missing']);
  await expect(check(store.target, { only: ['nonsense'] })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(check(store.target, { sample: 2 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

test('samples over the whole hash space find every missing object once', async () => {
  await using store = await aStore();
  for await (const { key } of store.files.list('sha256/')) if (key.endsWith('.jpg') && !key.includes(store.hashes[0] ?? '')) await store.files.delete(key);

  const seen = new Set<string>();
  for (let round = 0; round < 40 && seen.size < store.hashes.length - 1; round += 1) {
    const { findings } = await check(store.target, { sample: 0.5, only: ['object-missing'] });
    for (const { id } of findings[0]?.evidence.samples ?? []) seen.add(id);
  }

  expect([...seen].toSorted()).toEqual(store.hashes.slice(1));
});
