import { imageRoles, recordKinds, type ImageRole, type RecordKind } from '@1688/core';
import { productColumns, skuColumns, supplierColumns } from './model-columns.ts';

/**
 * When each part of a product was last told, by slot: a last-writer-wins register, so that the state is the same for any order of
 * arrival. A mark is a time in milliseconds plus a quarter for the kind that told; NaN was never told.
 */
export type ToldTimes = Float64Array;

/** Who told: a kind of record, or the caller of a repository. At the same moment a later one of these wins over an earlier one. */
export type Teller = RecordKind | 'caller';

const tellers: readonly Teller[] = [...recordKinds, 'caller'];

/** Of what is not a column. The first ten and the columns belong to products, the others to SKUs. Numbers are stored: never change one. */
export const slots = {
  supplier: 0,
  tiers: 1,
  /** All SKUs, as a detail document or the caller told them, and as a list did: the latter counts while the former is never told. */
  skusByDetail: 2,
  skusByList: 3,
  /** All pictures, likewise. */
  imagesByDetail: 4,
  imagesByList: 5,
  /** Pictures of one role: 6 to 9 in the order of `imageRoles`. */
  firstImageRole: 6,
  /** That there is this SKU. */
  skuListed: 10,
  skuTiers: 11,
  /** Its place in the list. */
  skuPlaceByDetail: 12,
  skuPlaceByList: 13,
} as const;

const firstSkuColumn = 16;
const firstProductColumn = 32;
const slotCount = 64;
const slotOfProductField = new Map(productColumns.map(({ field }, index) => [field, firstProductColumn + index]));
const slotOfSupplierField = new Map(supplierColumns.map(({ field }, index) => [field, firstProductColumn + index]));
const slotOfSkuField = new Map(skuColumns.map(({ field }, index) => [field, firstSkuColumn + index]));

/** Nothing was told yet. Never written to. */
export const neverTold: ToldTimes = new Float64Array(slotCount).fill(Number.NaN);

export function productSlot(field: string): number {
  return slotOfProductField.get(field) ?? unknownField(field);
}

/** Suppliers have their own row, and so their own numbers. */
export function supplierSlot(field: string): number {
  return slotOfSupplierField.get(field) ?? unknownField(field);
}

export function skuSlot(field: string): number {
  return slotOfSkuField.get(field) ?? unknownField(field);
}

export function imageRoleSlot(role: ImageRole): number {
  return slots.firstImageRole + imageRoles.indexOf(role);
}

/** The mark of the list that says which pictures of a role there are: a detail document's, else a list's, or a later one's that showed this role. */
export function imageRoleMark(times: ToldTimes, role: ImageRole): number {
  return later(firstKnown(times[slots.imagesByDetail]!, times[slots.imagesByList]!), times[imageRoleSlot(role)]!);
}

/** The mark of the list that says which SKUs there are. */
export function skuListMark(times: ToldTimes): number {
  return firstKnown(times[slots.skusByDetail]!, times[slots.skusByList]!);
}

/** True when what was last told at this mark is in the list of that mark, or came after it. */
export function isListed(mark: number, listMark: number): boolean {
  return Number.isNaN(listMark) || mark >= listMark;
}

function firstKnown(mark: number, other: number): number {
  return Number.isNaN(mark) ? other : mark;
}

function later(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a;
}

/** The mark of what was told at a time. Quarters of a millisecond are exact in a double for every year up to 9999. */
export function markOf(observedAt: Date, teller: Teller): number {
  return observedAt.getTime() + tellers.indexOf(teller) / 4;
}

/** True where something was told in the slot later than at this mark. At the same mark what arrives later counts as newer. */
export function isStale(times: ToldTimes, slot: number, mark: number): boolean {
  return mark < times[slot]!; // false for NaN
}

/** @returns the same array when every slot has this mark already */
export function withMark(times: ToldTimes, told: readonly number[], mark: number): ToldTimes {
  if (told.every((slot) => times[slot] === mark)) return times;
  const marked = times.slice();
  for (const slot of told) marked[slot] = mark;
  return marked;
}

