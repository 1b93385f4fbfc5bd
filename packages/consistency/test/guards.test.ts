import { SyncError, type ErrorCode } from '@1688/core';
import { markerKey, type StorageBackend } from '@1688/storage';
import { lockKey } from '@1688/db';
import { describe, expect, test } from 'vitest';
import { applyFixes, check, findPlan, planFixes, undoFixes } from '../src/index.ts';
import { aStore, aStoredPicture, contentOf, gathered, pictureKey, type AStore } from './a-store.ts';

const failing = (files: StorageBackend, code: ErrorCode, at: (key: string) => boolean = () => true): StorageBackend => ({
  ...files,
  async head(key, options) {
    if (at(key)) throw new SyncError(code, 'no answer');
    return files.head(key, options);
  },
  async get(key, options) {
    if (at(key)) throw new SyncError(code, 'no answer');
    return files.get(key, options);
  },
});

async function emptied({ files }: AStore): Promise<void> {
  for await (const { key } of files.list('')) await files.delete(key);
}

describe('a store that cannot be trusted', () => {
  test('that was emptied is one critical finding, and every check of it is unknown', async () => {
    await using store = await aStore();
    await emptied(store);

    const report = await check(store.target, { deep: true });

    expect(report.findings).toMatchObject([{ check: 'store-unavailable', severity: 'critical', count: 1, fix: null }]);
    expect(report.unknowns.map((each) => each.check)).toEqual(['object-missing', 'object-size', 'object-corrupt', 'object-misplaced', 'object-stray', 'variant-missing', 'variant-orphan']);
    expect(report.unknown).toBe(7);
  });

  test('that lost its marker is one critical finding', async () => {
    await using store = await aStore();
    await store.files.delete(markerKey);

    expect((await check(store.target)).findings).toMatchObject([{ check: 'store-unavailable', evidence: { samples: [{ found: null }] } }]);
  });

  test('that is another one is one critical finding, also when the database knows no picture', async () => {
    await using store = await aStore();
    await store.sql('update :s:.product_images set state = \'pending\', sha256 = null');
    await store.sql('delete from :s:.image_objects');
    await store.sql("update :s:.store set picture_store_id = '11111111-1111-4111-8111-111111111111'");

    expect((await check(store.target)).findings).toMatchObject([{ check: 'store-unavailable', count: 1 }]);
  });

  test('that refuses access or gives no answer is unknown, never missing', async () => {
    await using store = await aStore();
    for (const code of ['STORAGE_PERMISSION', 'STORAGE_TIMEOUT', 'STORAGE_IO'] as const) {
      const target = { ...store.target, files: failing(store.files, code) };

      const report = await check(target);

      expect(report.findings).toEqual([]);
      expect(report.unknowns[0]).toMatchObject({ check: 'object-missing', code });
    }
  });

  test('that hides one object leaves that one unknown and judges the others', async () => {
    await using store = await aStore();
    const [hidden = '', lost = ''] = store.hashes.map(pictureKey);
    await store.files.delete(hidden);
    await store.files.delete(lost);
    const target = { ...store.target, files: failing(store.files, 'STORAGE_PERMISSION', (key) => key === hidden) };

    const report = await check(target);

    expect(report.findings).toMatchObject([{ check: 'object-missing', count: 1, evidence: { samples: [{ key: lost }] } }]);
    expect(report.unknowns).toMatchObject([{ check: 'object-missing', code: 'STORAGE_PERMISSION', count: 1, samples: [hidden] }]);
  });

  test('that goes away while it is read proves nothing', async () => {
    await using store = await aStore();
    let listings = 0;
    const vanishing: StorageBackend = {
      ...store.files,
      async *list(prefix, options) {
        listings += 1;
        if (listings === 1) yield* store.files.list(prefix, options);
        else await emptied(store);
      },
    };

    const report = await check({ ...store.target, files: vanishing }, { only: ['object-missing'] });

    expect(report.findings).toEqual([]);
    expect(report.unknowns).toMatchObject([{ check: 'object-missing', code: 'STORAGE_WRONG_ROOT', count: null }]);
  });

  test('stops every fix', async () => {
    await using store = await aStore();
    await store.files.delete(pictureKey(store.hashes[0] ?? ''));
    const plan = await planFixes(store.target, await check(store.target));
    await emptied(store);
    const before = await contentOf(store);

    await expect(applyFixes(store.target, plan)).rejects.toMatchObject({ code: 'FIX_GUARD' });

    expect(await contentOf(store)).toBe(before);
  });

  test('leaves findings out of a plan, and says so', async () => {
    await using store = await aStore();
    await store.files.delete(pictureKey(store.hashes[0] ?? ''));
    const report = await check(store.target);

    const plan = await planFixes({ ...store.target, files: failing(store.files, 'STORAGE_TIMEOUT') }, report);

    expect(plan.actions).toEqual([]);
    expect(plan.refused).toMatchObject([{ check: 'object-missing', code: 'STORAGE_TIMEOUT' }]);
  });

  test('that is not bound to this database has no strays', async () => {
    await using store = await aStore();
    await aStoredPicture(store.files, '别人的图片');
    await store.sql('update :s:.store set picture_store_id = null');

    expect((await check(store.target)).findings).toEqual([]);
  });
});

