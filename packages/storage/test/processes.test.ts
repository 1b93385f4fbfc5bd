import { fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, symlink, truncate, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectBytes, fileBackend, readMarker, text, writeMarker } from '../src/index.ts';
import { all } from './all.ts';

let base = '';
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'processes-'));
  await chmod(base, 0o755);
});
afterAll(async () => { await rm(base, { recursive: true }); });

function inProcess(root: string, ...args: readonly string[]): Promise<{ code: number | null; printed: string }> {
  const child = fork(path.join(import.meta.dirname, 'put-many.ts'), [root, ...args], { execArgv: ['--conditions=@1688/source', '--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => { printed += chunk.toString(); });
  return new Promise((resolve) => { child.once('close', (code) => resolve({ code, printed: printed.trim() })); });
}

test('twenty processes that put the same object and twenty bodies under one name leave one whole object of each (S10)', { timeout: 120_000 }, async () => {
  const root = path.join(base, 'twenty');
  const ended: { code: number | null; printed: string }[] = [];
  for (let wave = 0; wave < 20; wave += 5) ended.push(...(await Promise.all(Array.from({ length: 5 }, (_, n) => inProcess(root, String(wave + n))))));
  const backend = fileBackend(root);
  const alias = await text((await backend.get('alias')).body);

  expect(ended.map(({ code, printed }) => `${code} ${printed}`)).toEqual(Array.from({ length: 20 }, () => '0 stored'));
  expect(await all(backend.list(''), ({ key }) => key)).toEqual(['alias', 'same']);
  expect((await collectBytes((await backend.get('same')).body)).length).toBe(300_000);
  expect(alias.length).toBe(150_000);
  expect(new Set(alias).size).toBe(1);
  expect(await readdir(path.join(root, '.tmp'))).toEqual([]);
});

describe('a process with few rights', () => {
  function limited(root: string, before: readonly string[], ...args: readonly string[]): string {
    const [program = '', ...rest] = [...before, process.execPath, '--conditions=@1688/source', '--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'put-many.ts'), root, ...args];
    const { stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
    return stdout.trim() || stderr;
  }

  test('that may open few files names the fault as one to try again, and withRetry loses nothing (S06)', { timeout: 180_000 }, async () => {
    const root = path.join(base, 'few');
    const few = ['sh', '-c', 'ulimit -n 40; exec "$0" "$@"'];

    expect(limited(root, few, 'burst')).toMatch(/^STORAGE_IO true/);
    expect(limited(root, few, 'patient')).toBe('stored');
    expect(await all(fileBackend(root).list('burst/'), ({ sizeBytes }) => sizeBytes)).toEqual(Array.from({ length: 200 }, () => 1_000));
    expect(await readdir(path.join(root, '.tmp'))).toEqual([]);
  });
});

describe('damage that somebody else does to files (S12, S13, S14)', () => {
  const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

  test('a link planted at a shard folder is refused, and what lies outside stays untouched', async () => {
    const [root, outside] = [path.join(base, 'planted'), path.join(base, 'outside')];
    const backend = fileBackend(root);
    await backend.put('sha256/ab/cd/first', 'x');
    await mkdir(path.join(outside, 'cd'), { recursive: true });
    await writeFile(path.join(outside, 'cd', 'victim'), 'theirs');
    await symlink(outside, path.join(root, 'sha256/ef'));

    for (const call of [() => backend.put('sha256/ef/cd/victim', 'ours'), () => backend.delete('sha256/ef/cd/victim'), () => backend.get('sha256/ef/cd/victim'), () => backend.copy?.('sha256/ab/cd/first', 'sha256/ef/cd/victim') ?? Promise.resolve()]) {
      await expect(call()).rejects.toMatchObject({ code: 'STORAGE_KEY', retryable: false });
    }
    expect(await readFile(path.join(outside, 'cd', 'victim'), 'utf8')).toBe('theirs');
    expect(await all(backend.list(''), ({ key }) => key)).toEqual(['sha256/ab/cd/first']);
  });

  test('rot, truncation, emptiness and swapped contents show as bytes of another SHA-256 or size', async () => {
    const root = path.join(base, 'rot');
    const backend = fileBackend(root);
    const bodies = ['rotten', 'truncated', 'emptied', 'swapped one', 'swapped two'];
    for (const body of bodies) await backend.put(sha256(body), body);
    const file = (body: string): string => path.join(root, sha256(body));
    await writeFile(file('rotten'), 'rotteN');
    await truncate(file('truncated'), 4);
    await truncate(file('emptied'), 0);
    await writeFile(file('swapped one'), 'swapped two');
    await writeFile(file('swapped two'), 'swapped one');

    for (const body of bodies) expect(sha256(await collectBytes((await backend.get(sha256(body))).body)), body).not.toBe(sha256(body));
  });

  test('an empty folder in the place of the store has no marker, and the store behind it keeps its own', async () => {
    const root = path.join(base, 'mounted');
    await writeMarker(fileBackend(root), 'store-1');

    expect(await readMarker(fileBackend(path.join(base, 'not-mounted')))).toBeNull();
    expect(await readMarker(fileBackend(root))).toBe('store-1');
  });
});
