import { throwIfAborted, type FlowOptions } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { createHash } from 'node:crypto';
import { damageOf, type Damage } from './damage.ts';
import { hashOf } from './file-copy.ts';
import { inParallel } from './in-parallel.ts';
import { readList } from './json-list.ts';
import type { ChunkEntry, FileEntry, Manifest, ManifestTable } from './manifest.ts';
import type { ObjectIndex } from './object-index.ts';
import { objectReader, type ObjectReader } from './object-reader.ts';
import { listPacks } from './orphan-packs.ts';
import { blobKey, blobPrefix, hashInKey, indexKey, packKey } from './repository-key.ts';

export interface CheckOptions {
  readonly key: string;
  readonly manifest: Manifest;
  /** `list`: names and lengths; `read`: every byte. */
  readonly level: 'list' | 'read';
  readonly index: ObjectIndex;
  /** False: the blobs are left out. Default true. */
  readonly blobs?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: FlowOptions['onProgress'] | undefined;
}

/** Looks at everything that one backup refers to. `damaged` names each file once. */
export async function checkManifest(repository: StorageBackend, options: CheckOptions): Promise<{ checked: number; damaged: Damage[]; packs: ReadonlySet<string> }> {
  const { manifest, index, level, signal, onProgress } = options;
  const found = new Map<string, Damage>();
  const note = (damage: Damage): void => void (found.has(damage.object) || found.set(damage.object, damage));
  const collect = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const damage = damageOf(error);
      if (!damage) throw error;
      note(damage);
    }
  };
  let checked = 0;
  const step = (what: number): void => {
    throwIfAborted(signal, 'Verifying the backup');
    checked += what;
    onProgress?.({ done: checked, unit: 'objects' });
  };

  const lost = manifest.indexes.filter((id) => !index.files.has(id) && !index.superseded.has(id));
  for (const id of lost) note({ object: indexKey(id), reason: 'it is missing or its bytes do not have the SHA-256 in its name' });
  step(manifest.indexes.length + 1);
  const packs = await listPacks(repository);
  const seen = new Set<string>();
  const locate = (id: string): void => {
    const location = index.locations.get(id);
    // A lost index is told once, not by each object that it would have located.
    if (!location && lost.length === 0) note({ object: `index/ (object ${id})`, reason: 'no index file tells where this object lies' });
    if (!location || seen.has(location.pack)) return;
    seen.add(location.pack);
    const size = packs.get(location.pack);
    if (size === undefined) note({ object: packKey(location.pack), reason: 'it is missing' });
    else if (size !== location.packSizeBytes) note({ object: packKey(location.pack), reason: `it has ${size} bytes, ${location.packSizeBytes} were written` });
    step(1);
  };
  const reader = objectReader(repository, index);
  const readable = (id: string): boolean => {
    locate(id);
    const location = index.locations.get(id);
    if (location?.base !== undefined && !readable(location.base)) return false;
    return location !== undefined && !found.has(packKey(location.pack));
  };
  if (manifest.config && readable(manifest.config.object)) await collect(async () => void (await reader.read(manifest.config?.object ?? '')));
  for (const table of manifest.tables) {
    await collect(() => checkTable(table, reader, { readable, read: level === 'read', step, note, manifestKey: options.key }));
  }
  if (manifest.files.list !== null && readable(manifest.files.list)) {
    await collect(() => checkFiles(repository, manifest, reader, { read: level === 'read', wanted: options.blobs ?? true, step, note, readable }));
  }
  return { checked, damaged: [...found.values()], packs: seen };
}

interface TableCheck {
  readonly readable: (id: string) => boolean;
  readonly read: boolean;
  readonly step: (what: number) => void;
  readonly note: (damage: Damage) => void;
  readonly manifestKey: string;
}

