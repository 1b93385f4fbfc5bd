import { isObject, parseJson, type RawObject } from '../json/json-text.ts';
import { isBlank, told, textOf } from '../record/read-field.ts';

/*
 * A message is an envelope `{ msgId, gmtBorn, type, userInfo, data }` around what it says, or what it says alone. One message may
 * speak of several offers; each becomes a message of its own in the same form.
 */

/** Where the changed stocks stand; 1688 writes the first, relays the second. */
const stockLists = ['OfferInventoryChangeList', 'offerInventoryChangeList'] as const;
/** Where the offers stand that a message is about. */
export const idFields = ['productIds', 'productId', 'productID', 'offerIds', 'offerId'] as const;

/** What the message says: its `data`, as an object or as the JSON text of one, or the message itself. Null for a text that is no object. */
export function bodyOf(message: RawObject): RawObject | null {
  const { data } = message;
  if (!hasEnvelope(message)) return message;
  if (typeof data !== 'string') return isObject(data) ? data : null;
  try {
    const { value } = parseJson(data);
    return isObject(value) ? value : null;
  } catch {
    return null; // the caller rejects the record and names the field
  }
}

export function hasEnvelope(message: RawObject): boolean {
  return 'data' in message && ['msgId', 'gmtBorn', 'type', 'userInfo', 'topicName'].some((key) => key in message);
}

/** The entries of a stock message, or null for a message of another kind. What is no object stays, so that it can be rejected. */
export function stockEntries(body: RawObject): readonly unknown[] | null {
  const list = stockLists.map((key) => body[key]).find((each) => each !== undefined && !isBlank(each));
  if (list === undefined) return null;
  return Array.isArray(list) ? list : [list];
}

/** A message for each offer, and for each moment of its stock; the message itself where it speaks of one. */
export function messageParts(message: RawObject): readonly RawObject[] {
  const body = bodyOf(message);
  if (body === null) return [message];
  const bodies = stockEntries(body) === null ? byOffer(body) : byStockMoment(body);
  if (bodies.length < 2) return [message];
  return bodies.map((part) => (hasEnvelope(message) ? { ...message, data: part } : part));
}

/** Offers of one message, each once. */
function byOffer(body: RawObject): readonly RawObject[] {
  const found = told(body, idFields);
  const ids = new Set(idsOf(found?.value));
  return found === undefined ? [] : [...ids].map((id) => ({ ...body, [found.field]: id }));
}

/** `"897022666243,897022666242"`, a list, or one number. */
function idsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(idsOf);
  return typeof value === 'string' ? value.split(/[\s,，;；、]+/).filter((id) => id !== '') : [value];
}

/**
 * Stocks that were counted at one moment belong together. An entry that tells only by how much a stock moved stays alone, because it
 * will be rejected.
 */
function byStockMoment(body: RawObject): readonly RawObject[] {
  const key = stockLists.find((each) => each in body)!;
  const groups = Map.groupBy(stockEntries(body) ?? [], (entry) => {
    if (!isObject(entry)) return entry;
    const level = ['offerOnSale', 'skuOnSale'].some((field) => !isBlank(entry[field] ?? null));
    return level ? `${textOf(entry['offerId'] ?? null) ?? ''} ${textOf(entry['bizTime'] ?? null) ?? ''}` : entry;
  });
  return [...groups.values()].map((entries) => ({ ...body, [key]: entries }));
}
