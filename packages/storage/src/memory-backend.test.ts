import { describe, expect, test } from 'vitest';
import { all } from '../test/all.ts';
import { memoryBackend } from './memory-backend.ts';
import { storageContract } from './storage-contract.ts';

describe('memoryBackend', () => {
  for (const { name, run } of storageContract(memoryBackend())) test(name, run);

  test('takes its times from the given clock', async () => {
    const now = new Date('2026-01-02T03:04:05Z');

    expect((await memoryBackend({ now: () => now }).put('a', 'x')).modifiedAt).toEqual(now);
  });
});

test('the contract leaves nothing behind and touches nothing else', async () => {
  const backend = memoryBackend();
  await backend.put('contract-of-mine', 'x');

  for (const { run } of storageContract(backend)) await run();

  const keys = await all(backend.list(''), ({ key }) => key);
  expect(keys).toEqual(['contract-of-mine']);
});
