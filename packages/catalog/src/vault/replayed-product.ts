import { recordKinds, imageRoles } from '@1688/core';
import {
  commonTimes, emptyState, imageRoleSlot, productColumns, productSlot, sameValue, skuColumns, skuSlot, slots, withMark,
  type FieldValue, type FieldValues, type ProductImageState, type ProductState, type SkuState, type ToldTimes,
} from '@1688/db';
import { mergeSteps, type MergeContext } from '../import/merge-steps.ts';
import type { PreparedRecord } from '../import/prepared-record.ts';
import { seenAgain } from '../import/silent-sightings.ts';

/**
 * What a product would be if all its documents had been imported with the mappers of now: those tell everything, but for what the user
 * locked, what a caller wrote later than they were seen, and that full scans missed it. Parts that come out as they are stored are the
 * same objects, so that nothing is written for them.
 * @param records all that was told of it, in the order in which it came
 */
export function replayedProduct(stored: ProductState, records: readonly PreparedRecord[], context: MergeContext): ProductState {
  const locks = stored.locks && Object.fromEntries(Object.entries(stored.locks).map(([field, lock]) => [field, { ...lock, source: null }]));
  let state: ProductState = { ...emptyState(stored.offerId), id: stored.id, locks };
  for (const record of records) {
    const [step] = mergeSteps(state, { records: [record] }, context);
    if (!step) continue;
    state = step.repeated ? seenAgain(state, record.kind, record.observedAt) : step.after;
  }
  return shared(stored, withKeptEvidence(stored, withOwnLists(stored, withOwnFields(stored, state))));
}

/** Fields that are locked or that a caller told last. */
function withOwnFields(stored: ProductState, state: ProductState): ProductState {
  const isLocked = (field: string): boolean => Object.hasOwn(stored.locks ?? {}, field);
  const own = productColumns.filter(({ field }) => isLocked(field) || isOwn(stored.told, state.told, productSlot(field)));
  let { told, supplierId, tiers } = state;
  for (const { field } of own) told = withMark(told, [productSlot(field)], stored.told[productSlot(field)]!);
  const keep = (field: string, slot: number): boolean => {
    if (!isLocked(field) && !isOwn(stored.told, state.told, slot)) return false;
    told = withMark(told, [slot], stored.told[slot]!);
    return true;
  };
  if (keep('supplier', slots.supplier)) supplierId = stored.supplierId;
  if (keep('priceTiers', slots.tiers)) tiers = stored.tiers;
  const locks = state.locks && Object.fromEntries(Object.entries(state.locks).map(([field, lock]) => [field, lock.source ? lock : (stored.locks?.[field] ?? lock)]));
  return { ...state, told, supplierId, tiers, locks, fields: { ...state.fields, ...Object.fromEntries(own.map(({ field }) => [field, stored.fields[field] ?? null])) } };
}

/** SKUs and pictures with the ids of their rows; rows that nothing tells any more stay, as gone. */
function withOwnLists(stored: ProductState, state: ProductState): ProductState {
  const skus = new Map(state.skus.map((sku) => [sku.skuId, sku]));
  const images = new Map(state.images.map((image) => [imageKey(image), image]));
  const isLocked = (field: string): boolean => Object.hasOwn(stored.locks ?? {}, field);
  const ownImages = isLocked('images') || isOwn(stored.told, state.told, slots.imagesByDetail);
  const known = stored.skus.map((old) => ownSku(old, skus.get(old.skuId)));
  const told = ownImages ? listTimes(state.told, stored.told) : state.told;
  return {
    ...state, told,
    skus: isLocked('skus') ? stored.skus : [...known, ...state.skus.filter(({ skuId }) => !stored.skus.some((old) => old.skuId === skuId))],
    images: ownImages ? stored.images : [
      ...stored.images.map((old): ProductImageState => ({ ...(images.get(imageKey(old)) ?? { ...old, deleted: true }), id: old.id })),
      ...state.images.filter((image) => !stored.images.some((old) => imageKey(old) === imageKey(image))),
    ],
  };
}

/** Times of whole lists of pictures, as they are stored. */
function listTimes(told: ToldTimes, stored: ToldTimes): ToldTimes {
  const ofImages = [slots.imagesByDetail, slots.imagesByList, ...imageRoles.map(imageRoleSlot)];
  return ofImages.reduce((times, slot) => withMark(times, [slot], stored[slot]!), told);
}

