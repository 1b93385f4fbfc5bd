import type { Sharp } from 'sharp';
import type { MadeVariant } from './decoder.ts';
import type { ImageFormat } from './image-format.ts';
import { isFromBase, openBase, type BasePixels, type PictureSource } from './picture-source.ts';
import { recipeHash, type Recipe } from './recipe.ts';

export async function makeVariant(source: PictureSource, base: BasePixels, recipe: Recipe): Promise<MadeVariant> {
  const { widthPx: width, heightPx: height, fit = 'inside' } = recipe;
  const pixels = isFromBase(source, recipe) ? openBase(source, base) : source.sharp(source.bytes, source.options).autoOrient().toColourspace('srgb');
  const needsResize = !isFromBase(source, recipe) || base.widthPx > width || base.heightPx > height;
  const sized = (needsResize ? pixels.resize({ width, height, fit, withoutEnlargement: true }) : pixels).timeout({ seconds: source.timeoutSeconds });
  const format = recipe.format === undefined || recipe.format === 'auto' ? (base.isTransparent ? 'webp' : 'jpeg') : recipe.format;
  const { data, info } = await encode(sized, format, recipe.quality ?? 80).toBuffer({ resolveWithObject: true });
  return { recipe: recipe.name, recipeHash: recipeHash(recipe), bytes: data, widthPx: info.width, heightPx: info.height, format };
}

/** Few percent of size are given for a half to two thirds of the time. */
function encode(pixels: Sharp, format: Exclude<ImageFormat, 'gif'>, quality: number): Sharp {
  if (format === 'jpeg') return pixels.flatten({ background: '#ffffff' }).jpeg({ quality, optimizeCoding: false });
  if (format === 'png') return pixels.png({ compressionLevel: 6 });
  return format === 'webp' ? pixels.webp({ quality, effort: 0 }) : pixels.avif({ quality, effort: 2 });
}
