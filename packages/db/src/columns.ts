import { normalizeMoney, storableText, type Attribute } from '@1688/core';

/** A value as both sides of a comparison and the change feed spell it: money with two or four decimals, times as ISO text, counts as numbers. */
export type FieldValue = string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>;
export type FieldValues = Readonly<Record<string, FieldValue>>;

/** `count` is a bigint that a number holds, `rating` has two digits after the point, `attributes` and `specifications` are JSON. */
export type ColumnType = 'text' | 'attributes' | 'specifications' | 'money' | 'count' | 'boolean' | 'rating' | 'number' | 'time';
/** Staleness is judged by these; an observation may be new for the price and old for the stock. */
export type FieldGroup = 'content' | 'price' | 'stock';

export interface Column {
  /** As `@1688/core` spells it. */
  readonly field: string;
  /** As the table spells it. */
  readonly column: string;
  readonly type: ColumnType;
  readonly group: FieldGroup;
}

/** A model as it is stored: what nobody told is null. */
export type Told<Model> = { readonly [Field in keyof Model]-?: Exclude<Model[Field], undefined> };

/** One field that differs between what is stored and what is told, in normal spelling. */
export interface Difference {
  readonly field: string;
  readonly column: string;
  readonly before: FieldValue;
  readonly after: FieldValue;
}

/** The model's fields out of a row: in normal spelling, but times are Dates. */
export function fromRow(columns: readonly Column[], row: object): Record<string, unknown> {
  const values = row as Record<string, unknown>;
  return Object.fromEntries(columns.map(({ field, column, type }) => [field, type === 'time' ? (values[column] ?? null) : normalValue(type, values[column])]));
}

/** The fields of a row as pg returned it, in normal spelling. */
export function fieldsOfRow(columns: readonly Column[], row: Readonly<Record<string, unknown>>): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = {};
  for (const { field, column, type } of columns) fields[field] = normalValue(type, row[column]);
  return fields;
}

/** The columns of those fields that were told; a field that is undefined is left out, null empties its column. */
export function toColumns(columns: readonly Column[], model: object): Record<string, unknown> {
  return Object.fromEntries(told(columns, model).map(({ column, type, value }) => [column, columnValue(type, value)]));
}

/** Fields that were told and differ from `row`. */
export function differences(columns: readonly Column[], row: object, model: object): Difference[] {
  const values = row as Record<string, unknown>;
  return told(columns, model)
    .map(({ field, column, type, value }) => ({ field, column, before: normalValue(type, values[column]), after: normalValue(type, value) }))
    .filter((each) => !sameValue(each.before, each.after));
}

/** One spelling for equal values, from what a record tells and from what pg returns. Undefined counts as null. */
export function normalValue(type: ColumnType, value: unknown): FieldValue {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'money':
      return normalizeMoney(String(value));
    case 'count':
    case 'number':
      return Number(value);
    case 'rating':
      return Math.round(Number(value) * 100) / 100;
    case 'time':
      return (value as Date).toISOString();
    case 'attributes':
      return (value as Attribute[]).map(({ name, value: text, imageUrl }) => (imageUrl == null ? { name, value: text } : { name, value: text, imageUrl }));
    case 'specifications':
      return Object.fromEntries(Object.entries(value as Record<string, FieldValue>).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    case 'text':
    case 'boolean':
      return value as string | boolean;
  }
}

/** True when both are the same value; lists and objects are compared by their normal spelling. */
export function sameValue(a: FieldValue, b: FieldValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The same data with every text as PostgreSQL can hold it. */
export function storable<Value>(value: Value): Value {
  if (typeof value === 'string') return storableText(value) as Value;
  if (Array.isArray(value)) return value.map(storable) as Value;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [storableText(key), storable(each)])) as Value;
}

function told(columns: readonly Column[], model: object): (Column & { value: unknown })[] {
  const values = model as Record<string, unknown>;
  return columns.filter(({ field }) => values[field] !== undefined).map((column) => ({ ...column, value: values[column.field] }));
}

/** As pg takes it: a list would become an array of PostgreSQL, and a Date reaches years that ISO text does not. */
function columnValue(type: ColumnType, value: unknown): unknown {
  if (type === 'time') return value;
  const normal = normalValue(type, value);
  return typeof normal === 'object' && normal !== null ? JSON.stringify(normal) : normal;
}
