import type { StorageBackend } from '@1688/storage';
import { damaged, damageOf } from './damage.ts';
import { toFrame } from './frame.ts';
import { addPack, writeIndexFile, type IndexedPack, type ObjectIndex } from './object-index.ts';
import { objectReader, readOr, type ObjectReader } from './object-reader.ts';
import { encodePack, type PackObject } from './pack.ts';
import { packKey } from './repository-key.ts';
import { sha256 } from './sealed-json.ts';

const packBytes = 16 * 1024 * 1024;
const packsInIndex = 256;
/** A delta above this share of what the whole object would take is not worth its base. */
const largestDelta = 0.4;

/** Rows and lists lie in packs of their own, so that checking names and sizes need not read the rows. */
export type Area = 'data' | 'list';

export interface ObjectWriter {
  /**
   * Stores `raw` unless the repository has it, and returns its id. It is readable after `flush`.
   * @param near an object of the repository that it may differ little from: then the difference alone is stored
   */
  add(raw: Uint8Array, area: Area, near?: string): Promise<string>;
  /** Writes the packs that are not full. */
  flush(): Promise<void>;
  /** Flushes and writes the index. Returns every index file that is needed to find what was added. */
  finish(): Promise<string[]>;
  readonly stats: { chunks: number; chunksNew: number; bytesNew: number; bytesReferred: number };
}

interface OpenPack {
  frames: Buffer[];
  objects: PackObject[];
  length: number;
}

export interface ObjectWriterOptions {
  /** Reads the objects that others are stored as differences of. */
  readonly reader?: ObjectReader;
  /** Packs that no index names yet; they go into this run's index. */
  readonly adopted?: readonly IndexedPack[];
  /** Index files that were lost and that this run's index stands in for. */
  readonly supersedes?: readonly string[];
}

/** Adds objects to a repository; several callers may add at once. Every pack is read again after it was put, and compared. */
export function objectWriter(repository: StorageBackend, index: ObjectIndex, { reader: bases = objectReader(repository, index), adopted = [], supersedes = [] }: ObjectWriterOptions = {}): ObjectWriter {
  const open: Record<Area, OpenPack> = { data: emptyPack(), list: emptyPack() };
  const waiting = new Set<string>();
  const counted = new Set<string>();
  const usedIndexes = new Set<string>();
  let unindexed: IndexedPack[] = [...adopted];
  let writing: Promise<void> = Promise.resolve();
  const stats = { chunks: 0, chunksNew: 0, bytesNew: 0, bytesReferred: 0 };

  /** Packs are put one after the other: memory holds at most one that is on its way, and the ones that fill. */
  const put = (pack: OpenPack): Promise<void> => {
    writing = writing.then(() => store(pack));
    return writing;
  };

  async function store({ frames, objects }: OpenPack): Promise<void> {
    const bytes = encodePack(frames, objects);
    const id = sha256(bytes);
    await repository.put(packKey(id), bytes, { sha256: id, sizeBytes: bytes.length });
    await compare(repository, packKey(id), id);
    const line = { pack: id, sizeBytes: bytes.length, objects };
    addPack(index.locations, line, null);
    for (const object of objects) waiting.delete(object.id);
    unindexed.push(line);
    stats.bytesNew += bytes.length;
    if (unindexed.length >= packsInIndex) await writeIndex();
  }

  /** Counts what a backup refers to, each object once. */
  function refer(id: string): void {
    const location = index.locations.get(id);
    if (location?.index) usedIndexes.add(location.index);
    if (location?.base !== undefined) refer(location.base);
    if (location && !counted.has(id)) stats.bytesReferred += location.length;
    counted.add(id);
  }

  async function frameOf(raw: Uint8Array, near: string | undefined): Promise<{ frame: Buffer; kind: 'full' | 'delta'; base?: string }> {
    const beside = index.locations.get(near ?? '');
    const base = beside?.kind === 'delta' ? beside.base : near;
    const location = index.locations.get(base ?? '');
    if (base !== undefined && location) {
      try {
        const frame = await toFrame(raw, await bases.read(base));
        if (frame.length <= (largestDelta * location.length * raw.length) / location.rawLength) return { frame, kind: 'delta', base };
      } catch (error) {
        if (!damageOf(error)) throw error; // a damaged base serves nobody: this object does without
      }
    }
    return { frame: await toFrame(raw), kind: 'full' };
  }

  async function writeIndex(): Promise<void> {
    if (unindexed.length === 0) return;
    const packs = unindexed;
    unindexed = [];
    const { id, sizeBytes } = await writeIndexFile(repository, packs, supersedes);
    usedIndexes.add(id);
    stats.bytesNew += sizeBytes;
  }

  async function flush(): Promise<void> {
    for (const area of ['data', 'list'] as const) {
      const pack = open[area];
      if (pack.objects.length === 0) continue;
      open[area] = emptyPack();
      void put(pack).catch(() => {}); // awaited below
    }
    await writing;
  }

  return {
    stats,
    async add(raw, area, near) {
      const id = sha256(raw);
      stats.chunks += 1;
      if (index.locations.has(id)) refer(id);
      if (index.locations.has(id) || waiting.has(id)) return id;
      counted.add(id);
      waiting.add(id);
      const { frame, ...form } = await frameOf(raw, near);
      if (form.base !== undefined) refer(form.base);
      stats.chunksNew += 1;
      stats.bytesReferred += frame.length;
      const pack = open[area];
      pack.objects.push({ id, offset: pack.length, length: frame.length, rawLength: raw.length, ...form });
      pack.frames.push(frame);
      pack.length += frame.length;
      if (pack.length >= packBytes) {
        open[area] = emptyPack();
        await put(pack);
      }
      return id;
    },
    flush,
    async finish() {
      await flush();
      await writeIndex();
      return [...usedIndexes].toSorted();
    },
  };
}

function emptyPack(): OpenPack {
  return { frames: [], objects: [], length: 0 };
}

async function compare(repository: StorageBackend, key: string, expected: string): Promise<void> {
  if (sha256(await readOr(repository, key)) !== expected) throw damaged(key, 'read again right after it was written, its bytes differ');
}
