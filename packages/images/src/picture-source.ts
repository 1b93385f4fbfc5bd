import type { OutputInfo, Sharp, SharpOptions } from 'sharp';
import type { ImageFormat } from './image-format.ts';
import { upright } from './orientation.ts';
import type { Recipe } from './recipe.ts';
import type { SharpFactory } from './sharp-library.ts';

/** A picture's bytes and how they are to be read. */
export interface PictureSource {
  readonly sharp: SharpFactory;
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
  readonly options: SharpOptions;
  /** Upright. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** As EXIF has it, 1 to 8. */
  readonly orientation: number;
  readonly timeoutSeconds: number;
}

/** Pixels of a picture, upright, in sRGB, made smaller to what its variants need. */
export interface BasePixels {
  readonly data: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: 3 | 4;
  readonly isTransparent: boolean;
}

/** More pixels than this are not held at once: a recipe that needs them reads the file itself. */
const mostBasePixels = 8_000_000;

/** The share of the original's size that a recipe needs, at most 1. */
function scaleOf({ widthPx, heightPx }: PictureSource, recipe: Recipe): number {
  const [across, down] = [recipe.widthPx / widthPx, recipe.heightPx / heightPx];
  return Math.min(1, recipe.fit === 'cover' ? Math.max(across, down) : Math.min(across, down));
}

export function isFromBase(source: PictureSource, recipe: Recipe): boolean {
  return source.widthPx * source.heightPx * scaleOf(source, recipe) ** 2 <= mostBasePixels;
}

/** Side of the small picture that hash, placeholder and colour are taken from. */
export const smallSidePx = 64;

/**
 * Reads all pixels once, which is the proof that the file is sound; JPEG decodes faster towards a smaller size. What has to be turned is
 * turned afterwards, when it is small.
 */
export async function readBase(source: PictureSource, recipes: readonly Recipe[]): Promise<BasePixels> {
  const { sharp, orientation } = source;
  const least = Math.min(1, smallSidePx / Math.max(source.widthPx, source.heightPx));
  const scale = Math.max(least, ...recipes.filter((recipe) => isFromBase(source, recipe)).map((recipe) => scaleOf(source, recipe)));
  const [across, down] = [Math.max(1, Math.round(source.widthPx * scale)), Math.max(1, Math.round(source.heightPx * scale))];
  const [width, height] = orientation < 5 ? [across, down] : [down, across];
  const { data, info } = await readStrictly(source, width, height);
  const channels = info.channels === 4 ? 4 : 3;
  const turned = orientation === 1 ? data : await upright(sharp(data, { raw: { width, height, channels } }), orientation).raw().toBuffer();
  return { data: turned, widthPx: across, heightPx: down, channels, isTransparent: channels === 4 && hasTransparency(turned) };
}

type Read = { readonly data: Buffer; readonly info: OutputInfo };

/**
 * A JPEG whose data ends before its last row is told by a warning only, and would end in grey. Other warnings are about what no eye sees:
 * after one of them the file is read again without them.
 */
async function readStrictly(source: PictureSource, width: number, height: number): Promise<Read> {
  const read = ({ sharp, bytes, options, timeoutSeconds }: PictureSource): Promise<Read> => sharp(bytes, options).resize({ width, height, fit: 'fill' })
    .toColourspace('srgb').timeout({ seconds: timeoutSeconds }).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  if (source.format !== 'jpeg') return read(source);
  try {
    return await read({ ...source, options: { ...source.options, failOn: 'warning' } });
  } catch (error) {
    if (!(error instanceof Error) || /premature end|timeout/i.test(error.message)) throw error;
    return read(source);
  }
}

export function openBase({ sharp }: PictureSource, { data, widthPx, heightPx, channels }: BasePixels): Sharp {
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels } });
}

function hasTransparency(rgba: Buffer): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return true;
  return false;
}
