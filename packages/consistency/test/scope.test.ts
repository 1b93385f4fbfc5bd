import { expect, test } from 'vitest';
import { allChecks, check, planFixes } from '../src/index.ts';
import { aStore, pictureKey, variantKey } from './a-store.ts';

test('checks with a small budget go on where the last one ended, until every byte was read', async () => {
  await using store = await aStore();
  const rotten = store.hashes.slice(-2);
  for (const sha256 of rotten) {
    const { object } = await store.files.get(pictureKey(sha256));
    await store.files.put(pictureKey(sha256), Buffer.alloc(object.sizeBytes, 'x'));
  }

  const seen: string[] = [];
  let lastRun = '';
  for (let round = 0; round < store.hashes.length; round += 1) {
    const report = await check(store.target, { deep: true, only: ['object-corrupt'], budget: { bytes: 1 } });
    for (const { id } of report.findings[0]?.evidence.samples ?? []) seen.push(id);
    expect(report).toMatchObject({ unfinished: ['object-corrupt'], checks: [], scrubbedBytes: expect.any(Number) });
    lastRun = report.runId ?? '';
  }
  const plan = await planFixes(store.target, lastRun);
  const end = await check(store.target, { deep: true, only: ['object-corrupt'], budget: { bytes: 1_000_000 } });
  const again = await check(store.target, { deep: true, only: ['object-corrupt'], budget: { bytes: 1_000_000 } });

  expect(seen).toEqual(rotten);
  expect(end).toMatchObject({ findings: [], unfinished: [], scrubbedBytes: 0 }); // behind the last one
  expect(again.findings).toMatchObject([{ count: 2 }]); // and from the beginning again
  expect(plan.actions.filter(({ action }) => action === 'trash-damaged').map(({ target }) => target)).toEqual([pictureKey(rotten[1] ?? '')]);
});

test('a check whose time is over says which checks were not finished, and closes no finding', async () => {
  await using store = await aStore();
  await store.files.delete(pictureKey(store.hashes[0] ?? ''));
  await check(store.target);

  const report = await check(store.target, { budget: { ms: 0 } });

  expect(report).toMatchObject({ findings: [], checked: 0, unknown: 0 });
  expect(report.unfinished).toHaveLength(allChecks.filter(({ deep }) => !deep).length);
  expect(await store.sql('select state, seen_count from :s:.consistency_findings')).toEqual([{ state: 'open', seen_count: 1 }]);
});

test('only what was changed lately is looked at when asked so, and findings elsewhere stay open', async () => {
  await using store = await aStore();
  const [old = '', young = ''] = store.hashes;
  await store.sql("update :s:.image_objects set created_at = now() - interval '9 days', updated_at = now() - interval '9 days'");
  await store.sql("update :s:.products set created_at = now() - interval '9 days', updated_at = now() - interval '9 days', title = '儿童雨靴'");
  await store.sql('update :s:.products set updated_at = now() where source_id = ?', [store.offerIds[0]]);
  await store.sql('update :s:.image_objects set updated_at = now() where sha256 = ?', [young]);
  for (const sha256 of [old, young]) await store.files.delete(pictureKey(sha256));
  await store.sql(
    "insert into :s:.image_variants (sha256, recipe, recipe_hash, key, variant_sha256, size_bytes, width_px, height_px, format, created_at) values (?, 'thumbnail', 'r', ?, ?, 1, 1, 1, 'webp', now() - interval '9 days')", [old, variantKey(old), old],
  );

  const whole = await check(store.target);
  const recent = await check(store.target, { since: new Date(Date.now() - 86_400_000) });

  const counts = (report: typeof whole) => report.findings.map((each) => `${each.check} ${each.count}`);
  expect(counts(whole)).toEqual(['object-missing 2', 'title-grams 3', 'variant-missing 1']);
  expect(counts(recent)).toEqual(['object-missing 1', 'title-grams 1']);
  expect(await store.sql("select state from :s:.consistency_findings where state <> 'open'")).toEqual([]);
});

test('checks of one kind can be chosen', async () => {
  await using store = await aStore();

  const sql = await check(store.target, { kinds: ['sql'] });
  const files = await check(store.target, { kinds: ['store'] });

  expect(sql.checks).not.toContain('object-missing');
  expect(files.checks).toContain('object-missing');
  expect(files.checks).not.toContain('title-grams');
});