/** Slots that were last told at one mark count as told at another. @returns the same array when there are none */
export function remarked(times: ToldTimes, from: number, to: number): ToldTimes {
  return times.includes(from) ? times.map((mark) => (mark === from ? to : mark)) : times;
}

export function sameTimes(a: ToldTimes, b: ToldTimes): boolean {
  if (a === b) return true;
  for (let slot = 0; slot < slotCount; slot += 1) if (!Object.is(a[slot], b[slot])) return false;
  return true;
}

const markBytes = 8;

/**
 * As it is stored: how many bytes a bit mask has, then for each mark the mark as a big-endian double and the mask of its slots, slot 0
 * in the lowest bit of the first byte. At most 17 bytes for a product of one document.
 * @returns null for what was never told
 */
export function encodeToldTimes(times: ToldTimes): Buffer | null {
  const marks: number[] = [];
  let last = -1;
  for (let slot = 0; slot < slotCount; slot += 1) {
    const mark = times[slot]!;
    if (mark !== mark) continue; // NaN
    last = slot;
    if (mark !== marks[0] && !marks.includes(mark)) marks.push(mark);
  }
  if (last < 0) return null;
  const maskBytes = (last >> 3) + 1;
  const entryBytes = markBytes + maskBytes;
  const bytes = Buffer.alloc(1 + marks.length * entryBytes);
  bytes[0] = maskBytes;
  for (const [index, mark] of marks.entries()) bytes.writeDoubleBE(mark, 1 + index * entryBytes);
  for (let slot = 0; slot <= last; slot += 1) {
    const index = times[slot] === marks[0] ? 0 : marks.indexOf(times[slot]!);
    if (index >= 0) bytes[1 + index * entryBytes + markBytes + (slot >> 3)]! |= 1 << (slot & 7);
  }
  return bytes;
}

/** What `encodeToldTimes` wrote; null is what was never told. */
export function decodeToldTimes(bytes: Buffer | null): ToldTimes {
  if (!bytes || bytes.length === 0) return neverTold;
  const times = neverTold.slice();
  const maskBytes = bytes[0]!;
  for (let at = 1; at + markBytes + maskBytes <= bytes.length; at += markBytes + maskBytes) {
    const mark = bytes.readDoubleBE(at);
    for (let slot = 0; slot < maskBytes * 8 && slot < slotCount; slot += 1) {
      if (bytes[at + markBytes + (slot >> 3)]! & (1 << (slot & 7))) times[slot] = mark;
    }
  }
  return times;
}

const isSkuSlot = (slot: number): boolean => slot >= slots.skuListed && slot < firstProductColumn;

/** All slots that belong to products. */
export const productSlots: readonly number[] = [...neverTold.keys()].filter((slot) => !isSkuSlot(slot));

/** What a product's row stores: its own slots, and those of SKUs as most of its listed SKUs have them. */
export function productTimesWith(product: ToldTimes, sku: ToldTimes): ToldTimes {
  if (sku === neverTold) return product;
  const times = product.slice();
  times.set(sku.subarray(slots.skuListed, firstProductColumn), slots.skuListed);
  return times;
}

/** The two parts of `productTimesWith`. */
export function partedTimes(stored: ToldTimes): { product: ToldTimes; sku: ToldTimes } {
  if (stored === neverTold) return { product: neverTold, sku: neverTold };
  const part = (ofSku: boolean): ToldTimes => stored.map((mark, slot) => (isSkuSlot(slot) === ofSku ? mark : Number.NaN));
  return { product: part(false), sku: part(true) };
}

/** The times that most of these SKUs share: those rows store none of their own. */
export function commonTimes(skus: readonly { readonly told: ToldTimes; readonly deleted: boolean }[]): ToldTimes {
  const listed = skus.filter(({ deleted }) => !deleted);
  const first = listed[0]?.told;
  if (!first) return neverTold;
  if (listed.every(({ told }) => told === first)) return first;
  const counted = Map.groupBy(listed, ({ told }) => encodeToldTimes(told)?.toString('latin1') ?? '');
  const [most] = [...counted.values()].toSorted((a, b) => b.length - a.length);
  return most?.[0]?.told ?? neverTold;
}

function unknownField(field: string): never {
  throw new RangeError(`Expected a field of the model, received ${field}.`);
}
