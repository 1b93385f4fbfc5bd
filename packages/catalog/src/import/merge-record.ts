import type { PriceTier, RecordKind } from '@1688/core';
import {
  productColumns, sameValue, skuColumns, toldGroups,
  type Column, type FieldGroup, type FieldValue, type FieldValues, type PositionedImage, type ProductImageState, type ProductState, type SkuState,
} from '@1688/db';
import type { PreparedRecord } from './prepared-record.ts';
import type { ToldProduct, ToldSku } from './told-product.ts';

const nothing = { hash: null, observedAt: null };

export function emptyState(offerId: string): ProductState {
  return {
    id: null,
    offerId,
    supplierId: null,
    fields: { ...Object.fromEntries(productColumns.map(({ field }) => [field, null])), currency: 'CNY' },
    tiers: [],
    skus: [],
    images: [],
    observed: { content: null, price: null, stock: null, images: null },
    kinds: { list: nothing, detail: nothing, message: nothing },
    firstObservedAt: null,
  };
}

/**
 * The state after one more record: told fields replace, absent ones stay, and a group that was seen later than this record stays
 * as it is. The same object comes back when the record is older than all that it tells.
 * @param supplierId our id of the told supplier, null when told to be none, undefined when not told
 */
export function mergeRecord(state: ProductState, prepared: PreparedRecord, supplierId: string | null | undefined): ProductState {
  if (state.id === null) return merge(state, prepared, supplierId, withSales(prepared.told));
  const merged = merge(state, prepared, supplierId, prepared.told);
  return sameContent(state, merged) ? merged : merge(state, prepared, supplierId, withSales(prepared.told));
}

function merge(state: ProductState, prepared: PreparedRecord, supplierId: string | null | undefined, told: ToldProduct): ProductState {
  const { kind, observedAt, hash } = prepared;
  const groups = toldGroups(told).filter((group) => !isOlder(observedAt, state.observed[group]));
  const kindIsFresh = !isOlder(observedAt, state.kinds[kind].observedAt);
  if (groups.length === 0 && !kindIsFresh) return state;
  const freshFields = (group: FieldGroup): boolean => groups.includes(group);
  const whole = listsAreWhole(state, kind);
  return {
    ...state,
    supplierId: supplierId === undefined || !freshFields('content') ? state.supplierId : supplierId,
    fields: mergeFields(productColumns, state.fields, told.fields, freshFields),
    tiers: told.tiers && freshFields('price') ? keptIfSame(state.tiers, told.tiers) : state.tiers,
    skus: told.skus ? mergeSkus(state.skus, told.skus, { freshFields, whole }) : state.skus,
    images: told.images && groups.includes('images') ? mergeImages(state.images, told.images, whole) : state.images,
    observed: { ...state.observed, ...Object.fromEntries(groups.map((group) => [group, observedAt])) },
    kinds: kindIsFresh ? { ...state.kinds, [kind]: { hash, observedAt } } : state.kinds,
    firstObservedAt: state.firstObservedAt === null || observedAt < state.firstObservedAt ? observedAt : state.firstObservedAt,
  };
}

/** True when nothing but hashes and times differs. */
export function sameContent(a: ProductState, b: ProductState): boolean {
  return a.supplierId === b.supplierId && a.fields === b.fields && a.tiers === b.tiers && a.skus === b.skus && a.images === b.images;
}

/** Sales figures among the fields, where they are only once there is another reason to write. */
function withSales(told: ToldProduct): ToldProduct {
  const skus = told.skus?.map((sku) => ({ ...sku, fields: { ...sku.fields, ...sku.volatile } }));
  return { ...told, fields: told.fields, ...(skus ? { skus } : {}) };
}

export function isOlder(time: Date, than: Date | null): boolean {
  return than !== null && time.getTime() < than.getTime();
}

/**
 * A detail document lists everything; a search row shows a few pictures, and a message names the SKUs that moved. Those replace a
 * list only as long as no detail document is known.
 */