describe('what has changed since the plan', () => {
  test('is left alone and said: an object that is there again', async () => {
    await using store = await aStore();
    const key = pictureKey(store.hashes[0] ?? '');
    const { object, body } = await store.files.get(key);
    const bytes = Buffer.concat(await gathered(body));
    await store.files.delete(key);
    const plan = await planFixes(store.target, await check(store.target));
    await store.files.put(key, bytes, { contentType: object.contentType ?? 'image/jpeg' });
    const before = await contentOf(store);

    const run = await applyFixes(store.target, plan);

    expect(new Set(run.actions.map(({ done, note }) => `${done} ${note}`))).toEqual(new Set(['false the object is there again']));
    expect(await contentOf(store)).toBe(before);
  });

  test('is left alone and said: a stray object that a row knows now', async () => {
    await using store = await aStore();
    const object = await aStoredPicture(store.files, '又被使用');
    const plan = await planFixes(store.target, await check(store.target, { graceMs: 0 }));
    await store.sql(
      "insert into :s:.image_objects (sha256, key, size_bytes, width_px, height_px, format) values (?, ?, ?, 1, 1, 'jpeg')", [object.sha256, object.key, object.sizeBytes],
    );

    const run = await applyFixes(store.target, plan);

    expect(run.actions).toMatchObject([{ target: object.key, done: false, note: 'the object is in use, or no longer broken' }]);
    expect(await store.files.head(object.key)).not.toBeNull();
  });

  test('is left alone and said: a row that was mended by hand, and one that is gone', async () => {
    await using store = await aStore();
    const [first = '', second = '', third = ''] = store.hashes;
    await store.sql('update :s:.image_objects set reference_count = 99 where sha256 = any(?)', [[first, second, third]]);
    const plan = await planFixes(store.target, await check(store.target));
    await store.sql('update :s:.image_objects set reference_count = 1 where sha256 = ?', [first]);
    await store.damage('delete from :s:.image_objects where sha256 = ?', [second]);

    const run = await applyFixes(store.target, plan);

    const noteOf = (hash: string) => run.actions.find(({ target }) => target.endsWith(hash));
    expect(noteOf(first)).toMatchObject({ done: false, note: 'the row has changed since the plan was made, or is no longer broken' });
    expect(noteOf(second)).toMatchObject({ done: false, note: 'the row is gone' });
    expect(noteOf(third)).toMatchObject({ done: true, note: null });
  });

  test('is never overwritten by an undo, but listed', async () => {
    await using store = await aStore();
    const [offerId = '', other = ''] = store.offerIds;
    await store.sql("update :s:.products set title = '儿童雨靴' where source_id = any(?)", [[offerId, other]]);
    const run = await applyFixes(store.target, await planFixes(store.target, await check(store.target)));
    await store.sql("update :s:.products set subtitle = '新款' where source_id = ?", [offerId]);

    const undone = await undoFixes(store.target, run.id);

    expect(undone.actions).toHaveLength(2);
    expect(undone.conflicts).toMatchObject([{ note: 'the row has changed since it was mended' }]);
    const [row] = await store.sql<{ stale: boolean }>('select title_grams is distinct from :s:.grams(title) as stale from :s:.products where source_id = ?', [offerId]);
    expect(row?.stale).toBe(false);
  });

  test('makes a plan stale when the store was restored', async () => {
    await using store = await aStore();
    const plan = await planFixes(store.target, await check(store.target));
    await store.sql('update :s:.store set epoch = epoch + 1');

    await expect(applyFixes(store.target, plan)).rejects.toMatchObject({ code: 'PLAN_STALE' });
  });
});

