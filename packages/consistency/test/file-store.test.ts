import { mkdtemp, rename, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBackend } from '@1688/storage';
import { expect, test } from 'vitest';
import { applyFixes, check, planFixes, undoFixes } from '../src/index.ts';
import { aStore, aStoredPicture, contentOf, gathered, pictureKey, type AStore } from './a-store.ts';

interface AFolder extends AsyncDisposable {
  readonly root: string;
  readonly store: AStore;
}

async function aFolder(): Promise<AFolder> {
  const parent = await mkdtemp(join(tmpdir(), 'consistency-'));
  const root = join(parent, 'images');
  const store = await aStore({ files: fileBackend(root) });
  return {
    root, store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(parent, { recursive: true });
    },
  };
}

test('files that are lost, cut and unknown are found, mended and taken back in a folder', async () => {
  await using folder = await aFolder();
  const { store, root } = folder;
  const [lost = '', cut = ''] = store.hashes.map(pictureKey);
  await rm(join(root, lost));
  await store.files.put(cut, '半');
  const stray = await aStoredPicture(store.files, '无主图片');
  await utimes(join(root, stray.key), new Date('2026-01-02'), new Date('2026-01-02'));
  const damaged = await contentOf(store);

  const report = await check(store.target, { graceMs: 0 });
  const run = await applyFixes(store.target, await planFixes(store.target, report));

  expect(report.findings.map((each) => `${each.check} ${each.count}`)).toEqual(['object-missing 1', 'object-size 1', 'object-stray 1']);
  expect(run.actions.filter(({ done }) => !done)).toEqual([]);
  expect((await check(store.target)).findings).toEqual([]);
  expect((await gathered(store.files.list(`trash/${run.id}/`))).map(({ key }) => key)).toEqual([cut, stray.key].map((key) => `trash/${run.id}/${key}`).toSorted());
  expect((await undoFixes(store.target, run.id)).conflicts).toEqual([]);
  expect(await contentOf(store)).toBe(damaged);
});

test('a folder that is not mounted is one finding, and comes back unharmed', async () => {
  await using folder = await aFolder();
  const { store, root } = folder;
  const before = await contentOf(store);
  await rename(root, `${root}-elsewhere`);

  const report = await check(store.target);
  await expect(applyFixes(store.target, await planFixes(store.target, report))).rejects.toMatchObject({ code: 'FIX_GUARD' });
  await rename(`${root}-elsewhere`, root);

  expect(report.findings).toMatchObject([{ check: 'store-unavailable', severity: 'critical', count: 1 }]);
  expect(report.unknown).toBe(6);
  expect(await contentOf(store)).toBe(before);
  expect((await check(store.target)).findings).toEqual([]);
});
