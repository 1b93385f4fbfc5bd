import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SyncError } from '@1688/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectBytes, fileBackend, sweepTemporary, text, withPrefix, withRetry } from '../src/index.ts';
import { storageContract } from '../src/storage-contract.ts';
import { all } from './all.ts';

let base: string;
let count = 0;
beforeAll(async () => { base = await mkdtemp(path.join(tmpdir(), 'storage-')); });
afterAll(async () => { await rm(base, { recursive: true }); });
const newRoot = (): string => path.join(base, `root-${(count += 1)}`);

describe('fileBackend keeps the contract', () => {
  const root = path.join(tmpdir(), `storage-contract-${process.pid}`);
  afterAll(async () => { await rm(root, { recursive: true, force: true }); });

  for (const { name, run } of storageContract(withPrefix(withRetry(fileBackend(root)), 'shop/'))) test(name, run);

  test('and leaves no file behind', async () => {
    expect(await readdir(path.join(root, '.tmp'))).toEqual([]);
    expect((await readdir(root)).filter((name) => name !== '.tmp')).toEqual([]);
  });
});

describe('fileBackend', () => {
  test('touches no disk until it is used, and reading makes nothing', async () => {
    const root = newRoot();
    const backend = fileBackend(root);

    expect(await backend.head('a')).toBeNull();
    expect(await all(backend.list(''))).toEqual([]);
    await backend.delete('a');
    expect(existsSync(root)).toBe(false);
  });

  test('lays objects where their keys say, for this user only', async () => {
    const root = newRoot();
    await fileBackend(root).put('sha256/ab/图.jpg', 'x');

    expect(await readFile(path.join(root, 'sha256/ab/图.jpg'), 'utf8')).toBe('x');
    expect((await stat(path.join(root, 'sha256/ab/图.jpg'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(root, 'sha256'))).mode & 0o777).toBe(0o700);
  });

  test('lets writers and deleters of one key race: a put ends stored or as a conflict, never for want of a folder', async () => {
    const backend = fileBackend(newRoot());
    const outcomes = new Set<string>();
    const turns = Array.from({ length: 400 }, (_, at) => at);
    const put = (ifAbsent: boolean) => async (): Promise<void> => {
      await backend.put('sha256/ab/cd/x', 'x', { ifAbsent }).then(
        () => outcomes.add('stored'),
        (error: SyncError) => outcomes.add(error.code === 'STORAGE_CONFLICT' ? error.code : `${error.message} ${String(error.cause)}`),
      );
    };
    const racers = [put(true), put(true), put(false), () => backend.delete('sha256/ab/cd/x')];

    await Promise.all(racers.map(async (race) => { for (const _ of turns) await race(); }));

    expect([...outcomes].toSorted()).toEqual(['STORAGE_CONFLICT', 'stored']);
  });

  test('lists plain files under allowed keys only', async () => {
    const root = newRoot();
    const backend = fileBackend(root);
    await backend.put('a/b', 'x');
    await writeFile(path.join(root, 'a', 'back\\slash'), 'x');
    await symlink('/etc/hostname', path.join(root, 'a', 'link'));
    await symlink('/etc', path.join(root, 'etc'));
    await writeFile(path.join(root, '.tmp', 'half'), 'x');

    expect(await all(backend.list(''), ({ key }) => key)).toEqual(['a/b']);
  });

  test('does not go through symbolic links', async () => {
    const root = newRoot();
    const outside = newRoot();
    const backend = fileBackend(root);
    await backend.put('seed', 'x');
    await mkdir(outside);
    await writeFile(path.join(outside, 'file'), 'outside');
    await symlink(outside, path.join(root, 'folder'));
    await symlink(path.join(outside, 'file'), path.join(root, 'file'));

    for (const key of ['folder/file', 'file']) {
      for (const call of [() => backend.put(key, 'overwritten'), () => backend.get(key), () => backend.head(key), () => backend.delete(key)]) {
        await expect(call(), key).rejects.toMatchObject({ code: 'STORAGE_KEY' });
      }
    }
    await expect(backend.put('folder/new', 'x')).rejects.toMatchObject({ code: 'STORAGE_KEY' });
    await expect(all(backend.list('folder/'))).rejects.toMatchObject({ code: 'STORAGE_KEY' });
    expect(await readdir(outside)).toEqual(['file']);
    expect(await readFile(path.join(outside, 'file'), 'utf8')).toBe('outside');
  });

  test('does not write through a link at its temporary folder', async () => {
    const root = newRoot();
    const outside = newRoot();
    await mkdir(root);
    await mkdir(outside);
    await symlink(outside, path.join(root, '.tmp'));

    await expect(fileBackend(root).put('a', 'x')).rejects.toMatchObject({ code: 'STORAGE_KEY' });
    expect(await readdir(outside)).toEqual([]);
  });

  test('replaces a hard link instead of writing through it', async () => {
    const root = newRoot();
    const backend = fileBackend(root);
    await backend.put('a', 'old');
    await link(path.join(root, 'a'), path.join(base, 'second-name'));
    await backend.put('a', 'new');

    expect(await readFile(path.join(base, 'second-name'), 'utf8')).toBe('old');
  });

  test('tells a file that was cut while it was read', async () => {
    const root = newRoot();
    const backend = fileBackend(root);
    await backend.put('a', 'x'.repeat(1_000_000));
    const { body } = await backend.get('a');
    const reading = (async () => {
      for await (const _ of body) await writeFile(path.join(root, 'a'), 'cut');
    })();

    await expect(reading).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  });

  test('tells that an object was replaced between get and read', async () => {
    const backend = fileBackend(newRoot());
    await backend.put('a', 'first');
    const { body } = await backend.get('a');
    await backend.put('a', 'other');

    await expect(text(body)).rejects.toMatchObject({ code: 'STORAGE_IO', retryable: true });
  });

  test('keeps no file open', async () => {
    const backend = fileBackend(newRoot());
    await backend.put('a', 'x'.repeat(300_000));
    const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const before = await openFiles();

    for (let turn = 0; turn < 30; turn += 1) {
      await backend.get('a');
      for await (const _ of (await backend.get('a')).body) break;
      await collectBytes((await backend.get('a')).body);
    }

    expect(await openFiles()).toBeLessThanOrEqual(before + 1);
  });

  test('calls a root that is a file by its name', async () => {
    const root = newRoot();
    await writeFile(root, '');

    await expect(fileBackend(root).put('a', 'x')).rejects.toMatchObject({ name: 'SyncError', retryable: expect.any(Boolean) });
  });
});

describe('sweepTemporary', () => {
  test('removes what dead writers left, and nothing of the living', async () => {
    const root = newRoot();
    const backend = fileBackend(root);
    let unfinished: string[] = [];
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      const folder = path.join(root, '.tmp');
      unfinished = await readdir(folder);
      const [machine] = (unfinished[0] ?? '').split('-');
      await writeFile(path.join(folder, `${machine}-4194399-1-dead`), '');
      await writeFile(path.join(folder, `${machine}-${process.pid}-1-reused`), '');
      await writeFile(path.join(folder, 'elsewhere-1-1-young'), '');
      await writeFile(path.join(folder, 'elsewhere-1-1-old'), '');
      await utimes(path.join(folder, 'elsewhere-1-1-old'), 0, 0);
      expect(await sweepTemporary(root)).toBe(3);
      expect((await readdir(folder)).toSorted()).toEqual([...unfinished, 'elsewhere-1-1-young'].toSorted());
    }
    await backend.put('a', body());

    expect(unfinished).toHaveLength(1);
    expect(await text((await backend.get('a')).body)).toBe('half');
  });

  test('finds nothing where there is no store', async () => {
    expect(await sweepTemporary(newRoot())).toBe(0);
  });
});

describe('a disk in trouble', () => {
  // Root may write anywhere; in a user namespace it is an ordinary owner, and every folder above can still be passed.
  const asOwner = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'] : [];

  function putInChild(root: string, before: string): string {
    const file = path.join(import.meta.dirname, 'put-in-child.ts');
    const [program = '', ...args] = [...asOwner, 'sh', '-c', `${before} exec "$0" --conditions=@1688/source "$1" "$2"`];
    const { stdout, stderr } = spawnSync(program, [...args, process.execPath, file, root], { encoding: 'utf8' });
    return stdout.trim() || stderr;
  }

  test('that limits the size of files gives STORAGE_FULL and leaves the old object', async () => {
    const root = newRoot();
    await mkdir(root, { mode: 0o777 });
    await chmod(root, 0o777);
    await chmod(base, 0o755);

    expect(putInChild(root, 'ulimit -f 64;')).toBe('STORAGE_FULL false old .tmp:0');
  });

  test('that may not be written gives STORAGE_PERMISSION', async () => {
    const root = newRoot();
    await mkdir(root, { mode: 0o555 });

    expect(putInChild(root, '')).toMatch(/^(STORAGE_PERMISSION false|STORAGE_FULL false old)/);
  });
});
