import { describe, expect, test } from 'vitest';
import { memoryBackend } from './memory-backend.ts';
import { storageContract } from './storage-contract.ts';
import { withPrefix } from './with-prefix.ts';

describe('withPrefix', () => {
  for (const { name, run } of storageContract(withPrefix(memoryBackend(), 'shop-a/'))) test(name, run);

  test('keeps stores of one place apart', async () => {
    const place = memoryBackend();
    const [a, b] = [withPrefix(place, 'a/'), withPrefix(place, 'b/')];
    await a.put('x', 'of a');

    expect(await b.head('x')).toBeNull();
    expect(await place.head('a/x')).not.toBeNull();
  });

  test('does not let a key climb out', async () => {
    await expect(withPrefix(memoryBackend(), 'a/').put('../b/x', '')).rejects.toMatchObject({ code: 'STORAGE_KEY' });
  });

  test('needs a prefix that is a folder', () => {
    expect(() => withPrefix(memoryBackend(), 'a')).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