describe('a guard', () => {
  test('refuses more than a hundred things of one check unless forced', async () => {
    await using store = await aStore();
    await store.sql("insert into :s:.products (source_id, title) select 'P' || n, '商品' || n from generate_series(1, 101) n");
    const report = await check(store.target);

    const plan = await planFixes(store.target, report);
    const forced = await planFixes(store.target, report, { force: true });

    expect(plan.actions).toEqual([]);
    expect(plan.refused).toMatchObject([{ check: 'title-grams', code: 'FIX_GUARD' }]);
    expect(forced.actions).toHaveLength(101);
    await expect(applyFixes(store.target, forced)).rejects.toMatchObject({ code: 'FIX_GUARD' });
    expect((await applyFixes(store.target, forced, { force: true })).actions.filter(({ done }) => done)).toHaveLength(101);
  });

  test('lets only one process mend at a time', async () => {
    await using store = await aStore();
    const plan = await planFixes(store.target, await check(store.target));
    await using other = await store.db.connect();
    await other.client.query('select pg_advisory_lock($1)', [lockKey('sync1688', 'consistency-fix')]);

    await expect(applyFixes(store.target, plan)).rejects.toMatchObject({ code: 'LOCKED', retryable: true });
  });

  test('keeps a run whose owner is alive', async () => {
    await using store = await aStore();
    await store.sql("insert into :s:.sync_records (kind, heartbeat_at, started_at) values ('import', now() - interval '1 hour', now() - interval '2 hours')");
    await using owner = await store.db.connect();
    await owner.client.query('select pg_advisory_lock($1)', [lockKey('sync1688', 'sync:import:default')]);

    expect((await check(store.target)).findings).toEqual([]);
  });

  test('knows no plan, check or fix that was never made', async () => {
    await using store = await aStore();

    expect(await findPlan(store.target, '12345')).toBeNull();
    expect(await findPlan(store.target, 'x; drop')).toBeNull();
    await expect(planFixes(store.target, '12345')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(undoFixes(store.target, '12345')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('what a fix would take away', () => {
  test('waits until a check has seen it some time before', async () => {
    await using store = await aStore();
    const stray = await aStoredPicture(store.files, '无主图片');
    const first = await planFixes(store.target, await check(store.target));
    await store.sql("update :s:.consistency_sightings set first_seen_at = now() - interval '2 hours'");

    const second = await planFixes(store.target, await check(store.target));

    expect(first).toMatchObject({ actions: [], refused: [{ check: 'object-stray', code: 'FIX_EARLY', count: 1 }] });
    expect(second).toMatchObject({ actions: [{ target: stray.key }], refused: [] });
  });

  test('begins to wait anew when it was gone in between', async () => {
    await using store = await aStore();
    const { key } = await aStoredPicture(store.files, '无主图片');
    await check(store.target);
    await store.sql("update :s:.consistency_sightings set first_seen_at = now() - interval '2 hours'");
    await store.files.delete(key);
    await check(store.target);
    await aStoredPicture(store.files, '无主图片');

    const plan = await planFixes(store.target, await check(store.target));

    expect(plan).toMatchObject({ actions: [], refused: [{ code: 'FIX_EARLY' }] });
  });
});
