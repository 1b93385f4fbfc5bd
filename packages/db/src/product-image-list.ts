import { absoluteImageUrl, canonicalImageUrl, imageRoles, SyncError, type ImageRole, type ProductImage } from '@1688/core';
import type { Transaction } from './connection.ts';
import { adjustReferences } from './image-objects.ts';
import { ProductImageRow, rowsOf } from './rows.ts';

interface WantedImage {
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
 * @returns canonical URLs before and after, by role, or null when nothing changed
 * @throws FIELD_INVALID for what is no picture address
 */
export async function replaceImages(trx: Transaction, productId: string, told: readonly ProductImage[]): Promise<{ before: unknown; after: unknown } | null> {
  const wanted = positioned(told);
  const rows = await rowsOf(ProductImageRow, trx).where('product_id', productId);
  const held = new Map(rows.map((row) => [imageKey(row.role, row.canonical_url), row]));
  const kept = new Set(wanted.map((each) => imageKey(each.role, each.canonicalUrl)));
  const gone = rows.filter((row) => row.deleted_at === null && !kept.has(imageKey(row.role, row.canonical_url)));
  const written = wanted.filter((each) => {
    const row = held.get(imageKey(each.role, each.canonicalUrl));
    return row?.deleted_at !== null || row.position !== each.position || row.url !== each.url;
  });
  if (written.length + gone.length === 0) return null;
  const revived = rows.filter((row) => row.deleted_at !== null && kept.has(imageKey(row.role, row.canonical_url)));
  await writeImages(trx, productId, written);
  if (gone.length > 0) {
    await rowsOf(ProductImageRow, trx).whereIn('id', gone.map((row) => row.id)).patch({ deleted_at: trx.knex.fn.now(), updated_at: trx.knex.fn.now() } as object);
  }
  await adjustReferences(trx, referenceChanges(revived, gone));
  const live = rows.filter((row) => row.deleted_at === null).toSorted((a, b) => a.position - b.position);
  return { before: byRole(live.map((row) => ({ role: row.role, canonicalUrl: row.canonical_url }))), after: byRole(wanted) };
}

async function writeImages(trx: Transaction, productId: string, images: readonly WantedImage[]): Promise<void> {
  if (images.length === 0) return;
  const rows = images.map(({ role, position, url, canonicalUrl }) => ({
    product_id: productId, role, position, url, canonical_url: canonicalUrl, next_attempt_at: firstAttemptAt(role),
  }));
  const again = { position: trx.knex.raw('excluded.position'), url: trx.knex.raw('excluded.url'), deleted_at: null, updated_at: trx.knex.fn.now() };
  await trx.knex.withSchema(trx.schema).table('product_images').insert(rows).onConflict(['product_id', 'role', 'canonical_url']).merge(again);
}

/** The first of several spellings of one picture in a role wins; positions count from 0 in each role. */
function positioned(told: readonly ProductImage[]): WantedImage[] {
  const wanted = new Map<string, WantedImage>();
  const counts = new Map<ImageRole, number>();
  for (const { role, url: text } of told) {
    const url = absoluteImageUrl(text);
    if (url === null) throw new SyncError('FIELD_INVALID', `Expected the address of a picture (${role}), received ${JSON.stringify(text.slice(0, 200))}.`, { details: { field: 'images' } });
    const canonicalUrl = canonicalImageUrl(url);
    if (wanted.has(imageKey(role, canonicalUrl))) continue;
    const position = counts.get(role) ?? 0;
    counts.set(role, position + 1);
    wanted.set(imageKey(role, canonicalUrl), { role, position, url, canonicalUrl });
  }
  return [...wanted.values()];
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

function byRole(images: readonly { role: ImageRole; canonicalUrl: string }[]): Record<string, string[]> {
  const grouped: Record<string, string[]> = {};
  for (const { role, canonicalUrl } of images) (grouped[role] ??= []).push(canonicalUrl);
  return grouped;
}
