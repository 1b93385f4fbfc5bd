import type { StorageBackend } from '@1688/storage';
import { collectBytes } from '@1688/storage';
import { damaged } from './damage.ts';
import { toFrame } from './frame.ts';
import { addPack, writeIndexFile, type IndexedPack, type ObjectIndex } from './object-index.ts';
import { encodePack, type PackObject } from './pack.ts';
import { packKey } from './repository-key.ts';
import { sha256 } from './sealed-json.ts';

const packBytes = 16 * 1024 * 1024;
const packsInIndex = 256;

/** Rows and lists lie in packs of their own, so that checking names and sizes need not read the rows. */
export type Area = 'data' | 'list';

export interface ObjectWriter {
  /** Stores `raw` unless the repository has it, and returns its id. It is readable after `flush`. */
  add(raw: Uint8Array, area: Area): Promise<string>;
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

/**
 * Adds objects to a repository; several callers may add at once. Every pack is read again after it was put, and compared.
 * @param adopted packs that no index names yet; they go into this run's index
 * @param supersedes index files that were lost and that this run's index stands in for
 */
export function objectWriter(repository: StorageBackend, index: ObjectIndex, { adopted = [], supersedes = [] }: { adopted?: readonly IndexedPack[]; supersedes?: readonly string[] } = {}): ObjectWriter {
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
    async add(raw, area) {
      const id = sha256(raw);
      stats.chunks += 1;
      const known = index.locations.get(id);
      if (known?.index) usedIndexes.add(known.index);
      if (known && !counted.has(id)) stats.bytesReferred += known.length;
      counted.add(id);
      if (known || waiting.has(id)) return id;
      waiting.add(id);
      const frame = await toFrame(raw);
      stats.chunksNew += 1;
      stats.bytesReferred += frame.length;
      const pack = open[area];
      pack.objects.push({ id, offset: pack.length, length: frame.length, rawLength: raw.length, kind: 'full' });
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
  const bytes = await collectBytes((await repository.get(key)).body);
  if (sha256(bytes) !== expected) throw damaged(key, 'read again right after it was written, its bytes differ');
}
