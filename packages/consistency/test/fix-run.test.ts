import { SyncError } from '@1688/core';
import { productImages } from '@1688/db';
import type { StorageBackend } from '@1688/storage';
import { expect, test } from 'vitest';
import { applyFixes, check, defineCheck, fault, findPlan, planFixes, undoFixes } from '../src/index.ts';
import { aStore, aStoredPicture, contentOf, gathered, pictureKey } from './a-store.ts';

test('a plan is found again by its id, and a run by the id of its check', async () => {
  await using store = await aStore();
  await store.sql("update :s:.products set title = '儿童雨靴' where source_id = ?", [store.offerIds[0]]);
  const { runId } = await check(store.target);

  const plan = await planFixes(store.target, runId ?? '');

  expect(plan.actions).toMatchObject([{ check: 'title-grams', action: 'reindex', table: 'products' }]);
  expect(await findPlan(store.target, plan.id)).toEqual(plan);
});

test('a finding keeps its id while it lasts, and is gone when it no longer shows', async () => {
  await using store = await aStore();
  await store.sql('update :s:.image_objects set reference_count = 7 where sha256 = ?', [store.hashes[0]]);

  const first = await check(store.target);
  const second = await check(store.target);
  await store.sql('update :s:.image_objects set reference_count = 1 where sha256 = ?', [store.hashes[0]]);
  await check(store.target);

  expect(second.findings[0]?.id).toBe(first.findings[0]?.id);
  const rows = await store.sql('select state, seen_count from :s:.consistency_findings');
  expect(rows).toEqual([{ state: 'gone', seen_count: 2 }]);
});

test('a fix that broke off while it moved an object is taken up by the same plan, and can be taken back', async () => {
  await using store = await aStore();
  const { key } = await aStoredPicture(store.files, '无主图片');
  const damaged = await contentOf(store);
  const plan = await planFixes(store.target, await check(store.target, { graceMs: 0 }));
  const broken: StorageBackend = { ...store.files, async delete() { throw new SyncError('STORAGE_IO', 'the power went out'); } };

  await expect(applyFixes({ ...store.target, files: broken }, plan)).rejects.toMatchObject({ code: 'STORAGE_IO' });
  const [failed] = await store.sql<{ id: string }>("select id::text from :s:.consistency_runs where kind = 'fix' and status = 'failed'");
  const run = await applyFixes(store.target, plan);

  expect(run.actions).toMatchObject([{ target: key, done: true }]);
  expect(await store.files.head(key)).toBeNull();
  expect((await undoFixes(store.target, run.id)).conflicts).toEqual([]);
  expect((await undoFixes(store.target, failed?.id ?? '')).conflicts).toEqual([]);
  expect(await contentOf(store)).toBe(damaged);
  expect(await gathered(store.files.list('trash/'))).toEqual([]);
});

test('a lost picture is fetched again after its fix, and the store is whole', async () => {
  await using store = await aStore();
  const [sha256 = ''] = store.hashes;
  const key = pictureKey(sha256);
  const bytes = Buffer.concat(await gathered((await store.files.get(key)).body));
  await store.files.delete(key);
  await applyFixes(store.target, await planFixes(store.target, await check(store.target)));

  const claims = await productImages(store.db).claim();
  await store.files.put(key, bytes);
  for (const { canonicalUrl } of claims) {
    await productImages(store.db).stored(canonicalUrl, { sha256, key, sizeBytes: bytes.length, widthPx: 800, heightPx: 800, format: 'jpeg' });
  }

  expect(claims.length).toBeGreaterThan(0);
  expect((await check(store.target, { deep: true })).findings).toEqual([]);
});

test('a cancelled check and a cancelled fix say so and change nothing', async () => {
  await using store = await aStore();
  await store.sql("update :s:.products set title = '儿童雨靴' where source_id = ?", [store.offerIds[0]]);
  const plan = await planFixes(store.target, await check(store.target));
  const before = await contentOf(store);
  const signal = AbortSignal.abort();

  await expect(check(store.target, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(applyFixes(store.target, plan, { signal })).rejects.toMatchObject({ code: 'ABORTED' });

  expect(await contentOf(store)).toBe(before);
});

test('a check of one\'s own runs beside ours and is mended by its own fix', async () => {
  await using store = await aStore();
  const noUnit = defineCheck({
    id: 'no-unit', title: 'Products without a unit', titleZh: '商品缺少计量单位', severity: 'low', kind: 'sql', needs: ['products.unit'],
    async *find({ session }) {
      const rows = session.stream<{ id: string }>(session.sql('select id::text from ? where unit is null', [session.named('products')]));
      for await (const { id } of rows) yield fault('products', id, {}, { key: { id } });
    },
    fix: {
      action: 'set-unit', population: 'products',
      steps: [{ kind: 'row', name: 'set-unit', values: ({ session }) => ({ unit: session.sql("'件'") }), stillBroken: ({ session }) => session.sql('t.unit is null') }],
      plan: async (_, { key, id }) => [{ action: 'set-unit', target: `products/${id}`, table: 'products', key, facts: {} }],
    },
  });
  await store.sql('update :s:.products set unit = null where source_id = ?', [store.offerIds[0]]);

  const report = await check(store.target, { checks: [noUnit] });
  const run = await applyFixes(store.target, await planFixes(store.target, report, { checks: [noUnit] }), { checks: [noUnit] });

  expect(report.findings).toMatchObject([{ check: 'no-unit', count: 1, fix: 'set-unit' }]);
  expect(run.actions).toMatchObject([{ action: 'set-unit', done: true, note: null }]);
});
