import type { Sharp, SharpOptions } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { SyncError, throwIfAborted } from '@1688/core';
import { completenessOf } from './completeness.ts';
import type { DecodeLimits, Decoder, MadeVariant } from './decoder.ts';
import { sniffFormat, sniffOther, usualFormats, type ImageFormat } from './image-format.ts';
import { differenceHash, hashHeightPx, hashWidthPx } from './perceptual-hash.ts';
import { recipeHash, type Recipe } from './recipe.ts';
import { loadSharp, type SharpFactory } from './sharp-library.ts';

/** Pixels of a picture, upright, in sRGB, made smaller to what its variants need. */
interface Base {
  readonly data: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: 3 | 4;
  readonly isTransparent: boolean;
}

interface Source {
  readonly sharp: SharpFactory;
  readonly bytes: Uint8Array;
  readonly options: SharpOptions;
  readonly timeoutMs: number;
}

/** Decodes in this process. libvips works in a thread of its own; a picture that crashes it takes the process along. */
export function inlineDecoder({ formats = usualFormats, maxPixels = 50_000_000, maxSidePx = 16_384, timeoutMs = 10_000 }: DecodeLimits = {}): Decoder {
  return {
    async decode(bytes, recipes, { signal } = {}) {
      throwIfAborted(signal, 'Decoding a picture');
      const format = acceptedFormat(bytes, formats);
      const source: Source = { sharp: await loadSharp(formats), bytes, options: { failOn: 'error', limitInputPixels: maxPixels, sequentialRead: true }, timeoutMs };
      try {
        const { widthPx, heightPx } = await measure(source, maxSidePx);
        const base = await readBase(source, recipes);
        throwIfAborted(signal, 'Decoding a picture');
        const variants: MadeVariant[] = [];
        for (const recipe of recipes) variants.push(await make(source, base, recipe));
        return { format, widthPx, heightPx, thumbhash: await thumbhashOf(source.sharp, base), perceptualHash: await perceptualHashOf(source.sharp, base), variants };
      } catch (error) {
        throw decodeError(error, format);
      }
    },
    close: async () => {},
  };
}

/** @throws IMAGE_EMPTY, IMAGE_TYPE, IMAGE_TRUNCATED */
function acceptedFormat(bytes: Uint8Array, formats: readonly ImageFormat[]): ImageFormat {
  if (bytes.length === 0) throw new SyncError('IMAGE_EMPTY', 'Expected a picture, received no bytes.');
  const format = sniffFormat(bytes);
  if (format === null || !formats.includes(format)) {
    throw new SyncError('IMAGE_TYPE', `Expected a picture of the formats ${formats.join(', ')}, received ${format ?? sniffOther(bytes)}.`);
  }
  if (completenessOf(format, bytes) === 'cut') throw truncated(format);
  return format;
}

async function measure({ sharp, bytes, options }: Source, maxSidePx: number): Promise<{ widthPx: number; heightPx: number }> {
  const { autoOrient } = await sharp(bytes, options).metadata();
  if (Math.max(autoOrient.width, autoOrient.height) > maxSidePx) {
    throw new SyncError('IMAGE_PIXELS', `Expected sides of at most ${maxSidePx} pixels, received ${autoOrient.width}×${autoOrient.height}.`);
  }
  return { widthPx: autoOrient.width, heightPx: autoOrient.height };
}

/** Reads all pixels once, which is the proof that the file is sound; JPEG decodes faster towards a smaller size. */
async function readBase({ sharp, bytes, options, timeoutMs }: Source, recipes: readonly Recipe[]): Promise<Base> {
  const side = Math.max(64, ...recipes.filter(isFromBase).flatMap(({ widthPx, heightPx }) => [widthPx, heightPx]));
  const { data, info } = await sharp(bytes, options)
    .autoOrient().resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb').timeout({ seconds: seconds(timeoutMs) }).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const channels = info.channels === 4 ? 4 : 3;
  return { data, widthPx: info.width, heightPx: info.height, channels, isTransparent: channels === 4 && hasTransparency(data) };
}

