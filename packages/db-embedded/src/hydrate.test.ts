import { access, chmod, mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PostgresPrograms } from './find-postgres.ts';
import { readyToRun } from './hydrate.ts';

const caller = { prefix: [], owner: null };
let root: string;
let cache: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), '1688sync-hydrate-'));
  cache = path.join(root, 'engine');
});
afterEach(async () => { await rm(root, { recursive: true }); });

/** In the shape of the npm package: a program that starts only where the link to its library was made. */
async function aPackage(name = 'package', starts = '[ -e "$(dirname "$0")/../lib/libpq.so.5" ]'): Promise<PostgresPrograms> {
  const native = path.join(root, name, 'native');
  await Promise.all([mkdir(path.join(native, 'bin'), { recursive: true }), mkdir(path.join(native, 'lib'), { recursive: true })]);
  await writeFile(path.join(native, 'lib', 'libpq.so.5.18'), '');
  await writeFile(path.join(native, 'bin', 'postgres'), `#!/bin/sh\n${starts}\n`, { mode: 0o755 });
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }, { source: 'native/lib/libpq.so.5.18', target: '../outside' }];
  await writeFile(path.join(native, 'pg-symlinks.json'), JSON.stringify(links));
  return { version: { major: 18, text: '18.4' }, bin: path.join(native, 'bin'), source: 'npm' };
}

test('makes the links of the npm package, for all who ask at once, and none outside of it', async () => {
  const programs = await aPackage();

  const ready = await Promise.all(Array.from({ length: 5 }, () => readyToRun([programs], caller, cache)));

  expect(new Set(ready)).toEqual(new Set([programs]));
  expect(await readlink(path.join(programs.bin, '../lib/libpq.so.5'))).toBe('libpq.so.5.18');
  await expect(access(path.join(root, 'outside'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('copies what cannot be written, or what root\'s other user cannot reach, once for all who ask', async () => {
  const programs = await aPackage();
  const account = process.getuid?.() === 0 ? { prefix: [], owner: { uid: 65_534, gid: 65_534 } } : caller;
  await Promise.all([chmod(root, 0o755), chmod(path.join(root, 'package'), 0o700), chmod(path.join(programs.bin, '../lib'), 0o500)]);

  const ready = await Promise.all(Array.from({ length: 3 }, () => readyToRun([programs], account, cache)));
  await chmod(path.join(programs.bin, '../lib'), 0o700);

  expect(new Set(ready.map(({ bin }) => bin))).toEqual(new Set([path.join(cache, 'postgresql-18.4', 'bin')]));
});

test('takes the next when the first does not start, and says so when none does', async () => {
  const [broken, works] = [await aPackage('broken', 'exit 127'), await aPackage('works')];

  expect(await readyToRun([broken, works], caller, cache)).toEqual(works);
  await expect(readyToRun([broken], caller, cache)).rejects.toMatchObject({ code: 'DB_ENGINE_MISSING', message: expect.stringContaining(broken.bin) });
});
