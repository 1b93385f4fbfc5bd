import { isSyncError } from '@1688/core';
import { collectBytes, type StorageBackend } from '@1688/storage';
import { damaged } from './damage.ts';
import { fromFrame } from './frame.ts';
import { newerFormat, type ObjectIndex, type ObjectLocation } from './object-index.ts';
import { packKey } from './repository-key.ts';
import { sha256 } from './sealed-json.ts';

const packsHeld = 4;

export interface ObjectReader {
  /**
   * The raw bytes of an object; pack and object have been compared with their hashes.
   * @throws BACKUP_DAMAGED naming the pack, or the object when no index names it
   */
  read(id: string): Promise<Buffer>;
  /** The values of an object that holds one JSON document a line. */
  readLines<Line>(id: string): Promise<Line[]>;
}

/** Reads whole packs and keeps the last four, as neighbours are mostly read together. */
export function objectReader(repository: StorageBackend, index: Pick<ObjectIndex, 'locations'>): ObjectReader {
  const held = new Map<string, Promise<Buffer>>();

  function pack(location: ObjectLocation): Promise<Buffer> {
    const known = held.get(location.pack);
    const bytes = known ?? readPack(repository, location.pack);
    held.delete(location.pack);
    held.set(location.pack, bytes); // the newest stands last
    bytes.catch(() => held.delete(location.pack));
    const oldest = held.keys().next().value;
    if (held.size > packsHeld && oldest !== undefined) held.delete(oldest);
    return bytes;
  }

  /** A delta needs one full object and no more: a chain of them would be as weak as its oldest link. */
  async function baseOf(key: string, { kind, base }: ObjectLocation): Promise<Buffer> {
    if (base === undefined || index.locations.get(base)?.kind === 'delta') throw newerFormat(key, `frame kind ${kind} upon a delta`);
    return read(base);
  }

  async function read(id: string): Promise<Buffer> {
    const location = index.locations.get(id);
    if (!location) throw damaged(`index/ (object ${id})`, 'no index file tells where this object lies');
    const key = packKey(location.pack);
    if (location.kind !== 'full' && location.kind !== 'delta') throw newerFormat(key, `frame kind ${String(location.kind)}`);
    const base = location.kind === 'delta' ? await baseOf(key, location) : undefined;
    const frame = (await pack(location)).subarray(location.offset, location.offset + location.length);
    const raw = await fromFrame(frame, location.rawLength, base).catch(() => {
      throw damaged(key, `the frame of object ${id} cannot be decompressed`);
    });
    if (sha256(raw) !== id) throw damaged(key, `object ${id} does not have its SHA-256`);
    return raw;
  }

  return {
    read,
    readLines: async <Line>(id: string) => (await read(id)).toString('utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Line),
  };
}

async function readPack(repository: StorageBackend, id: string): Promise<Buffer> {
  const key = packKey(id);
  const bytes = await readOr(repository, key);
  if (sha256(bytes) !== id) throw damaged(key, 'its bytes do not have the SHA-256 in its name');
  return bytes;
}

/**
 * The bytes under `key`.
 * @throws BACKUP_DAMAGED when nothing is there
 */
export async function readOr(repository: StorageBackend, key: string): Promise<Buffer> {
  try {
    const bytes = await collectBytes((await repository.get(key)).body);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') throw damaged(key, 'it is missing');
    throw error;
  }
}
