import { isRuinedId, shown, sourceIdSchema, storableText, SyncError } from '@1688/core';
import { isObject, type RawObject } from '../json/json-text.ts';
import { looseCount, strictQuantity } from '../values/count-text.ts';
import { parsePrice, type PriceRange } from '../values/price-text.ts';
import { parseSourceTime } from '../values/source-time.ts';

/*
 * Readers of one field. Each takes the paths under which sources know the field (`price_info.price_min`), best first, and
 * answers undefined when none is in the record (not told), null when the record says that there is nothing, else the value.
 */

/** A field as it was found: its path and its value, null for what means nothing. */
export interface Told {
  readonly field: string;
  readonly value: unknown;
}

/** The first path with something in it; one that is told to be empty only if no other has more. */
export function told(record: RawObject, paths: readonly string[]): Told | undefined {
  let empty: Told | undefined;
  for (const field of paths) {
    const value = unwrapped(Object.hasOwn(record, field) ? record[field] : field.includes('.') ? valueAt(record, field) : undefined);
    if (value === undefined) continue;
    if (!isBlank(value)) return { field, value };
    empty ??= { field, value: null };
  }
  return empty;
}

/** The value at a path of keys joined by dots; own properties only. Without `split`: this runs dozens of times for each record. */
export function valueAt(record: unknown, path: string): unknown {
  let value = record;
  for (let start = 0; ; ) {
    const dot = path.indexOf('.', start);
    const key = dot < 0 ? (start === 0 ? path : path.slice(start)) : path.slice(start, dot);
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
    if (dot < 0) return value;
    start = dot + 1;
  }
}

/** What the words for emptiness mean in every source: null, "", "null", "undefined". An empty list is a list. */
export function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && (value.trim() === '' || value === 'null' || value === 'undefined'));
}

/** MongoDB exports wrap ids and long numbers. */
function unwrapped(value: unknown): unknown {
  return isObject(value) ? (value['$numberLong'] ?? value['$oid'] ?? value['$numberDecimal'] ?? value) : value;
}

/** Plain text of a scalar; undefined for objects and lists, which are no text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return storableText(value).trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function readText(record: RawObject, ...paths: string[]): string | null | undefined {
  const found = told(record, paths);
  return found === undefined || found.value === null ? (found?.value as null | undefined) : textOf(found.value) || undefined;
}

/** Text that a record without it cannot do without. @throws FIELD_MISSING */
export function needText(record: RawObject, noun: string, ...paths: string[]): Told & { readonly value: string } {
  const found = told(record, paths);
  const value = textOf(found?.value);
  if (!found || value === undefined || value === '') throw missing(found?.field ?? paths[0]!, noun, found?.value);
  return { field: found.field, value };
}

/** An id that nothing has been put around. */
const plainId = /^\d{1,64}$/;

/**
 * An id as text, free of what spreadsheets and other tools put around it (`'…`, `="…"`, `….0`).
 * @throws FIELD_INVALID for an id whose digits are lost, or that holds blanks
 */
export function readId(record: RawObject, ...paths: string[]): Told & { readonly value: string | null } | undefined {
  const found = told(record, paths);
  if (found === undefined || found.value === null) return found as (Told & { value: null }) | undefined;
  if (typeof found.value === 'string' && plainId.test(found.value)) return found as Told & { value: string };
  const raw = textOf(found.value);
  const value = raw?.replace(/^="(.*)"$/, '$1').replace(/^['‘’`]/, '').replace(/^(\d+)\.0+$/, '$1');
  if (value !== undefined && isRuinedId(value)) {
    throw new SyncError('FIELD_INVALID', `Expected ${found.field} to be an id with all its digits, received ${shown(value)}: Excel has cut the digits.`, {
      hint: 'Format the column as text before you paste the ids into it, and export again.',
      details: { field: found.field },
    });
  }
  if (value === undefined || !sourceIdSchema.safeParse(value).success) throw invalid(found.field, 'an id of 1 to 64 characters without blanks', found.value);
  return { field: found.field, value };
}

/** @throws FIELD_INVALID for what is no price */
export function readPrice(record: RawObject, ...paths: string[]): PriceRange | null | undefined {
  const found = told(record, paths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  const text = textOf(found.value);
  const price = text === undefined ? undefined : parsePrice(text);
  if (price === undefined) throw invalid(found.field, 'a price in yuan such as "12.50" or "12.50-18.00"', found.value);
  return price;
}

/** One sum; of a range the lower end. @throws FIELD_INVALID */
export function readMoney(record: RawObject, ...paths: string[]): string | null | undefined {
  const price = readPrice(record, ...paths);
  return price ? price.min : price;
}

/** A quantity that orders depend on. Text without any digit (有货) tells no number. @throws FIELD_INVALID */
export function readQuantity(record: RawObject, ...paths: string[]): number | null | undefined {
  const found = told(record, paths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  const text = textOf(found.value);
  const quantity = text === undefined ? undefined : strictQuantity(text);
  if (quantity === undefined) throw invalid(found.field, 'a number of pieces, 0 or more', found.value);
  return quantity ?? undefined;
}

/** A count that nothing depends on: what cannot be read is not told. */
export function readCount(record: RawObject, ...paths: string[]): number | null | undefined {
  const found = told(record, paths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  const text = textOf(found.value);
  return text === undefined || text.startsWith('-') ? undefined : (looseCount(text) ?? undefined);
}

/** 0 to 5; anything else is not told. */
export function readRating(record: RawObject, ...paths: string[]): number | null | undefined {
  const found = told(record, paths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  const match = /^(\d(?:\.\d+)?)分?$/.exec(textOf(found.value)?.normalize('NFKC') ?? '');
  return match && Number(match[1]) <= 5 ? Number(match[1]) : undefined;
}

export function readTime(record: RawObject, ...paths: string[]): Date | null | undefined {
  const found = told(record, paths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  return typeof found.value === 'string' || typeof found.value === 'number' ? (parseSourceTime(found.value) ?? undefined) : undefined;
}

/** `true`, `"true"`, 1, 是 and their opposites; anything else is not told. */
export function readFlag(record: RawObject, ...paths: string[]): boolean | null | undefined {
  const found = told(record, paths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  const text = textOf(found.value)?.toLowerCase() ?? '';
  if (['true', '1', 'yes', 'y', '是', '支持'].includes(text)) return true;
  return ['false', '0', 'no', 'n', '否', '不支持'].includes(text) ? false : undefined;
}

/** The objects of a list; undefined when no path holds a list, null when it was told to be nothing. */
export function readObjects(record: RawObject, ...paths: string[]): RawObject[] | null | undefined {
  const found = told(record, paths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  return Array.isArray(found.value) ? found.value.filter(isObject) : undefined;
}

export function missing(field: string, noun: string, received?: unknown): SyncError {
  return new SyncError('FIELD_MISSING', `Expected the record to have ${noun} in ${field}, received ${shown(received ?? undefined)}.`, {
    hint: `Give the record a value for ${field}.`,
    details: { field },
  });
}

export function invalid(field: string, wanted: string, received: unknown): SyncError {
  return new SyncError('FIELD_INVALID', `Expected ${field} to be ${wanted}, received ${shown(received)}.`, {
    hint: `Correct ${field} in the source and import the record again.`,
    details: { field },
  });
}
