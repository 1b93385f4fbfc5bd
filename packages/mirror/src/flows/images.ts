import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { SyncError, isSyncError, throwIfAborted, type FlowOptions, type ImageRole, type ImageState } from '@1688/core';
import { imageObjects, type ImageObject } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';

/** One picture of one product, with its download state. */
export interface ListedImage {
  readonly offerId: string;
  readonly role: ImageRole;
  readonly position: number;
  readonly url: string;
  readonly state: ImageState;
  readonly sha256: string | null;
  readonly attempts: number;
  readonly errorCode: string | null;
  readonly nextAttemptAt: Date | null;
}

/** Pictures of products with their download state, in order of id. */
export async function listImages({ db }: Mirror, options: { readonly state?: ImageState | undefined; readonly product?: string | undefined; readonly limit?: number } = {}): Promise<readonly ListedImage[]> {
  const { limit = 50, state, product } = options;
  const query = db.knex.withSchema(db.schema).from('product_images as i').join('products as p', 'p.id', 'i.product_id').whereNull('i.deleted_at').whereNull('p.deleted_at').orderBy('i.id').limit(limit);
  if (state !== undefined) query.where('i.state', state);
  if (product !== undefined) query.where('p.source_id', product);
  return query.select<ListedImage[]>({
    offerId: 'p.source_id', role: 'i.role', position: 'i.position', url: 'i.url', state: 'i.state', sha256: 'i.sha256', attempts: 'i.attempts', errorCode: 'i.error_code', nextAttemptAt: 'i.next_attempt_at',
  });
}

/** One stored picture, with its variants; `file` gets its bytes. @throws NOT_FOUND, STORAGE_OBJECT_MISSING */
export async function getImage(mirror: Mirror, sha256: string, options: { readonly variant?: string | undefined; readonly file?: string | undefined } = {}): Promise<ImageObject & { readonly file: string | null }> {
  const image = await imageObjects(mirror.db).find(sha256.toLowerCase());
  if (!image) throw new SyncError('NOT_FOUND', `Expected a stored picture with the SHA-256 ${JSON.stringify(sha256)}, found none.`, { hint: 'List them with "1688sync images list --state stored".' });
  if (options.file !== undefined) {
    const { body } = await mirror.storage.get(keyOf(image, options.variant));
    await pipeline(Readable.from(body), createWriteStream(options.file));
  }
  return { ...image, file: options.file ?? null };
}

/** Storage key of a picture or one of its variants. @throws NOT_FOUND */
export function keyOf(image: ImageObject, variant: string | undefined): string {
  if (variant === undefined) return image.key;
  const made = image.variants.find((each) => each.recipe === variant);
  if (made) return made.key;
  throw new SyncError('NOT_FOUND', `Expected the variant ${JSON.stringify(variant)} of ${image.sha256}, found ${image.variants.map((each) => each.recipe).join(', ') || 'none'}.`, { hint: 'Variants are made when a picture is pulled.' });
}

export interface VerifyImagesResult {
  readonly checked: number;
  readonly damaged: readonly { readonly key: string; readonly code: string }[];
}

/** Reads every object that the database knows, originals and variants, and compares it with its SHA-256. Constant memory but for what is damaged. */
export async function verifyImages(mirror: Mirror, { signal, onProgress }: FlowOptions = {}): Promise<VerifyImagesResult> {
  const damaged: { key: string; code: string }[] = [];
  let checked = 0;
  for await (const image of imageObjects(mirror.db).list()) {
    for (const { key, sha256 } of [image, ...image.variants]) {
      throwIfAborted(signal, 'Verifying pictures');
      const code = await faultOf(mirror, key, sha256);
      if (code !== null) damaged.push({ key, code });
      checked += 1;
      onProgress?.({ done: checked, unit: 'objects' });
    }
  }
  return { checked, damaged };
}

async function faultOf({ storage }: Mirror, key: string, sha256: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    const { body } = await storage.get(key);
    for await (const chunk of body) hash.update(chunk);
  } catch (error) {
    // Only what says something about this object is a finding; a store that cannot be reached ends the run.
    if (isSyncError(error) && (error.code === 'STORAGE_OBJECT_MISSING' || error.code === 'STORAGE_CORRUPT')) return error.code;
    throw error;
  }
  return hash.digest('hex') === sha256 ? null : 'STORAGE_CORRUPT';
}
