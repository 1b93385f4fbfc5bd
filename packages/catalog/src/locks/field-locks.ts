import { parseProduct, SyncError } from '@1688/core';
import {
  changedFields, changes, encodeToldTimes, normalValue, productSlot, productTimesWith, quoteName, sameValue, storable, supersededValues, transaction, withClient, withMark,
  type Column, type Connection, type Database, type FieldLock, type FieldLocks, type FieldValue, type FieldValues, type ProductState, type Transaction,
} from '@1688/db';
import { writeHistory } from '../import/history-writer.ts';
import { lockProducts } from '../import/product-reader.ts';
import { lockableColumn, lockableFields } from './lockable-field.ts';

/** A field that syncs leave alone, as it is shown. */
export interface LockedField {
  readonly field: string;
  readonly lockedAt: Date;
  /** True when the source last told something else; null where only its documents know, as for lists. */
  readonly differs: boolean | null;
  /** What the source said of it last, or null. */
  readonly sourceValue: unknown;
}

export interface LockOptions {
  /** What the field is to hold, as `@1688/core` types it; null empties it. Default: what it holds now. Not for lists. */
  readonly value?: unknown;
}

/**
 * Keeps a field of a product as it is, or as `value` says, against every later sync. What sources say of it meanwhile is kept beside
 * it and comes back with `unlockField`. A second lock of the same field only changes its value.
 * @param field as `@1688/core` spells it: any field of a product but its id, `priceTiers`, `skus`, `images` and `supplier`
 * @throws NOT_FOUND for an offer that is not stored or was removed; ARGUMENT_INVALID, FIELD_INVALID, FIELD_TOO_LONG, FIELD_MISSING
 */
export async function lockField(db: Database, offerId: string, field: string, { value }: LockOptions = {}): Promise<readonly LockedField[]> {
  const column = lockableColumn(field);
  if (value !== undefined && column === null) {
    throw new SyncError('ARGUMENT_INVALID', `Expected no value for ${field}, which can only be locked as it is.`, { hint: 'Change it with an import or the repository first, then lock it.' });
  }
  return edited(db, offerId, (state) => {
    const held = state.fields[field] ?? null;
    const now = value === undefined || column === null ? held : checkedValue(state, column, value);
    const lock = state.locks?.[field] ?? { lockedAt: new Date().toISOString(), source: sourceOf(state, column) };
    return { ...state, fields: column && now !== held ? { ...state.fields, [field]: now } : state.fields, locks: { ...state.locks, [field]: lock } };
  });
}

/**
 * Gives fields back to the syncs: each takes what the source said of it last. A list follows with the next document about the offer.
 * @param fields default: all that are locked
 * @returns the locks that stay
 * @throws NOT_FOUND; ARGUMENT_INVALID for a field that is not locked
 */
export async function unlockFields(db: Database, offerId: string, fields?: readonly string[]): Promise<readonly LockedField[]> {
  return edited(db, offerId, (state) => {
    const stranger = fields?.find((field) => !Object.hasOwn(state.locks ?? {}, field));
    if (stranger !== undefined) {
      throw new SyncError('ARGUMENT_INVALID', `Expected a locked field of offer ${offerId}, received ${JSON.stringify(stranger.slice(0, 60))}.`, { hint: `Locked are: ${Object.keys(state.locks ?? {}).join(', ') || 'none'}.` });
    }
    return (fields ?? Object.keys(state.locks ?? {})).reduce(unlocked, state);
  });
}

/** The locks of a product, by field. @throws NOT_FOUND */
export async function lockedFields(db: Connection, offerId: string): Promise<readonly LockedField[]> {
  return withClient(db, async (client) => {
    const { rows } = await client.query<Record<string, unknown>>(`select * from ${quoteName(db.schema)}.products where source_id = $1 and deleted_at is null`, [offerId]);
    const [row] = rows;
    if (!row) throw unknownOffer(offerId);
    const columns = lockableFields.flatMap((field) => lockableColumn(field) ?? []);
    const fields = Object.fromEntries(columns.map(({ field, column, type }) => [field, normalValue(type, row[column])]));
    return shownLocks(row['field_locks'] as FieldLocks | null, fields);
  });
}

