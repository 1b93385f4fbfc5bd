import { SyncError } from '@1688/core';
import { describe, expect, test } from 'vitest';
import { all } from '../test/all.ts';
import { text } from './body.ts';
import { memoryBackend } from './memory-backend.ts';
import type { StorageBackend } from './storage-backend.ts';
import { storageContract } from './storage-contract.ts';
import { withReadFallback } from './with-read-fallback.ts';

async function placeWith(...keys: readonly string[]): Promise<StorageBackend> {
  const backend = memoryBackend();
  for (const key of keys) await backend.put(key, `${key} of ${keys.join('')}`);
  return backend;
}

const down = async (): Promise<never> => {
  throw new SyncError('STORAGE_TIMEOUT', 'no answer', { retryable: true });
};

describe('withReadFallback', () => {
  for (const { name, run } of storageContract(withReadFallback(memoryBackend(), memoryBackend()))) test(name, run);

  test('finds what lies in either place, and the primary\'s of what lies in both', async () => {
    const backend = withReadFallback(await placeWith('a', 'c'), await placeWith('a', 'b', 'd'));
    const read = async (key: string): Promise<string> => text((await backend.get(key)).body);

    expect(await all(backend.list(''), ({ key, sizeBytes }) => `${key} ${sizeBytes}`)).toEqual(['a 7', 'b 8', 'c 7', 'd 8']);
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(read))).toEqual(['a of ac', 'b of abd', 'c of ac', 'd of abd']);
    expect(await backend.head('d')).not.toBeNull();
    expect(await backend.head('e')).toBeNull();
    await expect(backend.get('e')).rejects.toMatchObject({ code: 'STORAGE_OBJECT_MISSING' });
  });

  test('reads from the fallback while the primary does not answer, and never takes that for absence', async () => {
    const primary: StorageBackend = { ...(await placeWith('a', 'b')), get: down, head: down };
    const backend = withReadFallback(primary, await placeWith('a'));

    expect(await text((await backend.get('a')).body)).toBe('a of a');
    expect(await backend.head('a')).not.toBeNull();
    await expect(backend.get('b')).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
    await expect(backend.head('b')).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
  });

  test('a fallback that does not answer is no absence either', async () => {
    const backend = withReadFallback(memoryBackend(), { ...memoryBackend(), head: down, get: down });

    await expect(backend.head('a')).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
    await expect(backend.get('a')).rejects.toMatchObject({ code: 'STORAGE_TIMEOUT' });
  });

  test('puts into the primary alone and deletes from both', async () => {
    const [primary, fallback] = [await placeWith(), await placeWith('a', 'b')];
    const backend = withReadFallback(primary, fallback);
    await backend.put('c', 'new');
    await backend.delete('a');

    expect(await backend.head('a')).toBeNull();
    expect(await all(fallback.list(''), ({ key }) => key)).toEqual(['b']);
    expect(await all(primary.list(''), ({ key }) => key)).toEqual(['c']);
    await expect(backend.put('b', 'x', { ifAbsent: true })).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' });
  });

  test('copies out of the fallback, too', async () => {
    const primary = memoryBackend();
    await withReadFallback(primary, await placeWith('a')).copy?.('a', 'copy');

    expect(await text((await primary.get('copy')).body)).toBe('a of a');
  });

  test('signs an address of the place where the object lies', async () => {
    const signing = async (name: string, ...keys: string[]): Promise<StorageBackend> => {
      const place = await placeWith(...keys);
      return { ...place, capabilities: { ...place.capabilities, signedUrl: true }, signedUrl: async (key) => `${name}/${key}` };
    };
    const backend = withReadFallback(await signing('new', 'a'), await signing('old', 'a', 'b'));

    expect(await Promise.all(['a', 'b', 'c'].map((key) => backend.signedUrl?.(key, { expiresInSeconds: 1 })))).toEqual(['new/a', 'old/b', 'new/c']);
  });

  test('offers ranges only where both places do', async () => {
    const withoutRange: StorageBackend = { ...memoryBackend(), capabilities: { ...memoryBackend().capabilities, range: false } };

    await expect(withReadFallback(await placeWith('a'), withoutRange).get('a', { range: { start: 0 } })).rejects.toMatchObject({ code: 'STORAGE_UNSUPPORTED' });
  });
});
