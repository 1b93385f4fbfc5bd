import type { ChunkEntry, Chunking } from './manifest.ts';
import { rangeOf } from './row-chunks.ts';

/**
 * Tells for each new chunk, asked in the order of the rows, which chunk of an earlier backup most likely holds the same rows.
 * A wrong answer costs bytes, never rows.
 */
export async function baseFinder(entries: AsyncIterable<ChunkEntry> | Iterable<ChunkEntry>, chunking: Chunking): Promise<(first: string) => string | undefined> {
  const place = (first: string): string => (chunking.kind === 'range' ? String(rangeOf(first, chunking.shift)) : first);
  const ids: string[] = [];
  const at = new Map<string, number>();
  for await (const { id, first } of entries) {
    // A range of very long rows has several chunks: the first stands for it.
    if (!at.has(place(first))) at.set(place(first), ids.length);
    ids.push(id);
  }
  let next = 0;
  return (first) => {
    // Where the first row of a chunk is new or gone, its neighbours tell: it stands behind the one before.
    const found = at.get(place(first)) ?? (chunking.kind === 'content' ? next : ids.length);
    next = found + 1;
    return ids[found];
  };
}
