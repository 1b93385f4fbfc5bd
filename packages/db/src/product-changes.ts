import { sameValue, type FieldValue } from './columns.ts';
import { productColumns, skuColumns } from './model-columns.ts';
import { compareImages } from './product-image-list.ts';
import type { ProductState, SkuState } from './product-state.ts';

/**
 * What the change feed says of a product: which fields moved, before and after, whoever wrote them. `images` are whole lists,
 * `supplier` holds our ids, to be replaced by source ids.
 */
export function changedFields(before: ProductState, after: ProductState): Record<string, { before: unknown; after: unknown }> {
  const fields: Record<string, { before: unknown; after: unknown }> = {};
  const compare = (field: string, old: FieldValue, now: FieldValue): void => {
    if (!sameValue(old, now)) fields[field] = { before: old, after: now };
  };
  for (const { field } of productColumns) compare(field, before.fields[field] ?? null, after.fields[field] ?? null);
  compare('supplier', before.supplierId, after.supplierId);
  compare('priceTiers', before.tiers, after.tiers);
  const skus = before.skus === after.skus ? null : changedSkus(before.skus, after.skus);
  if (skus && skus.before.length + skus.after.length > 0) fields['skus'] = skus;
  if (before.images !== after.images) compare('images', liveImages(before), liveImages(after));
  return fields;
}

/** The pictures that are not soft-deleted, in the order of roles and of places within one. */
export function liveImages({ images }: Pick<ProductState, 'images'>): { url: string; role: string }[] {
  return images.filter((image) => !image.deleted).toSorted(compareImages).map(({ url, role }) => ({ url, role }));
}

/**
 * Lists only SKUs that moved, with the fields that did; one that is in `after` alone is new, one in `before` alone is gone: both
 * are whole. In the order of places, those that are gone last.
 */
interface SkuChange {
  readonly before: Record<string, unknown>[];
  readonly after: Record<string, unknown>[];
}

function changedSkus(before: readonly SkuState[], after: readonly SkuState[]): SkuChange {
  const stored = new Map(before.map((sku) => [sku.skuId, sku]));
  const change: SkuChange = { before: [], after: [] };
  for (const sku of after.toSorted((a, b) => Number(a.deleted) - Number(b.deleted) || a.position - b.position)) {
    const old = stored.get(sku.skuId);
    if (old === sku) continue;
    const [was, is] = [wholeSku(old), wholeSku(sku)];
    const moved = was && is ? Object.keys(is).filter((key) => !sameValue(was[key] ?? null, is[key] ?? null)) : null;
    if (moved?.length === 0) continue;
    if (was) change.before.push({ skuId: sku.skuId, ...(moved ? pick(was, moved) : was) });
    if (is) change.after.push({ skuId: sku.skuId, ...(moved ? pick(is, moved) : is) });
  }
  return change;
}

function wholeSku(sku: SkuState | undefined): Record<string, FieldValue> | null {
  if (!sku || sku.deleted) return null;
  const fields = Object.fromEntries(skuColumns.map(({ field }) => [field, sku.fields[field] ?? null]));
  return { position: sku.position, ...fields, priceTiers: sku.tiers };
}

function pick(source: Record<string, FieldValue>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, source[key]]));
}