async function checkTable(table: ManifestTable, reader: ObjectReader, { readable, read, step, note, manifestKey }: TableCheck): Promise<void> {
  if (table.chunkList === null || !readable(table.chunkList)) return;
  const hash = createHash('sha256');
  let whole = true;
  let rows = 0;
  for (const { id: part } of await reader.readLines<{ id: string }>(table.chunkList)) {
    if (!readable(part)) return;
    const entries = await reader.readLines<ChunkEntry>(part);
    const chunks = inParallel(entries, read ? 4 : 1, async ({ id }): Promise<Buffer | null | Damage> => {
      if (!readable(id)) return { object: '', reason: '' }; // noted there
      try {
        return read ? await reader.read(id) : null;
      } catch (error) {
        return damageOf(error) ?? rethrow(error);
      }
    });
    for (const { rows: count } of entries) rows += count;
    for await (const chunk of chunks) {
      if (chunk instanceof Buffer) hash.update(chunk);
      else if (chunk) whole = false;
      if (chunk && 'object' in chunk && chunk.object !== '') note(chunk);
      step(read ? 1 : 0);
    }
  }
  if (rows !== table.rows || (read && whole && hash.digest('hex') !== table.sha256)) note({ object: manifestKey, reason: `the chunks of ${table.name} are not its rows` });
}

function rethrow(error: unknown): never {
  throw error;
}

interface FilesCheck extends Omit<TableCheck, 'manifestKey'> {
  readonly wanted: boolean;
}

async function checkFiles(repository: StorageBackend, { files }: Manifest, reader: ObjectReader, { read, wanted, step, note, readable }: FilesCheck): Promise<void> {
  for (const { id } of await reader.readLines<{ id: string }>(files.list ?? '')) readable(id);
  if (!wanted || files.mode !== 'copy') return;
  const compared = compareBlobs(readList<FileEntry>(reader, files.list), repository);
  const results = inParallel(compared, 4, async ({ sha256, damage }): Promise<Damage | null> => {
    if (damage || !read) return damage;
    const right = (await hashOf(repository, blobKey(sha256))) === sha256;
    return right ? null : { object: blobKey(sha256), reason: 'its bytes do not have the SHA-256 in its name' };
  });
  for await (const damage of results) {
    if (damage) note(damage);
    step(1);
  }
}

/** Both are sorted by hash: one listing answers for all files. A file that stands there under several keys is told once. */
async function* compareBlobs(entries: AsyncIterable<FileEntry>, repository: StorageBackend): AsyncIterable<{ sha256: string; damage: Damage | null }> {
  const blobs = repository.list(blobPrefix)[Symbol.asyncIterator]();
  let blob = await blobs.next();
  let last = '';
  for await (const { sha256, sizeBytes } of entries) {
    if (sha256 === last) continue;
    last = sha256;
    while (!blob.done && (hashInKey(blob.value.key) ?? '') < sha256) blob = await blobs.next();
    const size = !blob.done && hashInKey(blob.value.key) === sha256 ? blob.value.sizeBytes : null;
    const reason = size === null ? 'it is missing' : size === sizeBytes ? null : `it has ${size} bytes, ${sizeBytes} were written`;
    yield { sha256, damage: reason === null ? null : { object: blobKey(sha256), reason } };
  }
  await blobs.return?.();
}

/** Every byte of these packs against the hash in its name: what lies in them is then what was written, without unpacking it. */
export async function checkPacks(repository: StorageBackend, packs: Iterable<string>, signal: AbortSignal | undefined): Promise<Damage[]> {
  const damaged: Damage[] = [];
  const results = inParallel(packs, 2, async (id): Promise<Damage | null> => {
    throwIfAborted(signal, 'Checking the backup');
    try {
      return (await hashOf(repository, packKey(id))) === id ? null : { object: packKey(id), reason: 'its bytes do not have the SHA-256 in its name' };
    } catch (error) {
      return damageOf(error) ?? rethrow(error);
    }
  });
  for await (const damage of results) if (damage) damaged.push(damage);
  return damaged;
}
