import { absoluteImageUrl, canonicalImageUrl, imageRoles, SyncError, type ImageRole, type ProductImage } from '@1688/core';
import type { Transaction } from './connection.ts';
import { adjustReferences } from './image-objects.ts';
import { ProductImageRow, rowsOf } from './rows.ts';

/** A picture of a product with its place within its role. */
export interface PositionedImage {
  readonly role: ImageRole;
  readonly position: number;
  readonly url: string;
  readonly canonicalUrl: string;
}

/**
 * When a picture of this role is due at first: always in the past, main pictures before the others. The pull takes pictures in
 * the order of `next_attempt_at`, which an index holds, so that no other column for the priority is needed.
 */
export function firstAttemptAt(role: ImageRole): Date {
  return new Date(imageRoles.indexOf(role) * 86_400_000);
}

/**
 * Makes these the pictures of a product. Pictures that are missing are soft-deleted and keep their object; one that comes back is
 * live again, downloaded or not.
 * @returns false when they were so already
 * @throws FIELD_INVALID for what is no picture address
 */
export async function replaceImages(trx: Transaction, productId: string, told: readonly ProductImage[]): Promise<boolean> {
  const wanted = positionedImages(told.map(addressed));
  const rows = await rowsOf(ProductImageRow, trx).where('product_id', productId);
  const held = new Map(rows.map((row) => [imageKey(row.role, row.canonical_url), row]));
  const kept = new Set(wanted.map((each) => imageKey(each.role, each.canonicalUrl)));
  const gone = rows.filter((row) => row.deleted_at === null && !kept.has(imageKey(row.role, row.canonical_url)));
  const written = wanted.filter((each) => {
    const row = held.get(imageKey(each.role, each.canonicalUrl));
    return row?.deleted_at !== null || row.position !== each.position || row.url !== each.url;
  });
  if (written.length + gone.length === 0) return false;
  const revived = rows.filter((row) => row.deleted_at !== null && kept.has(imageKey(row.role, row.canonical_url)));
  await writeImages(trx, productId, written);
  if (gone.length > 0) {
    await rowsOf(ProductImageRow, trx).whereIn('id', gone.map((row) => row.id)).patch({ deleted_at: trx.knex.fn.now(), updated_at: trx.knex.fn.now() } as object);
  }
  await adjustReferences(trx, referenceChanges(revived, gone));
  return true;
}

async function writeImages(trx: Transaction, productId: string, images: readonly PositionedImage[]): Promise<void> {
  if (images.length === 0) return;
  const rows = images.map(({ role, position, url, canonicalUrl }) => ({
    product_id: productId, role, position, url, canonical_url: canonicalUrl, next_attempt_at: firstAttemptAt(role),
  }));
  const again = { position: trx.knex.raw('excluded.position'), url: trx.knex.raw('excluded.url'), deleted_at: null, updated_at: trx.knex.fn.now() };
  await trx.knex.withSchema(trx.schema).table('product_images').insert(rows).onConflict(['product_id', 'role', 'canonical_url']).merge(again);
}

export function addressed({ role, url: text }: ProductImage): Omit<PositionedImage, 'position'> {
  const url = absoluteImageUrl(text);
  if (url === null) throw new SyncError('FIELD_INVALID', `Expected the address of a picture (${role}), received ${JSON.stringify(text.slice(0, 200))}.`, { details: { field: 'images' } });
  return { role, url, canonicalUrl: canonicalImageUrl(url) };
}

/** The first of several spellings of one picture in a role wins; positions count from 0 in each role. */
export function positionedImages(told: readonly Omit<PositionedImage, 'position'>[]): PositionedImage[] {
  const wanted = new Map<string, PositionedImage>();
  const counts = new Map<ImageRole, number>();
  for (const { role, url, canonicalUrl } of told) {
    const key = imageKey(role, canonicalUrl);
    if (wanted.has(key)) continue;
    const position = counts.get(role) ?? 0;
    counts.set(role, position + 1);
    wanted.set(key, { role, position, url, canonicalUrl });
  }
  return [...wanted.values()];
}

/** The order of roles in `@1688/core`, and of places within one. */
export function compareImages(a: Pick<PositionedImage, 'role' | 'position'>, b: Pick<PositionedImage, 'role' | 'position'>): number {
  return imageRoles.indexOf(a.role) - imageRoles.indexOf(b.role) || a.position - b.position;
}

function imageKey(role: ImageRole, canonicalUrl: string): string {
  return `${role} ${canonicalUrl}`;
}

function referenceChanges(more: readonly ProductImageRow[], fewer: readonly ProductImageRow[]): Map<string, number> {
  const deltas = new Map<string, number>();
  for (const { sha256 } of more) if (sha256) deltas.set(sha256, (deltas.get(sha256) ?? 0) + 1);
  for (const { sha256 } of fewer) if (sha256) deltas.set(sha256, (deltas.get(sha256) ?? 0) - 1);
  return deltas;
}
