import { SyncError } from '@1688/core';
import { memoryBackend } from '@1688/storage';
import { describe, expect, test } from 'vitest';
import { allChecks, applyFixes, check, pictureChecks, planFixes, staleVariantCheck, undoFixes } from '../src/index.ts';
import { aStore, contentOf, gathered, pictureKey, variantKey, type AStore } from './a-store.ts';

/** The pictures of `aStore` are texts: what is no picture of theirs is refused as a decoder would. */
const checks = [...allChecks, ...pictureChecks(async (bytes) => {
  const text = Buffer.from(bytes).toString();
  if (text.includes('尺码表')) throw new SyncError('IMAGE_TRUNCATED', 'The picture ends before its end.');
  return { format: 'jpeg', widthPx: 800, heightPx: 800 };
}), staleVariantCheck({ thumbnail: 'r2' })];

async function mendedAndTakenBack(store: AStore): Promise<{ found: string[]; actions: string[] }> {
  const damaged = await contentOf(store);
  const report = await check(store.target, { deep: true, checks });
  const plan = await planFixes(store.target, report, { checks });
  const run = await applyFixes(store.target, plan, { checks });
  expect(run.actions.filter(({ done }) => !done)).toEqual([]);
  expect((await check(store.target, { deep: true, checks })).findings).toEqual([]);
  expect((await applyFixes(store.target, plan, { checks })).actions.filter(({ done }) => done)).toEqual([]);
  expect((await undoFixes(store.target, run.id)).conflicts).toEqual([]);
  expect(await contentOf(store)).toBe(damaged);
  return { found: report.findings.map((each) => `${each.check} ${each.count}`), actions: [...new Set(plan.actions.map(({ action }) => action))] };
}

describe('decoding', () => {
  test('finds a picture that was cut before it came, and has it fetched again', async () => {
    await using store = await aStore();

    expect(await mendedAndTakenBack(store)).toEqual({ found: ['object-undecodable 1'], actions: ['trash-damaged', 'refetch', 'mark-missing'] });
  });

  test('finds recorded facts that are not those of the pixels', async () => {
    await using store = await aStore();
    await store.sql('update :s:.image_objects set width_px = 1 where sha256 = ?', [store.hashes[0]]);
    const whole = [...allChecks, ...pictureChecks(async () => ({ format: 'jpeg', widthPx: 800, heightPx: 800 }))];

    const report = await check(store.target, { deep: true, checks: whole });
    const run = await applyFixes(store.target, await planFixes(store.target, report, { checks: whole }), { checks: whole });

    expect(report.findings).toMatchObject([{ check: 'picture-facts', count: 1, evidence: { samples: [{ recorded: 'jpeg 1×800', widthPx: 800 }] } }]);
    expect(run.actions).toMatchObject([{ action: 'correct-facts', done: true }]);
    expect((await check(store.target, { deep: true, checks: whole })).findings).toEqual([]);
  });

  test('says nothing of a picture when the decoder crashed', async () => {
    await using store = await aStore();
    const crashing = pictureChecks(async () => { throw new SyncError('IMAGE_CRASH', 'The decoder crashed.'); });

    const report = await check(store.target, { deep: true, checks: crashing });

    expect(report).toMatchObject({ findings: [], unknown: 1, unknowns: [{ check: 'object-undecodable', code: 'IMAGE_CRASH' }] });
  });
});

test('variants of an older recipe are forgotten, so that they are made again', async () => {
  await using store = await aStore();
  const [sha256 = ''] = store.hashes;
  const { sizeBytes } = await store.files.put(variantKey(sha256), '缩略图');
  await store.sql(
    "insert into :s:.image_variants (sha256, recipe, recipe_hash, key, variant_sha256, size_bytes, width_px, height_px, format) values (?, 'thumbnail', 'r1', ?, ?, ?, 1, 1, 'webp')", [sha256, variantKey(sha256), sha256, sizeBytes],
  );

  const report = await check(store.target, { checks });

  expect(report.findings).toMatchObject([{ check: 'variant-stale', count: 1 }]);
  const run = await applyFixes(store.target, await planFixes(store.target, report, { checks }), { checks });
  expect(run.actions).toMatchObject([{ action: 'forget-stale-variant', done: true }]);
  expect((await undoFixes(store.target, run.id)).conflicts).toEqual([]);
});

describe('a spare store', () => {
  test('gives lost and damaged pictures back before their source is asked', async () => {
    await using store = await aStore();
    const spare = await copyOf(store);
    const [lost = '', rotten = ''] = store.hashes.map(pictureKey);
    await store.files.delete(lost);
    const { sizeBytes } = (await store.files.get(rotten)).object;
    await store.files.put(rotten, Buffer.alloc(sizeBytes, 'x'));
    const healed: AStore = { ...store, target: { ...store.target, spares: [spare] } };
    const whole = allChecks;
    const damaged = await contentOf(store);

    const plan = await planFixes(healed.target, await check(healed.target, { deep: true, checks: whole }));
    const run = await applyFixes(healed.target, plan);

    expect(run.actions.map(({ action, done }) => `${action} ${done}`)).toEqual(['heal true', 'trash-damaged true', 'heal true']);
    expect((await check(healed.target, { deep: true })).findings).toEqual([]);
    expect(await store.sql("select from :s:.product_images where state <> 'stored'")).toEqual([]);
    expect((await undoFixes(healed.target, run.id)).conflicts).toEqual([]);
    expect(await contentOf(store)).toBe(damaged);
  });

  test('whose copy is damaged is passed by for the source; one that is damaged since the plan is said', async () => {
    await using store = await aStore();
    const [lost = ''] = store.hashes.map(pictureKey);
    const spare = await copyOf(store);
    await store.files.delete(lost);
    const target = { ...store.target, spares: [spare] };
    const report = await check(target);

    const plan = await planFixes(target, report);
    await spare.put(lost, '坏');
    const run = await applyFixes(target, plan);
    const second = await planFixes(target, report);

    expect(run.actions).toMatchObject([{ action: 'heal', done: false, note: 'the copy in "memory" is damaged too' }]);
    expect(await store.files.head(lost)).toBeNull();
    expect(second.actions.map(({ action }) => action)).toContain('refetch');
  });
});

async function copyOf({ files }: AStore) {
  const spare = memoryBackend();
  for (const { key } of await gathered(files.list('sha256/'))) await spare.put(key, (await files.get(key)).body);
  return spare;
}
