import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { collectBytes, memoryBackend } from '@1688/storage';
import sharp, { type OutputInfo } from 'sharp';
import { describe, expect, test } from 'vitest';
import { childDecoder, defaultRecipes, inlineDecoder, makeVariants, openImageStore, type Recipe } from '../src/index.ts';
import { loadSharp } from '../src/sharp-library.ts';
import { foreign, withSegment } from './hostile-pictures.ts';
import { mutated } from './mutations.ts';
import { formats, picture } from './pictures.ts';

const decoder = inlineDecoder();
const codeOf = (bytes: Uint8Array): Promise<string> => decoder.decode(bytes, defaultRecipes).then(() => 'decoded', (error: { code: string }) => error.code);

describe('damage', () => {
  for (const [name, make] of Object.entries(formats)) {
    test(`D06: ${name} that was cut is refused, and nothing of it is stored`, async () => {
      const storage = memoryBackend();
      await using images = await openImageStore({ storage });
      const whole = await make();

      for (const length of [Math.max(40, Math.ceil(whole.length / 100)), whole.length >> 1, whole.length - 2]) {
        await expect(images.add(whole.subarray(0, length)), `${length} of ${whole.length}`).rejects.toMatchObject({ code: 'IMAGE_TRUNCATED', retryable: true });
      }

      expect((await storage.list('')[Symbol.asyncIterator]().next()).done).toBe(true);
    });
  }

  test('D07: whatever bytes are altered, the answer is a picture or a typed error, and no child ends', { timeout: 180_000 }, async () => {
    const children = childDecoder();
    const counts: Record<string, number> = {};
    for (const make of [formats.jpeg, formats.png, formats.webp, formats.gif]) {
      const whole = await sharp(await make()).resize(48).toBuffer();
      await Promise.all(Array.from({ length: 60 }, async (_, seed) => {
        const code = await children.decode(mutated(whole, seed), []).then(() => 'decoded', (error: { code: string }) => error.code);
        counts[code] = (counts[code] ?? 0) + 1;
      }));
    }
    await children.close();

    expect(Object.keys(counts).filter((code) => !/^(decoded|IMAGE_(TYPE|TRUNCATED|CORRUPT|PIXELS))$/.test(code))).toEqual([]);
    expect(counts['decoded']).toBeGreaterThan(10);
  });
});

describe('what is no picture', () => {
  for (const [name, text] of Object.entries(foreign)) {
    test(`${name.includes('SVG') ? 'D08' : 'D09'}: ${name} is refused before a decoder is started`, async () => {
      const children = childDecoder({ program: '/no/such/program' });
      const bytes = Buffer.from(text as string, 'latin1');

      await expect(children.decode(bytes, defaultRecipes)).rejects.toMatchObject({ code: 'IMAGE_TYPE', retryable: false });
      expect(await codeOf(bytes)).toBe('IMAGE_TYPE');
    });
  }

  test('D09: even where sniffing were fooled, its loader is blocked', async () => {
    const prepared = await loadSharp(['jpeg']);

    for (const name of ['an SVG drawing', 'a TIFF picture', 'a PPM picture']) {
      await expect(prepared(Buffer.from(foreign[name] as string, 'latin1')).toBuffer(), name).rejects.toThrow('unsupported image format');
    }
  });

  test('D09: AVIF is decoded where it is switched on, also when it names itself last', async () => {
    const avif = await picture({ widthPx: 64, heightPx: 64 }).avif({ effort: 0 }).toBuffer();
    const renamed = Buffer.concat([avif.subarray(0, 8), Buffer.from('mif1'), avif.subarray(12)]);

    expect(await codeOf(avif)).toBe('IMAGE_TYPE');
    expect(await codeOf(renamed)).toBe('IMAGE_TYPE');
    expect(await inlineDecoder({ formats: ['avif'] }).decode(avif, [])).toMatchObject({ format: 'avif', widthPx: 64 });
    expect(await inlineDecoder({ formats: ['avif'] }).decode(renamed, [])).toMatchObject({ format: 'avif', widthPx: 64 });
  });
});

