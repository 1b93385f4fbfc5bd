import { createHash } from 'node:crypto';
import { SyncError } from '@1688/core';
import type { ImageFormat } from './image-format.ts';

/** How a variant (衍生图) is made from an original. A picture is never enlarged. */
export interface Recipe {
  /** Lower-case letters, digits and hyphens; part of storage keys and addresses. */
  readonly name: string;
  /** Longest width in pixels, 1 to 8,192. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** `inside` keeps the whole picture within the measures; `cover` fills them and cuts what stands out. Default `inside`. */
  readonly fit?: 'inside' | 'cover';
  /** `auto` is JPEG, or WebP where pixels are transparent. Default `auto`. */
  readonly format?: 'auto' | Exclude<ImageFormat, 'gif'>;
  /** 1 to 100. Default 80. */
  readonly quality?: number;
}

/** `thumbnail` (缩略图) and `compressed` (压缩图). */
export const defaultRecipes: readonly Recipe[] = [
  { name: 'thumbnail', widthPx: 400, heightPx: 400, fit: 'inside', format: 'webp', quality: 75 },
  { name: 'compressed', widthPx: 1200, heightPx: 1200, fit: 'inside', format: 'auto', quality: 80 },
];

/** Raised when the same recipe begins to give other bytes, so that variants made before count as out of date. */
const recipeVersion = 1;

/** 16 hexadecimal digits that change with anything that changes the bytes. */
export function recipeHash({ widthPx, heightPx, fit = 'inside', format = 'auto', quality = 80 }: Recipe): string {
  return createHash('sha256').update(JSON.stringify([recipeVersion, widthPx, heightPx, fit, format, quality])).digest('hex').slice(0, 16);
}

/** Sizes are named ones, and few: nobody fills a disk by asking for more. */
const mostRecipes = 32;

/** @throws ARGUMENT_INVALID */
export function checkRecipes(recipes: readonly Recipe[]): readonly Recipe[] {
  if (recipes.length > mostRecipes) throw new SyncError('ARGUMENT_INVALID', `Expected at most ${mostRecipes} variants, received ${recipes.length}.`);
  for (const recipe of recipes) {
    const fault = recipeFault(recipe);
    if (fault) throw new SyncError('ARGUMENT_INVALID', `Expected ${fault} of the variant ${JSON.stringify(recipe.name)}.`);
  }
  const names = new Set(recipes.map(({ name }) => name));
  if (names.size !== recipes.length) throw new SyncError('ARGUMENT_INVALID', 'Expected variants of different names, received one twice.');
  return recipes;
}

function recipeFault({ name, widthPx, heightPx, fit = 'inside', format = 'auto', quality = 80 }: Recipe): string | null {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name) || name === 'original') return `lower-case letters, digits and hyphens, other than "original", as the name`;
  const within = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  if (!within(widthPx, 8_192) || !within(heightPx, 8_192)) return `1 to 8,192 pixels, received ${widthPx}×${heightPx}, as the size`;
  if (!['inside', 'cover'].includes(fit)) return `"inside" or "cover", received ${JSON.stringify(fit)}, as the fit`;
  if (!['auto', 'jpeg', 'png', 'webp', 'avif'].includes(format)) return `auto, jpeg, png, webp or avif, received ${JSON.stringify(format)}, as the format`;
  return within(quality, 100) ? null : `1 to 100, received ${quality}, as the quality`;
}
