import type { RecordKind } from '@1688/core';
import {
  emptyState, markOf, mergeTelling, neverTold, productSlot, sameValue, skuListMark, skuSlot, slots, toldEvent,
  type FieldValue, type ProductState, type StoredTimes, type Telling,
} from '@1688/db';
import { currentFollowed, isPresence, linesOf, registerKey, type Register } from './registers.ts';
import { joined, periodsOf, valueAt, type Period, type Timeline, type ValueChange } from './timeline.ts';
import { addSlot, addTimes, aroundMark, eventAt, kindAt, slotCount, slotsOf, toldEvents, type TellingRow, type ToldEvent, type ToldEvents } from './told-events.ts';

/** A product of which something was told that is older than what is stored. */
export interface LateProduct {
  /** As it is stored. */
  readonly before: ProductState;
  /** The same with what was seen silently since then told again. */
  readonly start: ProductState;
  readonly after: ProductState;
  /** In any order. */
  readonly records: readonly LateRecord[];
  /** All that is stored, by register, oldest first. */
  readonly periods: ReadonlyMap<string, readonly Period[]>;
  readonly tellings: readonly TellingRow[];
  /** When the product was seen after the oldest of the records, oldest first. */
  readonly sightings: readonly { readonly kind: RecordKind; readonly observedAt: Date }[];
}

export interface LateRecord {
  readonly kind: RecordKind;
  readonly observedAt: Date;
  readonly told: Telling;
}

export interface LateHistory {
  /** All superseded values of the product. */
  readonly registers: readonly (Register & { readonly periods: readonly Period[] })[];
  /** In place of those rows that are not late: what each record told. */
  readonly tellings: readonly StoredTimes[];
}

/**
 * What would be stored had the late records come in time: all that was told is told again in its order, each part with the value that
 * history has for its moment, and the late records between. A record that only repeated the last one of its kind has left a mere
 * sighting: the first such sighting after a late record, and the last, are written down as what they are.
 */
export function historyOfLate({ before, start, after, records, periods, tellings, sightings }: LateProduct): LateHistory {
  const lines = linesOf(before, periods);
  const events = toldEvents(before, tellings, lines);
  const written = toldEvents({ told: neverTold, skus: [] }, tellings.filter(({ late }) => late), lines);
  const late: { readonly mark: number; readonly record: LateRecord }[] = [];
  for (const record of records) {
    const mark = markOf(record.observedAt, record.kind);
    for (const kind of ['list', 'detail'] as const) addRepeated(events, { kind, mark, sightings });
    late.push({ mark, record });
    const alone = mergeTelling({ ...emptyState(before.offerId), id: before.id }, record.told, { teller: record.kind, mark });
    addTimes(events, alone.told, alone.skus);
  }
  addTimes(events, start.told, start.skus);
  const told = [...events].map(([mark, event]) => ({ mark, kind: kindAt(mark), told: tellingOf(event, mark, lines) }));
  const inserted = late.map(({ mark, record }) => ({ mark, kind: record.kind, told: [record.told] }));
  const replayed = replay(before.offerId, [...told, ...inserted].toSorted((a, b) => a.mark - b.mark)); // stable: of one moment, what came later
  endWith(replayed, after);
  return {
    registers: [...replayed.values()].map(({ line, ...register }) => ({ ...register, periods: periodsOf(line) })),
    tellings: [...events].filter(([mark, event]) => !(written.has(mark) && slotCount(written.get(mark)!) === slotCount(event))).map(([mark, event]) => storedEvent(mark, event)),
  };
}

/**
 * Those parts that a kind of record told last before `mark` are told again by its next sighting, and by the last one before it told
 * something else: that is the time which the state has for them.
 */
function addRepeated(events: ToldEvents, { kind, mark, sightings }: { readonly kind: RecordKind; readonly mark: number; readonly sightings: LateProduct['sightings'] }): void {
  const { last, next } = aroundMark(events, kind, mark);
  if (last === -Infinity) return;
  const seen = sightings.filter((sighting) => sighting.kind === kind).map(({ observedAt }) => markOf(observedAt, kind)).filter((again) => again > mark && again < next);
  const repeats = [seen.at(0), seen.at(-1)].filter((again) => again !== undefined).map((again) => ({ again, event: stillTold(events, last, again) }));
  for (const { again, event: { product, skus } } of repeats) {
    const repeated = eventAt(events, again);
    for (const slot of product) repeated.product.add(slot);
    for (const [skuId, own] of skus) for (const slot of own) addSlot(repeated, skuId, slot);
  }
}