describe('bytes behind the end', () => {
  const tails = { zip: 'PK\x03\x04archive', php: '<?php system($_GET[0]);', html: '<html><script>alert(1)</script>', script: '/*GIF*/=1;alert(1)' };
  for (const [format, tail] of [['jpeg', 'zip'], ['jpeg', 'php'], ['png', 'html'], ['gif', 'script'], ['webp', 'zip']] as const) {
    test(`D11: a ${format} with ${tail} behind it is kept byte for byte, counted, and shown without`, async () => {
      const storage = memoryBackend();
      await using images = await openImageStore({ storage });
      const bytes = Buffer.concat([await formats[format](), Buffer.from(tails[tail], 'latin1')]);

      const image = await images.add(bytes);

      expect(image.trailingBytes).toBe(tails[tail].length);
      expect(Buffer.from(await collectBytes((await storage.get(image.key)).body)).equals(bytes)).toBe(true);
      for (const { key } of image.variants) expect(Buffer.from(await collectBytes((await storage.get(key)).body)).includes(tails[tail], 0, 'latin1')).toBe(false);
    });
  }

  test('D11: are cut off where metadata is stripped', async () => {
    await using images = await openImageStore({ storage: memoryBackend(), stripMetadata: true });

    expect(await images.add(Buffer.concat([await formats.jpeg(), Buffer.from(tails.php)]))).toMatchObject({ trailingBytes: 0 });
  });
});

const secrets = ['Exif', 'http://ns.adobe.com/xap', 'Photoshop 3.0', 'MakerNote-secret', 'GPSLatitude'];
const hasSecret = (bytes: Uint8Array): boolean => secrets.some((secret) => Buffer.from(bytes).includes(secret));

describe('metadata', () => {
  test('D12: EXIF, GPS, XMP, IPTC and previews are in no variant; that a place is named is told', async () => {
    const camera = await picture().withExif({ IFD0: { Artist: '张三' }, IFD3: { GPSLatitude: '30/1 15/1 0/1', GPSLatitudeRef: 'N' } }).jpeg().toBuffer();
    const all = [[0xed, 'Photoshop 3.0\0 8BIM'], [0xe1, 'http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude="30"/>'], [0xfe, 'MakerNote-secret']] as const;
    const bytes = all.reduce<Buffer>((made, [marker, text]) => withSegment(made, marker, text), camera);
    const recipes: Recipe[] = (['jpeg', 'png', 'webp', 'avif'] as const).map((format) => ({ name: format, widthPx: 64, heightPx: 64, format }));

    const image = await decoder.decode(bytes, [...recipes, ...defaultRecipes]);

    expect(hasSecret(bytes)).toBe(true);
    expect(image.hasGps).toBe(true);
    expect((await decoder.decode(await formats.jpeg(), [])).hasGps).toBe(false);
    expect(image.variants.map(({ bytes: made }) => hasSecret(made))).toEqual(image.variants.map(() => false));
  });

  test('D12: eight megabytes of it in a PNG or WebP cost little', async () => {
    const note = Buffer.concat([Buffer.from('MM\0*\0\0\0\u0008\0\0\0\0\0\0', 'latin1'), Buffer.alloc(8_000_000, 'MakerNote-secret')]);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(note.length);
    const webp = await sharp(await formats.webp()).withExif({ IFD0: { Artist: 'x' } }).webp().toBuffer();
    const chunk = webp.indexOf('EXIF');
    const large = Buffer.concat([webp.subarray(0, chunk), Buffer.from('EXIF'), size, note]);
    large.writeUInt32LE(large.length - 8, 4);

    const { variants } = await decoder.decode(large, defaultRecipes);

    expect(variants.map(({ bytes }) => hasSecret(bytes))).toEqual([false, false]);
  });

  for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
    test(`D12: a picture that lies in orientation ${orientation} stands upright`, async () => {
      const lying = await picture({ widthPx: 300, heightPx: 200 }).withMetadata({ orientation }).png().toBuffer();
      const reference = await sharp(lying).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true });

      const [variant] = await makeVariants(lying, [{ name: 'a', widthPx: 300, heightPx: 300, format: 'png' }]);

      expect(await psnr(variant?.bytes ?? new Uint8Array(), reference)).toBeGreaterThan(60);
    });
  }
});

