import { SyncError } from '@1688/core';
import { collectBytes, type StorageBackend } from '@1688/storage';
import { zstdDecompressSync } from 'node:zlib';
import { damaged } from './damage.ts';
import { toFrame } from './frame.ts';
import { formatVersion } from './manifest.ts';
import type { PackObject } from './pack.ts';
import { hashInKey, indexKey, indexPrefix } from './repository-key.ts';
import { sha256 } from './sealed-json.ts';

/** A pack and what lies in it: one line of an index file. */
export interface IndexedPack {
  readonly pack: string;
  readonly sizeBytes: number;
  readonly objects: readonly PackObject[];
}

export interface ObjectLocation extends PackObject {
  readonly pack: string;
  readonly packSizeBytes: number;
  /** The index file that says so; null while none is written. */
  readonly index: string | null;
}

/** Where every object of a repository lies. Holds about 200 bytes an object. */
export interface ObjectIndex {
  readonly locations: Map<string, ObjectLocation>;
  /** Packs that an index file names and that are there. */
  readonly packs: ReadonlySet<string>;
  /** Ids of the index files that were read. */
  readonly files: ReadonlySet<string>;
  /** Index files that a newer one replaced. */
  readonly superseded: ReadonlySet<string>;
}

export interface LoadIndexOptions {
  /** Packs that are stored, with their lengths: where an object lies in several packs, one that is there is chosen. */
  readonly packs: ReadonlyMap<string, number>;
  /** True: objects whose only pack is gone are located all the same, so that it can be named. Default false. */
  readonly withLost?: boolean;
  /** Told of each index file that cannot be trusted; without it the first one throws. */
  readonly onDamage?: (error: unknown) => void;
}

/** @throws BACKUP_DAMAGED, BACKUP_VERSION */
export async function loadIndex(repository: StorageBackend, { packs, withLost = false, onDamage }: LoadIndexOptions): Promise<ObjectIndex> {
  const locations = new Map<string, ObjectLocation>();
  const lost = new Map<string, ObjectLocation>();
  const files = new Set<string>();
  const superseded = new Set<string>();
  const named = new Set<string>();
  for await (const { key } of repository.list(indexPrefix)) {
    const id = hashInKey(key);
    if (id === null) continue;
    try {
      const { replaced, packs: lines } = await readIndexFile(repository, id);
      files.add(id);
      for (const each of replaced) superseded.add(each);
      for (const line of lines) {
        const isThere = packs.get(line.pack) === line.sizeBytes;
        if (isThere) named.add(line.pack);
        addPack(isThere ? locations : lost, line, id);
      }
    } catch (error) {
      if (!onDamage) throw error;
      onDamage(error);
    }
  }
  if (withLost) for (const [id, location] of lost) if (!locations.has(id)) locations.set(id, location);
  if (!withLost) dropBaseless(locations);
  return { locations, packs: named, files, superseded };
}

export function addPack(locations: Map<string, ObjectLocation>, { pack, sizeBytes, objects }: IndexedPack, index: string | null): void {
  for (const object of objects) {
    const held = locations.get(object.id);
    if (!held || (held.kind === 'delta' && object.kind === 'full')) locations.set(object.id, { ...object, pack, packSizeBytes: sizeBytes, index });
  }
}

/** A delta whose base is gone is as good as gone: it counts as not stored, so the next backup stores it again. */
export function dropBaseless(locations: Map<string, ObjectLocation>): void {
  for (const [id, { kind, base }] of locations) if (kind === 'delta' && locations.get(base ?? '')?.kind !== 'full') locations.delete(id);
}

/** @throws BACKUP_DAMAGED, BACKUP_VERSION */
export async function readIndexFile(repository: StorageBackend, id: string): Promise<{ replaced: readonly string[]; packs: readonly IndexedPack[] }> {
  const key = indexKey(id);
  const bytes = await collectBytes((await repository.get(key)).body);
  if (sha256(bytes) !== id) throw damaged(key, 'its bytes do not have the SHA-256 in its name');
  const [head = '', ...lines] = zstdDecompressSync(bytes).toString('utf8').trimEnd().split('\n');
  const { format, supersedes } = JSON.parse(head) as { format: number; supersedes: string[] };
  if (format > formatVersion) throw newerFormat(key, format);
  return { replaced: supersedes, packs: lines.map((line) => JSON.parse(line) as IndexedPack) };
}

/** Stores one index file and returns its id and size. */
export async function writeIndexFile(repository: StorageBackend, packs: readonly IndexedPack[], supersedes: readonly string[] = []): Promise<{ id: string; sizeBytes: number }> {
  const lines = [{ format: formatVersion, supersedes }, ...packs].map((line) => `${JSON.stringify(line)}\n`);
  const bytes = await toFrame(Buffer.from(lines.join('')));
  const id = sha256(bytes);
  await repository.put(indexKey(id), bytes, { sha256: id, sizeBytes: bytes.length });
  return { id, sizeBytes: bytes.length };
}

export function newerFormat(key: string, format: unknown): SyncError {
  return new SyncError('BACKUP_VERSION', `Expected ${key} to have format ${formatVersion} or older, received ${String(format)}.`, {
    hint: 'Use the version of @1688/backup that wrote it, or a newer one.',
  });
}
