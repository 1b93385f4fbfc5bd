import { describe, expect, test } from 'vitest';
import { collected } from '../test/fixture.ts';
import type { Chunking } from './manifest.ts';
import { rowChunks, type RowChunk } from './row-chunks.ts';

/** The text in pieces of `size` bytes, as a network would give it. */
async function* pieces(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function cut(text: string, chunking: Chunking, keyColumns: number, size = 7): Promise<RowChunk[]> {
  return collected(rowChunks(pieces(text, size), chunking, keyColumns));
}

const lines = (ids: readonly (number | bigint)[]): string => ids.map((id) => `${id}\t标题 ${id}\n`).join('');
const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

describe('rowChunks', () => {
  test('gives every byte once and in order, however the bytes arrive', async () => {
    const text = lines(upTo(300));

    for (const size of [1, 3, 64, 100_000]) {
      const chunks = await cut(text, { kind: 'range', shift: 5 }, 1, size);

      expect(Buffer.concat(chunks.map((each) => each.bytes)).toString('utf8')).toBe(text);
      expect(chunks.map((each) => each.rows)).toEqual([31, 32, 32, 32, 32, 32, 32, 32, 32, 13]);
      expect(chunks[1]?.first).toBe('32');
    }
  });

  test('cuts at the same ids when rows are missing, also for negative and very large ids', async () => {
    const chunks = await cut(lines([-9, -8, -1, 0, 7, 8, 9_007_199_254_740_993n, 9_007_199_254_741_000n]), { kind: 'range', shift: 3 }, 1);

    expect(chunks.map((each) => [each.first, each.rows])).toEqual([
      ['-9', 1], ['-8', 2], ['0', 2], ['8', 1], ['9007199254740993', 1], ['9007199254741000', 1],
    ]);
  });

  test('an inserted row changes only the chunks around it', async () => {
    const key = (id: number): string => `offer-${String(id).padStart(6, '0')}\t${id}\n`;
    const before = upTo(5_000).map((id) => key(id * 2));
    const after = before.toSpliced(2_500, 0, key(5_001));

    const [old, now] = await Promise.all([before, after].map((rows) => cut(rows.join(''), { kind: 'content', rows: 64 }, 1, 4_096)));
    const known = new Set(old?.map((each) => each.bytes.toString('utf8')));

    expect(now?.filter((each) => !known.has(each.bytes.toString('utf8'))).length).toBeLessThanOrEqual(2);
    expect(old?.length).toBeGreaterThan(30);
    expect(Math.max(...(old ?? []).map((each) => each.rows))).toBeLessThanOrEqual(256);
  });

  test('a table without rows has no chunk', async () => {
    expect(await cut('', { kind: 'content', rows: 64 }, 0)).toEqual([]);
  });

  test('a chunk does not grow beyond four mebibytes unless one row does', async () => {
    const wide = (id: number, bytes: number): string => `${id}\t${'x'.repeat(bytes)}\n`;

    const chunks = await cut(wide(1, 3_000_000) + wide(2, 3_000_000) + wide(3, 9_000_000) + wide(4, 10), { kind: 'range', shift: 10 }, 1, 65_536);

    expect(chunks.map((each) => each.rows)).toEqual([1, 1, 1, 1]);
  });
});