/** Locks the product, writes what an edit changes, its history and the feed, in one transaction. */
async function edited(db: Database, offerId: string, edit: (state: ProductState) => ProductState): Promise<readonly LockedField[]> {
  return transaction(db, (trx) => withClient(trx, async (client) => {
    const before = (await lockProducts(client, db.schema, [offerId])).get(offerId);
    const { rows } = await client.query(`select now() as now from ${quoteName(db.schema)}.products where source_id = $1 and deleted_at is null`, [offerId]);
    if (!before || rows.length === 0) throw unknownOffer(offerId);
    const after = edit(before);
    await writeState(trx, before, after);
    const until = rows[0]?.['now'] as Date;
    await writeHistory(client, db.schema, supersededValues(before, after).map((value) => ({ ...value, productId: before.id ?? '', knownSince: before.firstObservedAt, until })), null);
    const fields = { ...changedFields(before, after), ...lockChange(before.locks, after.locks) };
    if (Object.keys(fields).length > 0) await changes(trx).append([{ entity: 'product', sourceId: offerId, kind: 'updated', fields }]);
    return shownLocks(after.locks, after.fields);
  }));
}

/** An unlocked list forgets what its documents hashed to, so that the next one is read although it did not change. */
async function writeState({ knex, schema }: Transaction, before: ProductState, after: ProductState): Promise<void> {
  const changed = Object.keys(after.fields).filter((field) => after.fields[field] !== before.fields[field]).flatMap((field) => lockableColumn(field) ?? []);
  const values = Object.fromEntries(changed.map((column) => [column.column, storedValue(column, after.fields[column.field] ?? null)]));
  const grams = changed.some(({ field }) => field === 'title') ? { title_grams: knex.raw(`${quoteName(schema)}.grams(?)`, [after.fields['title'] as string]) } : {};
  const hashes = after.kinds === before.kinds ? {} : { list_hash: null, detail_hash: null, message_hash: null };
  const times = after.told === before.told ? {} : { told_times: encodedTimes(after) };
  await knex.withSchema(schema).table('products').where({ id: before.id }).update({ ...values, ...grams, ...hashes, ...times, field_locks: after.locks && JSON.stringify(after.locks), updated_at: knex.fn.now() });
}

function checkedValue({ offerId, fields }: ProductState, { field, type }: Column, value: unknown): FieldValue {
  const checked = parseProduct(storable({ offerId, title: fields['title'], [field]: value })) as Readonly<Record<string, unknown>>;
  return normalValue(type, field === 'currency' && checked[field] === null ? 'CNY' : checked[field]);
}

/** What is stored now is what the source said, if it said anything. */
function sourceOf({ fields, told }: ProductState, column: Column | null): FieldLock['source'] {
  if (column === null) return null;
  const mark = told[productSlot(column.field)]!;
  return Number.isNaN(mark) ? null : { value: fields[column.field] ?? null, mark };
}

function unlocked(state: ProductState, field: string): ProductState {
  const { [field]: lock, ...others } = state.locks ?? {};
  const locks = Object.keys(others).length > 0 ? others : null;
  if (lockableColumn(field) === null) {
    const { list, detail, message } = state.kinds;
    return { ...state, locks, kinds: { list: { ...list, hash: null }, detail: { ...detail, hash: null }, message: { ...message, hash: null } } };
  }
  if (!lock?.source) return { ...state, locks };
  return { ...state, locks, fields: { ...state.fields, [field]: lock.source.value }, told: withMark(state.told, [productSlot(field)], lock.source.mark) };
}

function lockChange(before: FieldLocks | null, after: FieldLocks | null): Record<string, { before: unknown; after: unknown }> {
  const [was, is] = [Object.keys(before ?? {}).toSorted(), Object.keys(after ?? {}).toSorted()];
  return sameValue(was, is) ? {} : { lockedFields: { before: was, after: is } };
}

function shownLocks(locks: FieldLocks | null, fields: FieldValues): readonly LockedField[] {
  return Object.entries(locks ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([field, { lockedAt, source }]) => ({
    field, lockedAt: new Date(lockedAt), sourceValue: source?.value ?? null, differs: source && !sameValue(source.value, fields[field] ?? null),
  }));
}

function storedValue({ type }: Column, value: FieldValue): unknown {
  return value !== null && (type === 'attributes' || type === 'specifications') ? JSON.stringify(value) : value;
}

function encodedTimes({ told, skuTold }: ProductState): Buffer | null {
  return encodeToldTimes(productTimesWith(told, skuTold));
}

function unknownOffer(offerId: string): SyncError {
  return new SyncError('NOT_FOUND', `Expected an offer that is stored, received ${JSON.stringify(offerId.slice(0, 64))}.`, { hint: 'Look for it with "1688sync search".' });
}
