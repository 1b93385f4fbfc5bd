import { collectBytes, memoryBackend } from '@1688/storage';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { inlineDecoder, openImageStore, stripMetadata } from '../src/index.ts';
import { animation, pngChunk, withSegment } from './hostile-pictures.ts';
import { formats, picture } from './pictures.ts';

const exif = { IFD0: { Artist: 'Zhang San', Orientation: '6' }, IFD3: { GPSLatitude: '30/1 15/1 0/1' } };
const plain = { jpeg: () => picture(), png: () => picture({ widthPx: 90, heightPx: 60 }), webp: () => picture({ alpha: true }) };
const pixelsOf = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes, { animated: true }).raw().toBuffer();

describe('stripMetadata', () => {
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    test(`takes names and places out of a ${format} without touching a pixel, and leaves it upright`, async () => {
      const bytes = await plain[format]().withExif(exif).withMetadata({ orientation: 6 }).withIccProfile('p3').toFormat(format).toBuffer();

      const stripped = stripMetadata(bytes);

      const [before, after] = [await sharp(bytes).metadata(), await sharp(stripped).metadata()];
      expect(Buffer.from(bytes).includes('Zhang San')).toBe(true);
      expect(before).toMatchObject({ orientation: 6, autoOrient: { width: before.height } });
      expect(Buffer.from(stripped).includes('Zhang San')).toBe(false);
      expect((await inlineDecoder().decode(stripped, [])).hasGps).toBe(false);
      expect(after).toMatchObject({ orientation: before.orientation, autoOrient: before.autoOrient, width: before.width, hasAlpha: before.hasAlpha });
      expect(after.icc?.equals(before.icc ?? Buffer.alloc(0))).toBe(true);
      expect((await pixelsOf(stripped)).equals(await pixelsOf(bytes))).toBe(true);
      expect(stripMetadata(stripped)).toEqual(stripped);
    });
  }

  test('takes comments, XMP, IPTC, previews and what lies behind the end out of a JPEG', async () => {
    const plain = await formats.jpeg();
    const segments = [[0xfe, 'secret comment'], [0xe1, 'http://ns.adobe.com/xap/1.0/\0secret'], [0xed, 'Photoshop 3.0\0secret'], [0xe2, 'MPF\0secret'], [0xe5, 'secret']] as const;
    const bytes = segments.reduce<Buffer>((made, [marker, text]) => withSegment(made, marker, text), plain);

    expect(Buffer.from(stripMetadata(Buffer.concat([bytes, Buffer.from('secret')]))).equals(plain)).toBe(true);
  });

  test('takes texts and times out of a PNG, and keeps its transparency and colours', async () => {
    const plain = await picture({ widthPx: 90, heightPx: 60, alpha: true }).png({ palette: true }).toBuffer();
    const texts = ['tEXt', 'zTXt', 'iTXt', 'tIME', 'prVt'].map((type) => pngChunk(type, Buffer.from('secret')));

    expect(Buffer.from(stripMetadata(Buffer.concat([plain.subarray(0, 33), ...texts, plain.subarray(33)]))).equals(plain)).toBe(true);
  });

  test('takes comments out of a GIF, and keeps it moving', async () => {
    const plain = await animation('gif', 5);
    const trailer = plain.length - 1;
    const comment = Buffer.from('\x21\xfe\x06secret\0', 'latin1');

    const stripped = stripMetadata(Buffer.concat([plain.subarray(0, trailer), comment, plain.subarray(trailer)]));

    expect(Buffer.from(stripped).equals(plain)).toBe(true);
    expect((await sharp(stripped).metadata()).pages).toBe(5);
  });

  test('gives the same array where there is nothing to take out', async () => {
    const bytes = await formats.jpeg();

    expect(stripMetadata(bytes)).toBe(bytes);
  });

  test('refuses what it cannot follow', async () => {
    const jpeg = await formats.jpeg();
    const refusal = (code: string): unknown => expect.objectContaining({ code });

    expect(() => stripMetadata(Buffer.from('<html>'))).toThrow(refusal('IMAGE_TYPE'));
    expect(() => stripMetadata(jpeg.subarray(0, 900))).toThrow(refusal('IMAGE_TRUNCATED'));
    expect(() => stripMetadata(Buffer.concat([jpeg.subarray(0, 20), Buffer.from('no marker'), jpeg.subarray(20)]))).toThrow(refusal('IMAGE_CORRUPT'));
    await expect(openImageStore({ storage: memoryBackend(), stripMetadata: true, formats: ['jpeg', 'avif'] })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});

describe('a store', () => {
  test('keeps originals byte for byte, or stripped where that is asked for', async () => {
    const bytes = await plain.jpeg().withExif(exif).jpeg().toBuffer();
    for (const strips of [false, true]) {
      const storage = memoryBackend();
      await using images = await openImageStore({ storage, stripMetadata: strips });

      const image = await images.add(bytes);

      expect(image).toMatchObject({ hasGps: !strips, sizeBytes: strips ? stripMetadata(bytes).length : bytes.length });
      expect(Buffer.from(await collectBytes((await storage.get(image.key)).body)).equals(strips ? stripMetadata(bytes) : bytes)).toBe(true);
      await images.verify(image);
    }
  });
});
