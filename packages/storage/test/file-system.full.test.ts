// needs: strace
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileBackend, text } from '../src/index.ts';

/** Faults of a file system that only root can bring about; the tests of `npm test` have the others. */
let base = '';
let count = 0;
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'system-'));
  await chmod(base, 0o755);
});
afterAll(async () => { await rm(base, { recursive: true }); });

async function newRoot(): Promise<string> {
  const root = path.join(base, `root-${(count += 1)}`);
  await mkdir(root);
  return root;
}

/** Runs a program of this folder behind another one. */
function run(before: readonly string[], program: string, root: string): string {
  const [first = '', ...rest] = [...before, process.execPath, '--conditions=@1688/source', '--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, program), root];
  const { stdout, stderr } = spawnSync(first, rest, { encoding: 'utf8' });
  return stdout.trim() || stderr.slice(-500);
}

describe('a file system of its own, made for one process', () => {
  const mounted = (options: string, root: string): string[] => ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o ${options} tmpfs '${root}' && exec "$0" "$@"`];

  test('that is full gives STORAGE_FULL, and the old object and no rest stay (S02)', async () => {
    const root = await newRoot();

    expect(run(mounted('size=512k', root), 'put-in-child.ts', root)).toBe('STORAGE_FULL false old .tmp:0');
  });

  test('that has no inode left gives STORAGE_FULL, and the old object and no rest stay (S03)', async () => {
    const root = await newRoot();

    expect(run(mounted('nr_inodes=3', root), 'put-in-child.ts', root)).toBe('STORAGE_FULL false old .tmp:0');
  });

  test('that is mounted read-only gives STORAGE_READONLY (S06)', async () => {
    const root = await newRoot();

    expect(run(mounted('ro', root), 'put-once.ts', root)).toBe('STORAGE_READONLY false');
  });
});

describe('a user without rights (S07)', () => {
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

  test('to the root or to a folder in it gets STORAGE_PERMISSION, and nothing changes', async () => {
    const [closed, partly] = [await newRoot(), await newRoot()];
    await chmod(closed, 0o755);
    await fileBackend(partly).put('a/object', 'old');
    await chmod(path.join(partly, 'a'), 0o755);
    await chown(partly, 65_534, 65_534);
    await chown(path.join(partly, '.tmp'), 65_534, 65_534);

    expect(run(asNobody, 'put-once.ts', closed)).toBe('STORAGE_PERMISSION false');
    expect(run(asNobody, 'put-once.ts', partly)).toBe('STORAGE_PERMISSION false');
    expect(await text((await fileBackend(partly).get('a/object')).body)).toBe('old');
    expect(await readdir(path.join(partly, '.tmp'))).toEqual([]);
  });
});

test.each(['fsync:error=EIO', 'rename:error=EIO', 'rename:error=EXDEV', 'openat:error=ESTALE'])('a put whose n-th call of %s fails is not acknowledged, and the object is the old or the new one, whole (S05, S06)', { timeout: 120_000 }, async (fault) => {
  let failed = 0;
  for (let call = 1; call <= 6; call += 1) {
    const root = await newRoot();
    const backend = fileBackend(root);
    await backend.put('a/object', 'o'.repeat(1_000));
    // Node's own start opens files, too: of those calls only what concerns the store.
    const below = fault.startsWith('openat') ? [root, path.join(root, 'a'), path.join(root, '.tmp')].flatMap((place) => ['-P', place]) : [];
    const ended = run(['strace', '-f', '-qq', '-o', '/dev/null', ...below, '-e', `inject=${fault}:when=${call}`], 'put-once.ts', root);
    const left = await text((await backend.get('a/object')).body);

    expect(['o'.repeat(1_000), 'n'.repeat(2_000)]).toContain(left);
    if (ended === 'stored') expect(left).toBe('n'.repeat(2_000));
    else {
      expect(ended).toBe('STORAGE_IO true');
      failed += 1;
    }
    expect(await readdir(path.join(root, '.tmp'))).toEqual([]);
  }
  expect(failed).toBeGreaterThan(0);
});

test('a hundred thousand objects are listed in pieces, each once, while others are put (S15)', { timeout: 300_000 }, async () => {
  const root = await newRoot();
  for (let folder = 0; folder < 256; folder += 1) {
    const name = path.join(root, 'sha256', folder.toString(16).padStart(2, '0'));
    await mkdir(name, { recursive: true });
    await Promise.all(Array.from({ length: 391 }, (_, n) => writeFile(path.join(name, `${String(n).padStart(5, '0')}.jpg`), '')));
  }
  const backend = fileBackend(root);
  let [listed, previous, most] = [0, '', 0];
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const state = { listing: true };
  const writing = (async () => {
    for (let n = 0; state.listing; n += 1) await backend.put(`sha256/${(n % 256).toString(16).padStart(2, '0')}/new-${n}`, 'x');
  })();

  for await (const { key } of backend.list('')) {
    expect(key > previous).toBe(true);
    previous = key;
    if (key.endsWith('.jpg')) listed += 1;
    if (listed % 1_000 === 0) most = Math.max(most, process.memoryUsage().rss);
  }
  state.listing = false;
  await writing;

  expect(listed).toBe(256 * 391);
  expect((most - before) / 2 ** 20).toBeLessThan(50);
});
