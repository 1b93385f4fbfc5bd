import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fileBackend, type StorageBackend } from '../src/index.ts';
import { startLog, type FileOperation } from './file-operations.ts';
import { afterPowerLoss } from './power-loss.ts';

vi.mock('node:fs/promises', async (original) => (await import('./file-operations.ts')).recorded(await original()));

let base: string;
beforeAll(async () => { base = await realpath(await mkdtemp(path.join(tmpdir(), 'power-'))); });
afterAll(async () => { await rm(base, { recursive: true }); });

/** New objects in new folders and in old ones, replaced, refused, copied, deleted with their folders, and stored again. */
async function operationsOf(root: string): Promise<readonly FileOperation[]> {
  const backend = fileBackend(root);
  const { operations, mark } = startLog();
  async function change(key: string, content: string | null, work: (backend: StorageBackend) => Promise<unknown>): Promise<void> {
    mark({ kind: 'begins', key, content });
    await work(backend);
    mark({ kind: 'ends', key, content });
  }
  const put = (key: string, content: string, ifAbsent = false): Promise<void> => change(key, content, () => backend.put(key, content, { ifAbsent }));
  await put('sha256/ab/cd/one', 'first');
  await put('sha256/ab/cd/one', 'second');
  await put('sha256/ab/cd/two', 'two', true);
  await expect(backend.put('sha256/ab/cd/two', 'other', { ifAbsent: true })).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' });
  await put('sha256/ab/ef/three', 'three', true);
  await put('plain', 'plain');
  await change('sha256/ab/ef/three', null, () => backend.delete('sha256/ab/ef/three'));
  await put('sha256/ab/ef/three', 'again', true);
  await change('sha256/00/11/copy', 'second', () => backend.copy!('sha256/ab/cd/one', 'sha256/00/11/copy'));
  return [...operations];
}

test('after a power cut at any moment an object is absent, old or new, and what was acknowledged is there (S09)', async () => {
  const root = path.join(base, 'store');

  const operations = await operationsOf(root);

  expect(operations.filter(({ op }) => op === 'sync').length).toBeGreaterThan(15);
  expect(afterPowerLoss(operations, root)).toEqual([]);
});

test.each([
  ['files', (target: string, root: string) => target.startsWith(path.join(root, '.tmp'))],
  ['folders of objects', (target: string, root: string) => target.endsWith('cd') || target === root],
  ['folders above those', (target: string, root: string) => target.endsWith('ab') || target === path.join(root, 'sha256')],
] as const)('without the syncs of %s acknowledged objects would be lost', async (name, isDropped) => {
  const root = path.join(base, name);
  const operations = await operationsOf(root);
  const dropped = new Set(operations.flatMap((each) => (each.op === 'open' && isDropped(each.path, root) ? [each.file] : [])));

  const faults = afterPowerLoss(operations.filter((each) => each.op !== 'sync' || !dropped.has(each.file)), root);

  expect(faults).not.toEqual([]);
});
