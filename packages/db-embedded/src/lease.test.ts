import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLeases, settleLeases, takeLease } from './lease.ts';
import { startOf } from './process-identity.ts';

let directory: string;
beforeEach(async () => { directory = await mkdtemp(path.join(tmpdir(), '1688sync-lease-')); });
afterEach(async () => { await rm(directory, { recursive: true }); });

test('a directory that nobody used has no users', async () => {
  expect(await settleLeases(directory)).toBe(0);
});

test('every lease of a living process counts, also two of one', async () => {
  const first = await takeLease(directory, null);
  await takeLease(directory, null);

  expect(await settleLeases(directory)).toBe(2);
  await rm(first);
  expect(await settleLeases(directory)).toBe(1);
});

test('a process that ended, and one whose number another has now, count no more and are removed', async () => {
  const kept = await takeLease(directory, null);
  const folder = path.dirname(kept);
  await writeFile(path.join(folder, `${process.pid}-00000000.1-again`), '');
  await writeFile(path.join(folder, `4194303-${await startOf(process.pid)}-ended`), '');
  await writeFile(path.join(folder, 'notes.txt'), '');

  expect((await readLeases(directory)).dead).toHaveLength(3);
  expect(await settleLeases(directory)).toBe(1);
  expect(await readdir(folder)).toEqual([path.basename(kept)]);
});
