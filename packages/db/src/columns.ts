import { normalizeMoney, storableText } from '@1688/core';

/** How a value is written in a column and read back: `count` is a bigint that a number holds, `rating` has two digits after the point. */
type ColumnKind = 'text' | 'money' | 'count' | 'rating' | 'number' | 'boolean' | 'date' | 'json';

/** Field of a model → its column and kind. */
export type Columns<Field extends string = string> = Readonly<Record<Field, readonly [column: string, kind: ColumnKind]>>;

/** A model as it is stored: what nobody told is null. */
export type Told<Model> = { readonly [Field in keyof Model]-?: Exclude<Model[Field], undefined> };

/** One field that differs between what is stored and what is told. */
export interface Difference {
  readonly field: string;
  readonly column: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The model's fields out of a row. */
export function fromRow(columns: Columns, row: object): Record<string, unknown> {
  const values = row as Record<string, unknown>;
  return Object.fromEntries(Object.entries(columns).map(([field, [column, kind]]) => [field, readValue(kind, values[column])]));
}

/** The columns of those fields that were told; a field that is undefined is left out, null empties its column. */
export function toColumns(columns: Columns, model: object): Record<string, unknown> {
  return Object.fromEntries(told(columns, model).map(({ column, kind, value }) => [column, kind === 'json' && value !== null ? JSON.stringify(value) : value]));
}

/** Fields that were told and differ from `row`. */
export function differences(columns: Columns, row: object, model: object): Difference[] {
  const before = fromRow(columns, row);
  return told(columns, model)
    .map(({ field, column, value }) => ({ field, column, before: before[field], after: value }))
    .filter((each) => !sameValue(each.before, each.after));
}

/** Equal as JSON, whatever the order of an object's keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** The same data with every text as PostgreSQL can hold it. */
export function storable<Value>(value: Value): Value {
  if (typeof value === 'string') return storableText(value) as Value;
  if (Array.isArray(value)) return value.map(storable) as Value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [storableText(key), storable(each)])) as Value;
}

function told(columns: Columns, model: object): { field: string; column: string; kind: ColumnKind; value: unknown }[] {
  const values = model as Record<string, unknown>;
  return Object.entries(columns)
    .filter(([field]) => values[field] !== undefined)
    .map(([field, [column, kind]]) => ({ field, column, kind, value: normalized(kind, values[field]) }));
}

/** As it will be read back, so that an equal value is not taken for another one. */
function normalized(kind: ColumnKind, value: unknown): unknown {
  if (value === null) return null;
  if (kind === 'money') return normalizeMoney(String(value));
  return kind === 'rating' ? Number(Number(value).toFixed(2)) : value;
}

function readValue(kind: ColumnKind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'money') return normalizeMoney(String(value));
  return kind === 'count' || kind === 'rating' || kind === 'number' ? Number(value) : value;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}