function hasTransparency(rgba: Buffer): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return true;
  return false;
}

/** What is cut needs more pixels on one side than fit inside the measures. */
function isFromBase({ fit = 'inside' }: Recipe): boolean {
  return fit === 'inside';
}

async function make(source: Source, base: Base, recipe: Recipe): Promise<MadeVariant> {
  const { widthPx, heightPx, fit = 'inside' } = recipe;
  const from = isFromBase(recipe) ? openBase(source.sharp, base) : source.sharp(source.bytes, source.options).autoOrient().toColourspace('srgb');
  const sized = from.resize({ width: widthPx, height: heightPx, fit, withoutEnlargement: true }).timeout({ seconds: seconds(source.timeoutMs) });
  const format = recipe.format === undefined || recipe.format === 'auto' ? (base.isTransparent ? 'webp' : 'jpeg') : recipe.format;
  const { data, info } = await encode(sized, format, recipe.quality ?? 80).toBuffer({ resolveWithObject: true });
  return { recipe: recipe.name, recipeHash: recipeHash(recipe), bytes: data, widthPx: info.width, heightPx: info.height, format };
}

function encode(pixels: Sharp, format: Exclude<ImageFormat, 'gif'>, quality: number): Sharp {
  if (format === 'jpeg') return pixels.flatten({ background: '#ffffff' }).jpeg({ quality });
  if (format === 'png') return pixels.png({ compressionLevel: 6 });
  // Effort 2 costs a third of the default and a few percent of size.
  return format === 'webp' ? pixels.webp({ quality, effort: 2 }) : pixels.avif({ quality, effort: 2 });
}

function openBase(sharp: SharpFactory, { data, widthPx, heightPx, channels }: Base): Sharp {
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels } });
}

async function thumbhashOf(sharp: SharpFactory, base: Base): Promise<Uint8Array> {
  const { data, info } = await openBase(sharp, base).resize({ width: 64, height: 64, fit: 'inside', withoutEnlargement: true }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return rgbaToThumbHash(info.width, info.height, data);
}

async function perceptualHashOf(sharp: SharpFactory, base: Base): Promise<string> {
  const grey = await openBase(sharp, base).flatten({ background: '#ffffff' }).resize({ width: hashWidthPx, height: hashHeightPx, fit: 'fill' }).greyscale().raw().toBuffer();
  return differenceHash(grey);
}

/** libvips counts whole seconds. */
function seconds(timeoutMs: number): number {
  return Math.max(1, Math.ceil(timeoutMs / 1000));
}

function truncated(format: ImageFormat, cause?: unknown): SyncError {
  return new SyncError('IMAGE_TRUNCATED', `Expected a whole ${format} picture, received one that ends too early.`, { retryable: true, hint: 'Fetch it again.', cause });
}

/** libvips tells what it met in text only. */
function decodeError(error: unknown, format: ImageFormat): unknown {
  if (error instanceof SyncError || !(error instanceof Error)) return error;
  const { message } = error;
  if (/exceeds pixel limit|image is too large|dimensions? exceed/i.test(message)) return new SyncError('IMAGE_PIXELS', `Expected a ${format} picture within the pixel limit, received a larger one.`, { cause: error });
  if (/timeout/i.test(message)) return new SyncError('IMAGE_TIMEOUT', `Expected a ${format} picture that decodes in time, received one that takes longer.`, { cause: error });
  if (/premature end of (?:JPEG|input)|truncated|unexpected end|end of stream/i.test(message)) return truncated(format, error);
  return new SyncError('IMAGE_CORRUPT', `Expected a ${format} picture, received bytes that do not decode: ${message.split('\n')[0]?.slice(0, 120)}`, { cause: error });
}