/** What was told at one mark and by nobody else up to another. */
function stillTold(events: ToldEvents, mark: number, until: number): ToldEvent {
  const { product, skus } = eventAt(events, mark);
  const between = [...events].filter(([each]) => each > mark && each <= until).map(([, event]) => event);
  return {
    product: new Set([...product].filter((slot) => !between.some((event) => event.product.has(slot)))),
    skus: new Map([...skus].map(([skuId, own]) => [skuId, new Set([...own].filter((slot) => !between.some((event) => event.skus.get(skuId)?.has(slot))))])),
  };
}

const productFields = ['title', 'sourceStatus', 'minOrderQuantity', 'stockQuantity'] as const;
const fieldOf = { title: 'title', sourceStatus: 'status', minOrderQuantity: 'minOrderQuantity', stockQuantity: 'stock' } as const;

/** What a record told, with the values that history has. SKUs of which it told without telling the whole list come apart. */
function tellingOf({ product, skus }: ToldEvent, mark: number, lines: ReadonlyMap<string, Timeline>): Telling[] {
  const at = (skuId: string | null, field: Register['field']): FieldValue => valueAt(lines.get(registerKey({ skuId, field })) ?? [], Math.floor(mark)) ?? null;
  const fields: Record<string, FieldValue> = {};
  for (const name of productFields) if (product.has(productSlot(name))) fields[name] = at(null, fieldOf[name]);
  const price = at(null, 'price') as Record<string, FieldValue> | null;
  for (const name of ['priceMinCny', 'priceMaxCny'] as const) if (product.has(productSlot(name))) fields[name] = price?.[name] ?? null;
  const toldSkus = [...skus].map(([skuId, own]) => ({
    skuId,
    fields: { ...(own.has(skuSlot('priceCny')) ? { priceCny: at(skuId, 'price') } : {}), ...(own.has(skuSlot('stockQuantity')) ? { stockQuantity: at(skuId, 'stock') } : {}) },
    ...(own.has(slots.skuTiers) ? { tiers: (at(skuId, 'tiers') ?? []) as never } : {}),
  }));
  const plain: Telling = { fields, ...(product.has(slots.tiers) ? { tiers: (at(null, 'tiers') ?? []) as never } : {}) };
  if (product.has(slots.skusByDetail) || product.has(slots.skusByList)) return [{ ...plain, skus: toldSkus }];
  return toldSkus.length > 0 ? [plain, { fields: {}, skus: toldSkus }] : [plain];
}

type Replayed = Map<string, Register & { line: ValueChange[] }>;

interface Step {
  readonly mark: number;
  readonly kind: RecordKind;
  /** What comes after the first one names SKUs without being a whole list. */
  readonly told: readonly Telling[];
}

function replay(offerId: string, steps: readonly Step[]): Replayed {
  const followed: Replayed = new Map();
  let state: ProductState = { ...emptyState(offerId), id: '0' };
  let listedSince = Infinity;
  for (const { mark, kind, told } of steps) {
    const before = state;
    for (const [index, telling] of told.entries()) state = mergeTelling(state, telling, { teller: index === 0 ? kind : 'message', mark });
    if (before === state) continue;
    const at = Math.floor(mark);
    if (!Number.isNaN(skuListMark(state.told))) listedSince = Math.min(listedSince, at);
    const known = knownIn(state);
    for (const { value, ...register } of currentFollowed(state)) {
      const key = registerKey(register);
      const held = followed.get(key)?.line;
      if (held) putAt(held, { at, value });
      else if (known(register)) followed.set(key, { ...register, line: [...(isPresence(register) && listedSince < at ? [{ at: listedSince, value: null }] : []), { at, value }] });
    }
  }
  for (const each of followed.values()) each.line = [...joined(each.line)];
  return followed;
}

function putAt(line: ValueChange[], change: ValueChange): void {
  const last = line.at(-1);
  if (last && sameValue(last.value, change.value)) return;
  if (last?.at === change.at) line.pop();
  line.push(change);
}

function knownIn({ told, skus }: ProductState): (register: Register) => boolean {
  const bySkuId = new Map(skus.map((sku) => [sku.skuId, sku.told]));
  return (register) => {
    const times = register.skuId === null ? told : bySkuId.get(register.skuId);
    return slotsOf(register).some((slot) => !Number.isNaN(times?.[slot] ?? Number.NaN));
  };
}

/** What is stored as the value of now has the last word. */
function endWith(replayed: Replayed, after: ProductState): void {
  for (const { value, ...register } of currentFollowed(after)) {
    const line = replayed.get(registerKey(register))?.line;
    if (line) putAt(line, { at: line.at(-1)!.at, value });
  }
}

function storedEvent(mark: number, { product, skus }: ToldEvent): StoredTimes {
  const timesOf = (told: ReadonlySet<number>): Float64Array => neverTold.map((_, slot) => (told.has(slot) ? mark : Number.NaN));
  return toldEvent(new Date(Math.floor(mark)), timesOf(product), [...skus].map(([skuId, told]) => ({ skuId, told: timesOf(told) })));
}
