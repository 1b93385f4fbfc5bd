import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { hashDistance, inlineDecoder, makeVariants, type Decoder } from '../src/index.ts';
import { defaultRecipes } from '../src/recipe.ts';
import { blankPng } from './hostile-pictures.ts';
import { formats, picture } from './pictures.ts';

const decoder: Decoder = inlineDecoder();
const failureOf = (bytes: Uint8Array): Promise<unknown> => decoder.decode(bytes, defaultRecipes).then(() => 'decoded', (error: unknown) => error);

describe('a sound picture', () => {
  for (const [name, make] of Object.entries(formats)) {
    test(`as ${name} is decoded with its variants`, async () => {
      const image = await decoder.decode(await make(), defaultRecipes);

      expect(image.variants.map(({ recipe }) => recipe)).toEqual(['thumbnail', 'compressed']);
      expect(image.thumbhash?.length).toBeGreaterThan(10);
      expect(image.perceptualHash).toMatch(/^[0-9a-f]{16}$/);
    });
  }

  test('is made smaller, never larger', async () => {
    const large = await decoder.decode(await picture({ widthPx: 2000, heightPx: 1000 }).jpeg().toBuffer(), defaultRecipes);
    const small = await decoder.decode(await picture({ widthPx: 100, heightPx: 50 }).jpeg().toBuffer(), defaultRecipes);

    expect(large).toMatchObject({ widthPx: 2000, heightPx: 1000, variants: [{ widthPx: 400, heightPx: 200, format: 'webp' }, { widthPx: 1200, heightPx: 600, format: 'jpeg' }] });
    expect(small.variants).toMatchObject([{ widthPx: 100, heightPx: 50 }, { widthPx: 100, heightPx: 50 }]);
  });

  test('with transparent pixels keeps them', async () => {
    const { variants } = await decoder.decode(await picture({ alpha: true }).png().toBuffer(), defaultRecipes);

    expect(variants[1]?.format).toBe('webp');
    expect((await sharp(variants[1]?.bytes).metadata()).hasAlpha).toBe(true);
  });

  test('that is turned by its EXIF data is measured and shown upright, and its variants tell nothing of where it was taken', async () => {
    const turned = await picture({ widthPx: 300, heightPx: 200 }).withExif({ IFD0: { Artist: '张三', Orientation: '6' }, IFD3: { GPSLatitude: '30/1 15/1 0/1' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer();

    const image = await decoder.decode(turned, defaultRecipes);

    expect(image).toMatchObject({ widthPx: 200, heightPx: 300, variants: [{ widthPx: 200, heightPx: 300 }, { widthPx: 200, heightPx: 300 }] });
    for (const { bytes } of image.variants) {
      const { exif, orientation, icc, xmp } = await sharp(bytes).metadata();
      expect({ exif, orientation, icc, xmp }).toEqual({});
    }
  });

  test('in CMYK becomes sRGB', async () => {
    const { variants } = await decoder.decode(await picture().toColourspace('cmyk').jpeg().toBuffer(), defaultRecipes);

    for (const { bytes } of variants) expect((await sharp(bytes).metadata()).space).toBe('srgb');
  });

  test('looks like itself in another size and compression, and unlike another', async () => {
    const one = await decoder.decode(await picture({ seed: 1 }).jpeg({ quality: 95 }).toBuffer(), []);
    const same = await decoder.decode(await picture({ seed: 1 }).resize(200).webp({ quality: 60 }).toBuffer(), []);
    const other = await decoder.decode(await picture({ seed: 5 }).jpeg().toBuffer(), []);

    expect(hashDistance(one.perceptualHash ?? '', same.perceptualHash ?? '')).toBeLessThanOrEqual(8);
    expect(hashDistance(one.perceptualHash ?? '', other.perceptualHash ?? '')).toBeGreaterThan(12);
  });

  test('is cut to fill the measures where the recipe says so', async () => {
    const [variant] = await makeVariants(await picture({ widthPx: 1000, heightPx: 200 }).jpeg().toBuffer(), [{ name: 'square', widthPx: 150, heightPx: 150, fit: 'cover', format: 'png' }]);

    expect(variant).toMatchObject({ widthPx: 150, heightPx: 150, format: 'png' });
  });
});

describe('a broken picture', () => {
  for (const [name, make] of Object.entries(formats)) {
    test(`as ${name} that was cut anywhere is refused as truncated`, async () => {
      const whole = await make();
      for (const length of [Math.max(40, Math.ceil(whole.length / 100)), whole.length >> 1, whole.length - 2, whole.length - 1]) {
        expect(await failureOf(whole.subarray(0, length)), `${length} of ${whole.length}`).toMatchObject({ code: 'IMAGE_TRUNCATED', retryable: true });
      }
    });
  }

  test('of ten by ten pixels that was cut is refused too', async () => {
    const tiny = await picture({ widthPx: 10, heightPx: 10 }).jpeg().toBuffer();

    expect(await failureOf(tiny.subarray(0, -20))).toMatchObject({ code: 'IMAGE_TRUNCATED' });
  });

  test('with damaged bytes gives a typed error or a picture, never anything else', async () => {
    for (const make of Object.values(formats)) {
      const whole = await make();
      for (let seed = 1; seed <= 10; seed += 1) {
        const damaged = Buffer.from(whole);
        for (let n = 0; n < 3; n += 1) damaged[(seed * 7919 + n * 104_729) % damaged.length] = (seed * 31 + n * 17) & 255;
        const result = await failureOf(damaged);
        if (result !== 'decoded') expect(result).toMatchObject({ name: 'SyncError', code: expect.stringMatching(/^IMAGE_/) });
      }
    }
  });

  test('of many pixels in few bytes is refused before it is decoded', async () => {
    expect(await failureOf(blankPng(12_000, 12_000))).toMatchObject({ code: 'IMAGE_PIXELS', retryable: false });
    expect(await failureOf(blankPng(20_000, 100))).toMatchObject({ code: 'IMAGE_PIXELS' });
  });

  test('that is none is refused by what it really is', async () => {
    const cases = [
      ['<!DOCTYPE html><html>login</html>', 'an HTML page'], ['\ufeff<html>', 'an HTML page'], ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'an SVG drawing'],
      ['<?xml version="1.0"?><svg/>', 'an SVG drawing'], ['%PDF-1.7', 'a PDF document'], ['{"error":1}', 'JSON'], ['BM......', 'a BMP picture'], ['II*\0....', 'a TIFF picture'],
    ] as const;
    for (const [text, kind] of cases) expect(await failureOf(Buffer.from(text)), text).toMatchObject({ code: 'IMAGE_TYPE', message: expect.stringContaining(kind) });
    expect(await failureOf(Buffer.alloc(0))).toMatchObject({ code: 'IMAGE_EMPTY' });
  });

  test('in a format that is not switched on is refused', async () => {
    const avif = await picture({ widthPx: 64, heightPx: 64 }).avif({ effort: 0 }).toBuffer();

    expect(await failureOf(avif)).toMatchObject({ code: 'IMAGE_TYPE' });
    expect(await inlineDecoder({ formats: ['avif'] }).decode(avif, [])).toMatchObject({ format: 'avif', widthPx: 64 });
  });
});
