import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isSyncError } from '@1688/core';
import { afterAll, expect, test } from 'vitest';
import { text } from './body.ts';
import { fileBackend } from './file-backend.ts';
import { checkKey, compareKeys } from './key.ts';

const pieces = ['..', '.', '', '/', '\\', '\0', '\n', ':', '*', 'con', 'NUL.txt', 'a', 'A', 'é', 'e\u0301', '\u2025', '\uff0e\uff0e', '连衣裙', '𠮷', '\ud800', '%2e%2e', ' ', '~', '.tmp', 'x'.repeat(256)];
const anyKey = fc.oneof(fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join('')), fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((parts) => parts.join('/')), fc.string({ unit: 'binary', maxLength: 40 }));

function isAllowed(key: string): boolean {
  try {
    checkKey(key);
    return true;
  } catch (error) {
    expect(isSyncError(error) && error.code === 'STORAGE_KEY' && !error.retryable).toBe(true);
    return false;
  }
}

test('whatever key is allowed stays below the root on every system, and is its own normal form (S01)', () => {
  fc.assert(fc.property(anyKey, (key) => {
    if (!isAllowed(key)) return;
    for (const system of [path.posix, path.win32]) {
      const root = system === path.win32 ? 'C:\\store' : '/store';
      expect(system.relative(root, system.resolve(root, key)).split(system.sep).join('/')).toBe(key);
    }
    expect(key).toBe(key.normalize('NFC'));
    expect(key).toBe(Buffer.from(key).toString());
  }), { numRuns: 5_000 });
});

test('keys are ordered as their bytes are', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
    expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }), { numRuns: 2_000 });
});

let base = '';
afterAll(async () => { await rm(base, { recursive: true, force: true }); });

test('a directory takes any key or refuses it with STORAGE_KEY, and nothing appears beside it (S01)', { timeout: 180_000 }, async () => {
  base = await mkdtemp(path.join(tmpdir(), 'keys-'));
  const backend = fileBackend(path.join(base, 'store'));
  await fc.assert(fc.asyncProperty(anyKey, async (key) => {
    const stored = await backend.put(key, key).catch((error: unknown) => (isSyncError(error) && error.code === 'STORAGE_KEY' ? null : Promise.reject(error)));
    if (stored) {
      expect(await text((await backend.get(key)).body)).toBe(Buffer.from(key).toString());
      await backend.delete(key);
    }
    expect(await readdir(base)).toEqual(existsSync(path.join(base, 'store')) ? ['store'] : []);
  }), { numRuns: 300 });
});
