import { createHash } from 'node:crypto';
import { SyncError } from '@1688/core';
import { expect, test } from 'vitest';
import { text } from './body.ts';
import { copyVerified } from './copy-verified.ts';
import { memoryBackend } from './memory-backend.ts';
import type { StorageBackend } from './storage-backend.ts';
import { withFaults } from './with-faults.ts';

async function placeWith(body: string): Promise<StorageBackend> {
  const place = memoryBackend();
  await place.put('a', body, { contentType: 'text/plain' });
  return place;
}

test('a copy is the same bytes with the same content type, and a second one finds it present', async () => {
  const [from, to] = [await placeWith('你好'), memoryBackend()];
  const sha256 = createHash('sha256').update('你好').digest('hex');

  expect(await copyVerified(from, to, 'a')).toEqual({ state: 'copied', sizeBytes: 6, sha256 });
  expect(await copyVerified(from, to, 'a')).toEqual({ state: 'present', sizeBytes: 6, sha256 });
  expect(await to.head('a')).toMatchObject({ contentType: 'text/plain' });
});

test('other bytes of the same size are replaced', async () => {
  const to = await placeWith('old');

  expect(await copyVerified(await placeWith('new'), to, 'a')).toMatchObject({ state: 'copied' });
  expect(await text((await to.get('a')).body)).toBe('new');
});

test('what was deleted at its source is gone, what is cut there is unreadable', async () => {
  const cut: StorageBackend = { ...(await placeWith('whole')), get: async () => ({ object: { key: 'a', sizeBytes: 5, modifiedAt: new Date() }, body: (async function* () { yield Buffer.from('who'); })() }) };

  expect(await copyVerified(memoryBackend(), memoryBackend(), 'a')).toEqual({ state: 'gone' });
  expect(await copyVerified(cut, memoryBackend(), 'a')).toEqual({ state: 'unreadable', code: 'STORAGE_CORRUPT' });
});

test('a full target throws, a source that cannot be reached does too', async () => {
  const fails = (code: 'STORAGE_FULL' | 'STORAGE_TIMEOUT') => async (): Promise<never> => { throw new SyncError(code, 'no'); };

  await expect(copyVerified(await placeWith('x'), { ...memoryBackend(), put: fails('STORAGE_FULL') }, 'a')).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  await expect(copyVerified({ ...memoryBackend(), get: fails('STORAGE_TIMEOUT') }, memoryBackend(), 'a')).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
});

test('passing faults on both sides are made up for', async () => {
  const body = '长'.repeat(100_000);
  const [from, place] = [await placeWith(body), memoryBackend()];

  for (let seed = 1; seed <= 8; seed += 1) await copyVerified(withFaults(from, { seed, rate: 0.05 }), withFaults(place, { seed, rate: 0.05 }), 'a', { attempts: 30 });

  expect(await text((await place.get('a')).body)).toBe(body);
});