function ownSku(old: SkuState, now: SkuState | undefined): SkuState {
  if (!now) return callerTold(old.told[slots.skuListed]!) ? old : { ...old, deleted: true };
  const own = skuColumns.filter(({ field }) => isOwn(old.told, now.told, skuSlot(field)));
  let { told, tiers, deleted, position } = now;
  for (const { field } of own) told = withMark(told, [skuSlot(field)], old.told[skuSlot(field)]!);
  if (isOwn(old.told, now.told, slots.skuTiers)) [tiers, told] = [old.tiers, withMark(told, [slots.skuTiers], old.told[slots.skuTiers]!)];
  if (isOwn(old.told, now.told, slots.skuPlaceByDetail)) [position, told] = [old.position, withMark(told, [slots.skuPlaceByDetail], old.told[slots.skuPlaceByDetail]!)];
  // A revert takes a SKU out by making it told at no time.
  if (isOwn(old.told, now.told, slots.skuListed) || (old.deleted && Number.isNaN(old.told[slots.skuListed]!))) [deleted, told] = [old.deleted, withMark(told, [slots.skuListed], old.told[slots.skuListed]!)];
  return { ...now, id: old.id, told, tiers, deleted, position, fields: { ...now.fields, ...Object.fromEntries(own.map(({ field }) => [field, old.fields[field] ?? null])) } };
}

/** What scans missed is known from no document, and neither is when something was seen again unchanged. */
function withKeptEvidence(stored: ProductState, state: ProductState): ProductState {
  const bothDelisted = (stored.listing.delistedAt === null) === (state.listing.delistedAt === null);
  const listing = bothDelisted || stored.listing.evidence?.kind === 'scan' ? stored.listing : state.listing;
  const kinds = Object.fromEntries(recordKinds.map((kind) => [kind, { hash: state.kinds[kind].hash, observedAt: latest(state.kinds[kind].observedAt, stored.kinds[kind].observedAt) }])) as ProductState['kinds'];
  const observed = Object.fromEntries(Object.entries(state.observed).map(([group, time]) => [group, latest(time, stored.observed[group as keyof ProductState['observed']])])) as ProductState['observed'];
  return { ...state, listing, kinds, observed, firstObservedAt: stored.firstObservedAt ?? state.firstObservedAt };
}

function shared(stored: ProductState, state: ProductState): ProductState {
  const oldSkus = new Map(stored.skus.map((sku) => [sku.skuId, sku]));
  const oldImages = new Map(stored.images.map((image) => [imageKey(image), image]));
  const skus = state.skus.map((sku) => sharedSku(oldSkus.get(sku.skuId), sku));
  const images = state.images.map((image) => {
    const old = oldImages.get(imageKey(image));
    return old && old.url === image.url && old.position === image.position && old.deleted === image.deleted ? old : image;
  });
  const sameSkus = skus.length === stored.skus.length && skus.every((sku, index) => sku === stored.skus[index]);
  const sameImages = images.length === stored.images.length && images.every((image, index) => image === stored.images[index]);
  return {
    ...state, fields: sharedValue(stored.fields, state.fields), tiers: sharedValue(stored.tiers, state.tiers),
    skus: sameSkus ? stored.skus : skus, images: sameImages ? stored.images : images, skuTold: sameSkus ? stored.skuTold : commonTimes(skus),
  };
}

function sharedSku(old: SkuState | undefined, sku: SkuState): SkuState {
  if (!old) return sku;
  const next = { ...sku, fields: sharedValue(old.fields, sku.fields), tiers: sharedValue(old.tiers, sku.tiers) };
  const sameMarks = next.told.every((mark, slot) => Object.is(mark, old.told[slot]));
  return next.fields === old.fields && next.tiers === old.tiers && next.deleted === old.deleted && next.position === old.position && sameMarks ? old : next;
}

function sharedValue<Value extends FieldValues | readonly unknown[]>(old: Value, now: Value): Value {
  return sameValue(old as FieldValue, now as FieldValue) ? old : now;
}

/** True where a caller told something that no document overtook. */
function isOwn(stored: ToldTimes, replayed: ToldTimes, slot: number): boolean {
  return callerTold(stored[slot]!) && !(replayed[slot]! > stored[slot]!);
}

function callerTold(mark: number): boolean {
  return Math.round((mark - Math.floor(mark)) * 4) === recordKinds.length;
}

function latest(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b > a) ? b : a;
}

function imageKey({ role, canonicalUrl }: ProductImageState): string {
  return `${role} ${canonicalUrl}`;
}
