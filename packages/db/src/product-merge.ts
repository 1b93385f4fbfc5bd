import type { PriceTier } from '@1688/core';
import type { FieldValues } from './columns.ts';
import { keptIfSame, mergeFields, type ToldBy } from './field-merge.ts';
import { mergeImages } from './image-merge.ts';
import { listed } from './listing-state.ts';
import { productColumns } from './model-columns.ts';
import type { PositionedImage } from './product-image-list.ts';
import type { ProductState } from './product-state.ts';
import { mergeSkus, type ToldSku } from './sku-merge.ts';
import { commonTimes, imageRoleSlot, isStale, neverTold, productSlot, remarked, slots, withMark, type ToldTimes } from './told-times.ts';

/** What somebody tells of a product at one moment, in normal spelling. What is missing was not told; null was told to be empty. */
export interface Telling {
  readonly fields: FieldValues;
  /** Our id. */
  readonly supplierId?: string | null | undefined;
  readonly tiers?: readonly PriceTier[] | undefined;
  readonly skus?: readonly ToldSku[] | undefined;
  readonly images?: readonly PositionedImage[] | undefined;
}

const nothing = { hash: null, observedAt: null };
const noFields: FieldValues = { ...Object.fromEntries(productColumns.map(({ field }) => [field, null])), currency: 'CNY' };

/** A product that nobody has told of. */
export function emptyState(offerId: string): ProductState {
  return {
    id: null,
    offerId,
    supplierId: null,
    fields: noFields,
    tiers: [],
    skus: [],
    images: [],
    observed: { content: null, price: null, stock: null, images: null },
    told: neverTold,
    skuTold: neverTold,
    kinds: { list: nothing, detail: nothing, message: nothing },
    firstObservedAt: null,
    listing: listed,
    locks: null,
  };
}

/**
 * The state after one more telling. Each part is judged by the time at which it was last told itself, so that the same tellings give
 * the same state in any order; only of two by the same teller at the same moment the one that arrives later counts. What did not
 * change is the same object in both states, and so is the state when nothing changed but nothing newer was told either.
 */
export function mergeTelling(state: ProductState, telling: Telling, by: ToldBy): ProductState {
  const { mark } = by;
  const accepted: number[] = [];
  const accept = (slot: number): boolean => !isStale(state.told, slot, mark) && accepted.push(slot) > 0;
  const fields = mergeFields(productColumns, state.fields, telling.fields, (field) => accept(productSlot(field)));
  const supplierId = telling.supplierId !== undefined && accept(slots.supplier) ? telling.supplierId : state.supplierId;
  const tiers = telling.tiers && accept(slots.tiers) ? keptIfSame(state.tiers, telling.tiers) : state.tiers;
  for (const slot of listSlots(telling, by)) accept(slot);
  const told = withMark(state.told, accepted, mark);
  const skus = telling.skus ? mergeSkus(state.skus, telling.skus, { ...by, told }) : state.skus;
  const images = telling.images ? mergeImages(state.images, telling.images, { ...by, told }) : state.images;
  const same = told === state.told && supplierId === state.supplierId && fields === state.fields && tiers === state.tiers && skus === state.skus && images === state.images;
  return same ? state : { ...state, supplierId, fields, tiers, skus, images, told, skuTold: skus === state.skus ? state.skuTold : commonTimes(skus) };
}

/** Which whole lists are told: a message names only what moved. */
function listSlots({ skus, images }: Telling, { teller }: ToldBy): number[] {
  const byDetail = teller === 'detail' || teller === 'caller';
  const told: number[] = [];
  if (skus && teller !== 'message') told.push(byDetail ? slots.skusByDetail : slots.skusByList);
  if (!images) return told;
  if (teller !== 'message') told.push(byDetail ? slots.imagesByDetail : slots.imagesByList);
  if (!byDetail) told.push(...imageRoleSlots(images));
  return told;
}

function imageRoleSlots(images: readonly PositionedImage[]): number[] {
  return [...new Set(images.map(({ role }) => role))].map(imageRoleSlot);
}

/** True when nothing differs that a reader sees: not times, and not rows of SKUs and pictures that are gone in both. */
export function sameContent(a: ProductState, b: ProductState): boolean {
  return a.supplierId === b.supplierId && a.fields === b.fields && a.tiers === b.tiers && sameLists(a, b);
}

function sameLists(a: ProductState, b: ProductState): boolean {
  return (a.skus === b.skus || sameListed(a.skus, b.skus, (sku) => sku.skuId, (x, y) => x.fields === y.fields && x.tiers === y.tiers && x.position === y.position))
    && (a.images === b.images || sameListed(a.images, b.images, (image) => `${image.role} ${image.canonicalUrl}`, (x, y) => x.url === y.url && x.position === y.position));
}

function sameListed<One extends { readonly deleted: boolean }>(a: readonly One[], b: readonly One[], keyOf: (one: One) => string, same: (x: One, y: One) => boolean): boolean {
  const listed = new Map(a.filter((one) => !one.deleted).map((one) => [keyOf(one), one]));
  const others = b.filter((one) => !one.deleted);
  return others.length === listed.size && others.every((one) => {
    const known = listed.get(keyOf(one));
    return known !== undefined && (known === one || same(known, one));
  });
}

/** The state as if what was last told at one mark had been told again at another: SKUs and pictures as well. */
export function remarkedState(state: ProductState, from: number, to: number): ProductState {
  const again = new Map<ToldTimes, ToldTimes>();
  const renewed = (times: ToldTimes): ToldTimes => {
    const known = again.get(times) ?? remarked(times, from, to);
    again.set(times, known);
    return known;
  };
  return {
    ...state,
    told: remarked(state.told, from, to),
    skuTold: renewed(state.skuTold),
    skus: state.skus.map((sku) => (renewed(sku.told) === sku.told ? sku : { ...sku, told: renewed(sku.told) })),
    images: state.images.map((image) => (image.told === from ? { ...image, told: to } : image)),
  };
}
