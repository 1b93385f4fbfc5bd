import { recordKinds, type RecordKind } from '@1688/core';
import { decodeToldTimes, markOf, productSlot, productSlots, skuSlot, slots, type ProductState, type ToldTimes } from '@1688/db';
import { registerKey, type Register } from './registers.ts';
import { valueAt, type Timeline } from './timeline.ts';

/** One row of `tellings`. */
export interface TellingRow {
  /** True: exactly what one record told. False: how the times stood until a record renewed them. */
  readonly late: boolean;
  readonly toldTimes: Buffer | null;
  readonly skuTimes: Readonly<Record<string, readonly string[]>> | null;
}

/** Which slots one record told: of the product, and the followed ones of its SKUs. */
export interface ToldEvent {
  readonly product: Set<number>;
  readonly skus: Map<string, Set<number>>;
}

/** What was told of a product, as far as it is known, by mark. */
export type ToldEvents = Map<number, ToldEvent>;

const fieldSlots = {
  title: [productSlot('title')],
  status: [productSlot('sourceStatus')],
  minOrderQuantity: [productSlot('minOrderQuantity')],
  stock: [productSlot('stockQuantity')],
  price: [productSlot('priceMinCny'), productSlot('priceMaxCny')],
  tiers: [slots.tiers],
} as const;
const skuFieldSlots: Readonly<Record<string, number>> = { status: slots.skuListed, price: skuSlot('priceCny'), stock: skuSlot('stockQuantity'), tiers: slots.skuTiers };
const followedOfSku = Object.values(skuFieldSlots);

/** Any of these slots tells of the register. */
export function slotsOf({ skuId, field }: Register): readonly number[] {
  return skuId === null ? fieldSlots[field] : [skuFieldSlots[field] ?? slots.skuListed];
}

export function slotCount({ product, skus }: ToldEvent): number {
  return skus.values().reduce((sum, told) => sum + told.size, product.size);
}

/**
 * Of a product as it is stored.
 * @param lines what is stored of each register: rows that are not late name only SKUs whose times differ from those of the others, and
 *   one that came later, or was absent, was not told with the others
 */
export function toldEvents(state: Pick<ProductState, 'told' | 'skus'>, rows: readonly TellingRow[], lines: ReadonlyMap<string, Timeline>): ToldEvents {
  const events: ToldEvents = new Map();
  addTimes(events, state.told, state.skus);
  for (const { late, toldTimes, skuTimes } of rows) {
    const times = decodeToldTimes(toldTimes);
    const own = Object.entries(skuTimes ?? {}).flatMap(([hex, skuIds]) => {
      const told = decodeToldTimes(Buffer.from(hex, 'hex'));
      return skuIds.map((skuId) => ({ skuId, told }));
    });
    addTimes(events, times, own);
    if (late) continue;
    const named = new Set(own.map(({ skuId }) => skuId));
    for (const { skuId } of state.skus) {
      if (named.has(skuId)) continue;
      const presence = lines.get(registerKey({ skuId, field: 'status' })) ?? [];
      addSku(events, skuId, times, (mark) => valueAt(presence, Math.floor(mark)) !== null);
    }
  }
  return events;
}

/** Also what history does not follow: that a record told something ends how long the one before it was the last of its kind. @param skus with times of their own */
export function addTimes(events: ToldEvents, told: ToldTimes, skus: readonly { readonly skuId: string; readonly told: ToldTimes }[]): void {
  for (const slot of productSlots) if (!Number.isNaN(told[slot]!)) eventAt(events, told[slot]!).product.add(slot);
  for (const sku of skus) addSku(events, sku.skuId, sku.told);
}

function addSku(events: ToldEvents, skuId: string, times: ToldTimes, fits: (mark: number) => boolean = () => true): void {
  for (const slot of followedOfSku) {
    const mark = times[slot]!;
    if (!Number.isNaN(mark) && fits(mark)) addSlot(eventAt(events, mark), skuId, slot);
  }
}

export function addSlot({ skus }: ToldEvent, skuId: string, slot: number): void {
  const known = skus.get(skuId);
  if (known) known.add(slot);
  else skus.set(skuId, new Set([slot]));
}

export function eventAt(events: ToldEvents, mark: number): ToldEvent {
  const known = events.get(mark);
  if (known) return known;
  const event = { product: new Set<number>(), skus: new Map<string, Set<number>>() };
  events.set(mark, event);
  return event;
}

/** When each register was told first, in milliseconds, by `registerKey`. */
export function firstTold(events: ToldEvents): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  const put = (register: Register, mark: number): void => {
    const key = registerKey(register);
    if (!((first.get(key) ?? Infinity) <= mark)) first.set(key, Math.floor(mark));
  };
  for (const [mark, { product, skus }] of events) {
    for (const [field, own] of Object.entries(fieldSlots)) if (own.some((slot) => product.has(slot))) put({ skuId: null, field: field as Register['field'] }, mark);
    for (const [skuId, told] of skus) {
      for (const [field, slot] of Object.entries(skuFieldSlots)) if (told.has(slot)) put({ skuId, field: field as Register['field'] }, mark);
    }
  }
  return first;
}

/** The kind of record that told at a mark; what the caller of a repository told counts as a detail document. */
export function kindAt(mark: number): RecordKind {
  return recordKinds[(mark - Math.floor(mark)) * 4] ?? 'detail';
}

/** Every mark at which something was told, as far as these rows say. */
export function toldMarks(rows: readonly TellingRow[]): Set<number> {
  const times = rows.flatMap(({ toldTimes, skuTimes }) => [toldTimes, ...Object.keys(skuTimes ?? {}).map((hex) => Buffer.from(hex, 'hex'))]);
  return new Set(times.flatMap((each) => knownMarks(decodeToldTimes(each))));
}

/** Every mark of what stands in a product. */
export function standingMarks({ told, skus, images }: Pick<ProductState, 'told' | 'skus' | 'images'>): number[] {
  return [...new Set([...knownMarks(told), ...[...new Set(skus.map((sku) => sku.told))].flatMap(knownMarks), ...images.map((image) => image.told)])];
}

function knownMarks(times: ToldTimes): number[] {
  return [...new Set(times)].filter((mark) => !Number.isNaN(mark));
}

/** The last mark of a kind of record up to one, and the next one after it; infinite where there is none. */
export function aroundMark(events: ToldEvents, kind: RecordKind, mark: number): { readonly last: number; readonly next: number } {
  const fraction = markOf(new Date(0), kind);
  let [last, next] = [-Infinity, Infinity];
  for (const each of events.keys()) {
    if (each - Math.floor(each) !== fraction) continue;
    if (each <= mark && each > last) last = each;
    if (each > mark && each < next) next = each;
  }
  return { last, next };
}
