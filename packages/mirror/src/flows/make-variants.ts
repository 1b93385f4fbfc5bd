import { isSyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { imageObjects, openImageClaimant, type ImageObject } from '@1688/db';
import { openImageStore, recipeHash, type ImageStore } from '@1688/images';
import type { Mirror } from '../open-mirror.ts';
import { claimStorage } from '../storage-identity.ts';
import { imageStoreOptions, recipesOf } from './image-store-options.ts';

export interface MakeVariantsOptions extends FlowOptions {
  /** Pictures at once. Default 2: that many processes decode. */
  readonly concurrency?: number;
}

export interface MakeVariantsResult {
  /** Pictures whose variants were made. */
  readonly made: number;
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
}

/**
 * Makes variants (衍生图) where one is missing, or was made by a recipe that has changed since. What stops half-way goes on with
 * the next call. Files of former recipes are left to `collectImages`.
 */
export async function makeMissingVariants(mirror: Mirror, { concurrency = 2, signal, onProgress }: MakeVariantsOptions = {}): Promise<MakeVariantsResult> {
  await using stack = new AsyncDisposableStack();
  stack.use(await openImageClaimant(mirror.db)); // a move of the store waits for it
  await claimStorage(mirror);
  const objects = imageObjects(mirror.db);
  await using store = await openImageStore(imageStoreOptions(mirror));
  const failures: Record<string, number> = {};
  const hopeless = new Set<string>();
  let made = 0;
  for (const recipe of recipesOf(mirror)) {
    const lacking = { recipe: recipe.name, recipeHash: recipeHash(recipe) };
    const total = made + await objects.count({ lacking });
    const images = objects.list({ lacking });
    const work = async (): Promise<void> => {
      for (let next = await images.next(); !next.done; next = await images.next()) {
        throwIfAborted(signal, 'Making variants');
        if (hopeless.has(next.value.sha256)) continue;
        const code = await remake(mirror, store, next.value, signal);
        if (code === null) made += 1;
        else {
          hopeless.add(next.value.sha256);
          failures[code] = (failures[code] ?? 0) + 1;
        }
        onProgress?.({ done: made + hopeless.size, total: Math.max(total, made + hopeless.size), unit: 'images' });
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  }
  const failed = hopeless.size;
  mirror.log.info({ made, failed, failures }, 'variants made');
  return { made, failed, failures };
}

/** @returns null when done, else the code of what is wrong with this picture */
async function remake({ db, log }: Mirror, store: ImageStore, image: ImageObject, signal: AbortSignal | undefined): Promise<string | null> {
  try {
    const variants = await store.variants({ key: image.key, sha256: image.sha256 }, signal ? { signal } : {});
    await imageObjects(db).setVariants(image.sha256, variants);
    return null;
  } catch (error) {
    if (!isSyncError(error) || !(error.code.startsWith('IMAGE_') || error.code === 'STORAGE_OBJECT_MISSING' || error.code === 'STORAGE_CORRUPT' || error.code === 'DB_FOREIGN_KEY')) throw error;
    log.warn({ sha256: image.sha256, code: error.code }, 'variants failed');
    return error.code;
  }
}
