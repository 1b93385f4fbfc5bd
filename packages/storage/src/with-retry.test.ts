import { SyncError } from '@1688/core';
import { describe, expect, test } from 'vitest';
import { text } from './body.ts';
import { memoryBackend } from './memory-backend.ts';
import type { StorageBackend } from './storage-backend.ts';
import { storageContract } from './storage-contract.ts';
import { withFaults } from './with-faults.ts';
import { withRetry } from './with-retry.ts';

const patient = { attempts: 40, delayMs: 0 };

describe('withRetry over a place that fails in one of ten steps', () => {
  for (const { name, run } of storageContract(withRetry(withFaults(memoryBackend(), { seed: 7 }), patient))) test(name, run);

  test('goes on reading where a place without ranges broke off', async () => {
    const place = memoryBackend();
    const body = Array.from({ length: 60_000 }, (_, n) => `${n},`).join('');
    await place.put('long', body);
    const withoutRange: StorageBackend = { ...place, capabilities: { ...place.capabilities, range: false } };

    const backend = withRetry(withFaults(withoutRange, { seed: 3, rate: 0.3 }), patient);

    expect(await text((await backend.get('long')).body)).toBe(body);
  });

  test('takes a put whose answer was lost for its own', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const backend = withRetry(withFaults(memoryBackend(), { seed, rate: 0.3, lostAnswers: true }), patient);

      expect(await backend.put('once', `by ${seed}`, { ifAbsent: true })).toMatchObject({ key: 'once' });
    }
  });
});

describe('withRetry', () => {
  test('keeps the conflict with an object of somebody else', async () => {
    const place = memoryBackend();
    await place.put('once', 'theirs');
    const backend = withRetry(withFaults(place, { rate: 0.5 }), patient);

    await expect(backend.put('once', 'ours', { ifAbsent: true })).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' });
  });

  test('tries as often as it was told, and never what cannot succeed', async () => {
    let tries = 0;
    const failing = (retryable: boolean): StorageBackend => ({
      ...memoryBackend(),
      head: async () => {
        tries += 1;
        throw new SyncError('STORAGE_IO', 'broken', { retryable });
      },
    });

    await expect(withRetry(failing(true), { attempts: 3, delayMs: 0 }).head('a')).rejects.toMatchObject({ code: 'STORAGE_IO' });
    expect(tries).toBe(3);
    await expect(withRetry(failing(false), { attempts: 3, delayMs: 0 }).head('a')).rejects.toMatchObject({ code: 'STORAGE_IO' });
    expect(tries).toBe(4);
  });

  test('does not send a stream twice', async () => {
    const place = memoryBackend();
    const reading: StorageBackend = { ...place, put: async (key, body, options) => {
      await place.put(key, body, options);
      throw new SyncError('STORAGE_IO', 'the answer was lost', { retryable: true });
    } };
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('once');
    }

    await expect(withRetry(reading, patient).put('a', body())).rejects.toMatchObject({ code: 'STORAGE_IO', retryable: false });
  });

  test('stops waiting when it is cancelled', async () => {
    const backend = withRetry(withFaults(memoryBackend(), { rate: 1 }), { attempts: 2, delayMs: 60_000, maxDelayMs: 60_000 });
    const controller = new AbortController();
    const work = backend.head('a', { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);

    await expect(work).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

test('withFaults gives the same faults for the same seed', async () => {
  const outcomes = async (seed: number): Promise<string> => {
    const backend = withFaults(memoryBackend(), { seed, rate: 0.5 });
    const results = [];
    for (let n = 0; n < 64; n += 1) results.push(await backend.head('a').then(() => 'o', () => 'x'));
    return results.join('');
  };

  expect(await outcomes(5)).toBe(await outcomes(5));
  expect(await outcomes(5)).not.toBe(await outcomes(6));
});