function listsAreWhole(state: ProductState, kind: RecordKind): boolean {
  return kind === 'detail' || (kind === 'list' && state.kinds.detail.hash === null);
}

function mergeFields(columns: readonly Column[], stored: FieldValues, told: FieldValues, fresh: (group: FieldGroup) => boolean): FieldValues {
  let merged: Record<string, FieldValue> | undefined;
  for (const { field, group } of columns) {
    const value = told[field];
    if (value === undefined || !fresh(group) || sameValue(value, stored[field] ?? null)) continue;
    merged ??= { ...stored };
    merged[field] = value;
  }
  return merged ?? stored;
}

interface SkuMerge {
  readonly freshFields: (group: FieldGroup) => boolean;
  /** SKUs that are not named are gone. */
  readonly whole: boolean;
}

/** Which SKUs there are is content; price and stock of those that stay are judged by their own groups. */
function mergeSkus(stored: readonly SkuState[], told: readonly ToldSku[], { freshFields, whole }: SkuMerge): readonly SkuState[] {
  const listIsFresh = freshFields('content');
  const bySkuId = new Map(stored.map((sku) => [sku.skuId, sku]));
  const merged = new Map<string, SkuState>();
  for (const [position, sku] of told.entries()) {
    const known = bySkuId.get(sku.skuId);
    if (!known && !listIsFresh) continue;
    const place = whole || !known ? position : known.position;
    merged.set(sku.skuId, known ? mergeSku(known, sku, listIsFresh ? place : known.position, freshFields) : newSku(sku, place));
  }
  for (const sku of stored) {
    if (!merged.has(sku.skuId)) merged.set(sku.skuId, listIsFresh && whole && !sku.deleted ? { ...sku, deleted: true } : sku);
  }
  const list = [...merged.values()];
  const same = list.length === stored.length && list.every((sku) => bySkuId.get(sku.skuId) === sku);
  return same ? stored : list;
}

function newSku(told: ToldSku, position: number): SkuState {
  const empty = Object.fromEntries(skuColumns.map(({ field }) => [field, null]));
  return { id: null, skuId: told.skuId, position, fields: { ...empty, ...told.fields }, tiers: told.tiers ?? [], deleted: false };
}

function mergeSku(known: SkuState, told: ToldSku, position: number, freshFields: (group: FieldGroup) => boolean): SkuState {
  const fields = mergeFields(skuColumns, known.fields, told.fields, freshFields);
  const tiers = told.tiers && freshFields('price') ? keptIfSame(known.tiers, told.tiers) : known.tiers;
  const deleted = freshFields('content') ? false : known.deleted;
  if (fields === known.fields && tiers === known.tiers && deleted === known.deleted && position === known.position) return known;
  return { ...known, fields, tiers, deleted, position };
}

function mergeImages(stored: readonly ProductImageState[], told: readonly PositionedImage[], whole: boolean): readonly ProductImageState[] {
  const keyOf = (image: PositionedImage): string => `${image.role} ${image.canonicalUrl}`;
  const byKey = new Map(stored.map((image) => [keyOf(image), image]));
  const toldRoles = new Set(told.map(({ role }) => role));
  const merged = new Map<string, ProductImageState>();
  for (const image of told) {
    const known = byKey.get(keyOf(image));
    const same = known && !known.deleted && known.position === image.position && known.url === image.url;
    merged.set(keyOf(image), same ? known : { id: known?.id ?? null, ...image, deleted: false });
  }
  for (const image of stored) {
    if (merged.has(keyOf(image))) continue;
    const gone = !image.deleted && (whole || toldRoles.has(image.role));
    merged.set(keyOf(image), gone ? { ...image, deleted: true } : image);
  }
  const list = [...merged.values()];
  const same = list.length === stored.length && list.every((image) => byKey.get(keyOf(image)) === image);
  return same ? stored : list;
}

function keptIfSame(stored: readonly PriceTier[], told: readonly PriceTier[]): readonly PriceTier[] {
  return sameValue(stored, told) ? stored : told;
}
