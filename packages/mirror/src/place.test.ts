import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from './load-config.ts';
import { findDataDir } from './place.ts';

let root: string;
beforeEach(async () => { root = await realpath(await mkdtemp(path.join(tmpdir(), '1688sync-place-'))); });
afterEach(async () => { await rm(root, { recursive: true, force: true }); });

describe('findDataDir', () => {
  test('looks upward through the parent folders for a store', async () => {
    await mkdir(path.join(root, '1688sync-data', 'database'), { recursive: true });
    const below = path.join(root, 'a', 'b');
    await mkdir(below, { recursive: true });

    expect(findDataDir(await loadConfig({ cwd: below, env: {} }), false)).toBe(path.join(root, '1688sync-data'));
  });

  test('makes the default place only for commands that make stores', async () => {
    const config = await loadConfig({ cwd: root, env: {} });

    expect(findDataDir(config, true)).toBe(path.join(root, '1688sync-data'));
    expect(() => findDataDir(config, false)).toThrow(expect.objectContaining({ code: 'STORE_NOT_FOUND', hint: expect.stringContaining('DATA_DIR') }));
  });

  test('always allows a place that was named', async () => {
    expect(findDataDir(await loadConfig({ cwd: root, env: { DATA_DIR: 'mine' } }), false)).toBe(path.join(root, 'mine'));
  });
});
