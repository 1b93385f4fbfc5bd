import type { StorageBackend } from '@1688/storage';

const headsAtOnce = 16;

/** Which of these keys the store does not have. Asks for a few at a time. */
export async function absentKeys(storage: StorageBackend, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  const rest = [...new Set(keys)];
  const ask = async (): Promise<void> => {
    for (let key = rest.pop(); key !== undefined; key = rest.pop()) if ((await storage.head(key)) === null) absent.add(key);
  };
  await Promise.all(Array.from({ length: headsAtOnce }, ask));
  return absent;
}
