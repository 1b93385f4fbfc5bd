import type { StorageBackend } from '@1688/storage';
import { bytesOf, keysOf } from './fixture.ts';

/** The kinds of files that a restore needs. */
export const classes = ['repo.json', 'snapshots/', 'index/', 'packs/', 'blobs/'] as const;

/** What can happen to a file of a repository; each is done to the file under `key`. */
export const harms: readonly (readonly [string, (repository: StorageBackend, key: string) => Promise<unknown>])[] = [
  ['flipped', async (repository, key) => {
    const bytes = await bytesOf(repository, key);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    return repository.put(key, bytes);
  }],
  ['cut', async (repository, key) => repository.put(key, (await bytesOf(repository, key)).subarray(0, -1))],
  ['deleted', (repository, key) => repository.delete(key)],
];

/** Another file of its kind in its place. */
export async function swap(repository: StorageBackend, key: string): Promise<boolean> {
  const others = (await keysOf(repository, key.slice(0, key.indexOf('/') + 1))).filter((each) => each !== key);
  const [other] = others;
  if (other === undefined || !key.includes('/')) return false;
  await repository.put(key, await bytesOf(repository, other));
  return true;
}
