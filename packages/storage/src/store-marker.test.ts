import { expect, test } from 'vitest';
import { memoryBackend } from './memory-backend.ts';
import { findMarker, markerKey, readMarker, replaceMarker, writeMarker } from './store-marker.ts';

test('a store that was never marked has no id', async () => {
  expect(await readMarker(memoryBackend())).toBeNull();
});

test('a store keeps the id it was marked with', async () => {
  const backend = memoryBackend();
  await writeMarker(backend, 'store-1');
  await writeMarker(backend, 'store-1');

  expect(await readMarker(backend)).toBe('store-1');
});

test('a store is not marked over', async () => {
  const backend = memoryBackend();
  await writeMarker(backend, 'store-1');

  await expect(writeMarker(backend, 'store-2')).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' });
  expect(await readMarker(backend)).toBe('store-1');
});

test('of two who mark at once one is refused', async () => {
  const backend = memoryBackend();

  const results = await Promise.allSettled([writeMarker(backend, 'a'), writeMarker(backend, 'b')]);

  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a marker that cannot be read is damage, not absence', async () => {
  for (const bytes of ['', '{', '{"format":1}', '[]', 'null']) {
    const backend = memoryBackend();
    await backend.put(markerKey, bytes);

    await expect(readMarker(backend), bytes).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
  }
});

test('a store that was moved says where to, and is not taken for a store any longer', async () => {
  const backend = memoryBackend();
  await writeMarker(backend, 'store-1');
  await replaceMarker(backend, { id: 'store-1', movedTo: 'file:/srv/new' });

  expect(await findMarker(backend)).toEqual({ id: 'store-1', movedTo: 'file:/srv/new' });
  await expect(readMarker(backend)).rejects.toMatchObject({ code: 'STORAGE_WRONG_ROOT', hint: expect.stringContaining('file:/srv/new') });
  await expect(writeMarker(backend, 'store-1')).rejects.toMatchObject({ code: 'STORAGE_WRONG_ROOT' });
});
