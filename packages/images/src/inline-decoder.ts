import { SyncError, throwIfAborted } from '@1688/core';
import { rgbaToThumbHash } from 'thumbhash';
import { acceptHeader, acceptStructure, truncated } from './accepted-picture.ts';
import type { DecodedImage, DecodeLimits, Decoder, MadeVariant } from './decoder.ts';
import { dominantColourOf } from './dominant-colour.ts';
import { readExif } from './exif.ts';
import { usualFormats, type ImageFormat } from './image-format.ts';
import { makeVariant } from './made-variant.ts';
import { perceptualHashOf } from './perceptual-hash.ts';
import { readBase, smallSidePx, type BasePixels, type PictureSource } from './picture-source.ts';
import { reduced } from './pixels.ts';
import { checkRecipes } from './recipe.ts';
import { loadSharp, type SharpFactory } from './sharp-library.ts';

/** A thumbhash holds seven waves across at most. */
const thumbhashSidePx = 32;

/** Decodes in this process. libvips works in threads of its own; a picture that crashes it takes the process along. */
export function inlineDecoder(limits: DecodeLimits = {}): Decoder {
  return {
    async decode(bytes, recipes, { signal } = {}) {
      throwIfAborted(signal, 'Decoding a picture');
      checkRecipes(recipes);
      const { format } = acceptHeader(bytes, limits);
      const { frames, trailingBytes, exif } = acceptStructure(format, bytes, limits);
      const sharp = await loadSharp(limits.formats ?? usualFormats);
      try {
        const { source, hasGps } = await openSource(sharp, bytes, format, limits);
        const base = await readBase(source, recipes);
        const variants: MadeVariant[] = [];
        for (const recipe of recipes) {
          throwIfAborted(signal, 'Decoding a picture');
          variants.push(await makeVariant(source, base, recipe));
        }
        const { widthPx, heightPx } = source;
        return { format, widthPx, heightPx, ...impressionOf(base), frames, trailingBytes, hasGps: hasGps || exif.hasGps, variants };
      } catch (error) {
        throw decodeError(error, format);
      }
    },
    close: async () => {},
  };
}

async function openSource(sharp: SharpFactory, bytes: Uint8Array, format: ImageFormat, { maxPixels = 50_000_000, maxSidePx = 16_384, timeoutMs = 10_000 }: DecodeLimits): Promise<{ source: PictureSource; hasGps: boolean }> {
  const options = { failOn: 'error', limitInputPixels: maxPixels, sequentialRead: true } as const;
  const { autoOrient, orientation = 1, exif } = await sharp(bytes, options).metadata();
  const { width: widthPx, height: heightPx } = autoOrient;
  if (Math.max(widthPx, heightPx) > maxSidePx) throw new SyncError('IMAGE_PIXELS', `Expected sides of at most ${maxSidePx} pixels, received ${widthPx}×${heightPx}.`);
  const timeoutSeconds = Math.max(1, Math.ceil(timeoutMs / 1000)); // libvips counts whole seconds
  return { source: { sharp, bytes, format, options, widthPx, heightPx, orientation, timeoutSeconds }, hasGps: exif !== undefined && readExif(exif).hasGps };
}

/** What a picture looks like, taken from few pixels. */
function impressionOf(base: BasePixels): Pick<DecodedImage, 'thumbhash' | 'perceptualHash' | 'dominantColour'> {
  const small = reduced(base, smallSidePx);
  const tiny = reduced({ data: small.rgba, widthPx: small.widthPx, heightPx: small.heightPx, channels: 4 }, thumbhashSidePx);
  return { thumbhash: rgbaToThumbHash(tiny.widthPx, tiny.heightPx, tiny.rgba), perceptualHash: perceptualHashOf(small), dominantColour: dominantColourOf(small) };
}

/** libvips tells what it met in text only. */
function decodeError(error: unknown, format: ImageFormat): unknown {
  if (error instanceof SyncError || !(error instanceof Error)) return error;
  const { message } = error;
  if (/exceeds pixel limit|image is too large|dimensions? exceed/i.test(message)) return new SyncError('IMAGE_PIXELS', `Expected a ${format} picture within the pixel limit, received a larger one.`, { cause: error });
  if (/timeout/i.test(message)) return new SyncError('IMAGE_TIMEOUT', `Expected a ${format} picture that decodes in time, received one that takes longer.`, { retryable: true, cause: error });
  if (/premature end of (?:JPEG|input)|truncated|unexpected end|end of stream/i.test(message)) return truncated(format, error);
  return new SyncError('IMAGE_CORRUPT', `Expected a ${format} picture, received bytes that do not decode: ${message.split('\n')[0]?.slice(0, 120)}`, { cause: error });
}
