import { SyncError } from '@1688/core';
import { describe, expect, test } from 'vitest';
import { all } from '../test/all.ts';
import { collectBytes, text } from './body.ts';
import { memoryBackend } from './memory-backend.ts';
import type { StorageBackend } from './storage-backend.ts';
import { storageContract } from './storage-contract.ts';
import { withMirror } from './with-mirror.ts';
import { withReadOnly } from './with-read-only.ts';

async function contentOf(backend: StorageBackend): Promise<Record<string, string>> {
  const entries = await all(backend.list(''), async ({ key }) => [key, await text((await backend.get(key)).body)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function* streamed(body: string): AsyncGenerator<Uint8Array> {
  for (const character of body) yield Buffer.from(character);
}

describe('withMirror', () => {
  const others = [memoryBackend(), memoryBackend()];
  for (const { name, run } of storageContract(withMirror(memoryBackend(), ...others))) test(name, run);

  test('keeps the same in every place', async () => {
    const places = [memoryBackend(), memoryBackend(), memoryBackend()] as const;
    const backend = withMirror(...places);
    await backend.put('text', '你好', { contentType: 'text/plain' });
    await backend.put('stream', streamed('一个一个地'));
    await backend.put('gone', 'x');
    await backend.delete('gone');
    await backend.copy?.('text', 'copy');

    for (const place of places) expect(await contentOf(place)).toEqual({ copy: '你好', stream: '一个一个地', text: '你好' });
    expect((await places[2].head('text'))?.contentType).toBe('text/plain');
  });

  test('leaves all places equal when many write one key at once', async () => {
    const places = [memoryBackend(), memoryBackend()] as const;
    const backend = withMirror(...places);

    await Promise.all(Array.from({ length: 30 }, (_, n) => (n % 5 === 4 ? backend.delete('a') : backend.put('a', n % 2 ? `${n}` : streamed(`${n} streamed`)))));

    expect(await contentOf(places[1])).toEqual(await contentOf(places[0]));
  });

  test('fails when one place fails, and the same call again completes it', async () => {
    const [primary, second] = [memoryBackend(), memoryBackend()];
    let broken = true;
    const failing: StorageBackend = { ...second, put: async (...given) => {
      if (broken) throw new SyncError('STORAGE_FULL', 'no room');
      return second.put(...given);
    } };
    const backend = withMirror(primary, failing);

    await expect(backend.put('a', 'x', { ifAbsent: true })).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    broken = false;
    await expect(backend.put('a', 'x', { ifAbsent: true })).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' });

    expect(await contentOf(second)).toEqual({ a: 'x' });
  });

  test('does not take a copy that was damaged on its way', async () => {
    const primary = memoryBackend();
    const lying: StorageBackend = { ...primary, get: async (key, options) => {
      const { object, body } = await primary.get(key, options);
      return { object, body: streamed(String(Buffer.from(await collectBytes(body))).replace('a', 'b')) };
    } };

    await expect(withMirror(lying, memoryBackend()).put('a', streamed('abc'))).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  });

  test('takes no object that is too large for one of them', () => {
    const small: StorageBackend = { ...memoryBackend(), capabilities: { ...memoryBackend().capabilities, maxObjectBytes: 5_000 } };

    expect(withMirror(memoryBackend(), small).capabilities.maxObjectBytes).toBe(5_000);
    expect(withMirror(memoryBackend()).capabilities.maxObjectBytes).toBeNull();
  });

  test('writes nothing anywhere when the primary refuses', async () => {
    const second = memoryBackend();

    await expect(withMirror(withReadOnly(memoryBackend()), second).put('a', 'x')).rejects.toMatchObject({ code: 'STORAGE_READONLY' });
    expect(await contentOf(second)).toEqual({});
  });
});
