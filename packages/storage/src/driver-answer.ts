import { driverFault } from './driver-call.ts';
import { compareKeys } from './key.ts';
import { resolveRange } from './range.ts';
import type { GetOptions, StoredObject } from './storage-backend.ts';

/** @throws STORAGE_DRIVER unless these are the facts of an object under `key` */
export function checkObject(object: StoredObject, key: string): StoredObject {
  const sound = typeof object === 'object' && object !== null && object.key === key && Number.isSafeInteger(object.sizeBytes) && object.sizeBytes >= 0
    && object.modifiedAt instanceof Date && !Number.isNaN(object.modifiedAt.getTime());
  if (sound) return object;
  throw driverFault(`Expected the facts of ${JSON.stringify(key)} from the storage driver, received ${JSON.stringify(object)?.slice(0, 200)}.`);
}

/** Passes on a piece of a body, counted. */
export interface BodyCount {
  /** @throws STORAGE_DRIVER for what is no bytes, or for more than the object has */
  piece(chunk: Uint8Array): Uint8Array;
  /** @throws STORAGE_DRIVER when fewer bytes came than the object has */
  end(): void;
}

export function countBody(object: StoredObject, range: GetOptions['range']): BodyCount {
  const { length } = resolveRange(range, object.sizeBytes);
  let received = 0;
  const told = (count: string): string => `Expected ${length} bytes of ${JSON.stringify(object.key)} from the storage driver, received ${count}.`;
  return {
    piece(chunk) {
      if (!(chunk instanceof Uint8Array)) throw driverFault(told(`a chunk of type ${typeof chunk}`));
      received += chunk.length;
      if (received > length) throw driverFault(told(`at least ${received}`));
      return chunk;
    },
    end() {
      if (received < length) throw driverFault(told(`${received}`), { retryable: true });
    },
  };
}

/** @throws STORAGE_DRIVER unless `object` may follow `previous` in a list of `prefix` */
export function checkOrder(object: StoredObject, previous: string | undefined, prefix: string): StoredObject {
  const { key } = checkObject(object, object?.key);
  if (key.startsWith(prefix) && (previous === undefined || compareKeys(key, previous) > 0)) return object;
  throw driverFault(`Expected keys that begin with ${JSON.stringify(prefix)} in UTF-8 byte order from the storage driver, received ${JSON.stringify(key)} after ${JSON.stringify(previous)}.`);
}