describe('colours', () => {
  const invalid = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), Buffer.alloc(2_000, 7)]);
  const made: Readonly<Record<string, () => Promise<Buffer>>> = {
    'CMYK': () => picture().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    '16 bits a channel': () => picture({ widthPx: 90, heightPx: 60 }).toColourspace('rgb16').png().toBuffer(),
    'grey with transparency': () => picture({ widthPx: 90, heightPx: 60, alpha: true }).toColourspace('b-w').png().toBuffer(),
    'a palette with a transparent colour': () => picture({ widthPx: 90, heightPx: 60, alpha: true }).png({ palette: true }).toBuffer(),
    'Display P3': () => picture().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer(),
    'an invalid colour profile': async () => withSegment(await picture().jpeg({ quality: 95 }).toBuffer(), 0xe2, invalid),
    'four megabytes of colour profile': async () => Array.from({ length: 64 }, (_, n) => Buffer.concat([Buffer.from(`ICC_PROFILE\0${String.fromCharCode(64 - n)}\x40`, 'latin1'), Buffer.alloc(65_000, n)]))
      .reduce<Buffer>((jpeg, segment) => withSegment(jpeg, 0xe2, segment), await picture().jpeg({ quality: 95 }).toBuffer()),
  };
  for (const [name, make] of Object.entries(made)) {
    test(`D13: a picture with ${name} keeps its look in sRGB`, async () => {
      const bytes = await make();
      const alpha = name.includes('transparen');
      const shown = picture({ ...(alpha || name.startsWith('16') ? { widthPx: 90, heightPx: 60 } : {}), alpha });
      const flat = name.startsWith('grey') ? shown.toColourspace('b-w') : shown;
      const reference = await sharp(await flat.png().toBuffer()).flatten({ background: '#fff' }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });

      const variants = await makeVariants(bytes, [{ name: 'png', widthPx: 400, heightPx: 400, format: 'png' }, { name: 'auto', widthPx: 400, heightPx: 400, quality: 95 }]);

      for (const variant of variants) {
        const { space, icc } = await sharp(variant.bytes).metadata();
        expect({ space: space?.replace('b-w', 'srgb'), icc }).toEqual({ space: 'srgb', icc: undefined });
        expect(await psnr(variant.bytes, reference), variant.format).toBeGreaterThan(30);
      }
    });
  }
});

describe('without sharp', () => {
  test('D18: everything else works, decoding says what to do, and originals can be kept undecoded', async () => {
    const program = path.join(import.meta.dirname, 'without-sharp.ts');
    const output = execFileSync(process.execPath, ['--conditions=@1688/source', program], { encoding: 'utf8', input: await formats.jpeg(), timeout: 60_000 });

    expect(JSON.parse(output)).toEqual({
      inline: 'FEATURE_UNAVAILABLE', hint: expect.stringContaining('npm install --include=optional'), url: true, stored: 1,
      kept: { widthPx: 320, heightPx: 240, format: 'jpeg', variants: 0, perceptualHash: null }, cut: 'IMAGE_TRUNCATED',
    });
  });
});

/** How close two pictures are, in decibels; 30 and more look alike. */
async function psnr(bytes: Uint8Array, reference: { readonly data: Buffer; readonly info: OutputInfo }): Promise<number> {
  const { width, height } = await sharp(bytes).metadata();
  expect([width, height]).toEqual([reference.info.width, reference.info.height]);
  const data = await sharp(bytes).flatten({ background: '#fff' }).toColourspace('srgb').raw().toBuffer();
  expect(data.length).toBe(reference.data.length);
  const error = data.reduce((sum, value, at) => sum + (value - (reference.data[at] ?? 0)) ** 2, 0) / data.length;
  return error === 0 ? Infinity : 10 * Math.log10(255 ** 2 / error);
}
