import { expect, test } from 'vitest';
import { all } from '../test/all.ts';
import { text } from './body.ts';
import { memoryBackend } from './memory-backend.ts';
import { withReadOnly } from './with-read-only.ts';

test('withReadOnly reads and lists as before', async () => {
  const place = memoryBackend();
  await place.put('a', 'bytes');
  const backend = withReadOnly(place);

  expect(await text((await backend.get('a')).body)).toBe('bytes');
  expect(await backend.head('a')).toMatchObject({ sizeBytes: 5 });
  expect(await all(backend.list(''), ({ key }) => key)).toEqual(['a']);
});

test('withReadOnly refuses every write', async () => {
  const place = memoryBackend();
  await place.put('a', 'bytes');
  const backend = withReadOnly(place);

  for (const write of [() => backend.put('a', 'x'), () => backend.delete('a'), () => backend.copy?.('a', 'b')]) {
    await expect(write()).rejects.toMatchObject({ code: 'STORAGE_READONLY' });
  }
  expect(await place.head('b')).toBeNull();
});
