import { describe, expect, test } from 'vitest';
import { zstdDecompressSync } from 'node:zlib';
import { fromFrame, toFrame } from './frame.ts';
import { decodeFooter, encodePack, type PackObject } from './pack.ts';

async function aPack(): Promise<{ bytes: Buffer; objects: PackObject[] }> {
  const frames = await Promise.all(['第一\n', '第二\n'].map((text) => toFrame(Buffer.from(text))));
  const objects = frames.map((frame, at): PackObject => ({ id: `${at}`.repeat(64), offset: at === 0 ? 0 : (frames[0]?.length ?? 0), length: frame.length, rawLength: 7, kind: 'full' }));
  return { bytes: encodePack(frames, objects), objects };
}

describe('a pack', () => {
  test('tells its objects in its footer', async () => {
    const { bytes, objects } = await aPack();

    expect(decodeFooter('packs/x', bytes)).toEqual(objects);
  });

  test('reads as plain zstd from its beginning, without the footer', async () => {
    const { bytes } = await aPack();

    expect(zstdDecompressSync(bytes).toString('utf8')).toContain('第一\n');
  });

  test('a cut one is refused by name', async () => {
    const { bytes } = await aPack();

    expect(() => decodeFooter('packs/x', bytes.subarray(0, -1))).toThrow(expect.objectContaining({ code: 'BACKUP_DAMAGED', details: expect.objectContaining({ object: 'packs/x' }) }));
  });

  test('a frame that holds more than it says is not decompressed', async () => {
    const bomb = await toFrame(Buffer.alloc(10_000_000));

    await expect(fromFrame(bomb, 1_000)).rejects.toThrow();
  });
});
