import { parseWith, SyncError, supplierSchema, type Supplier, type SupplierAlias } from '@1688/core';
import { appendChanges, type NewChange } from './changes.ts';
import { differences, fromRow, storable, toColumns, type Told } from './columns.ts';
import type { Connection, Transaction } from './connection.ts';
import { guarded } from './guarded.ts';
import { supplierColumns } from './model-columns.ts';
import { markMany, purgeSupplier } from './removals.ts';
import { rowsOf, SupplierAliasRow, SupplierRow } from './rows.ts';
import { groupsToJoin, joinSuppliers, suppliersToJoin } from './supplier-join.ts';
import { decodeToldTimes, encodeToldTimes, markOf, supplierSlot, withMark } from './told-times.ts';
import { supplierSummary, type SupplierSummary } from './summaries.ts';
import { atomically } from './transaction.ts';

/** A supplier as stored: null where nothing is known. */
export interface StoredSupplier extends Told<Omit<Supplier, 'aliases'>> {
  readonly id: string;
  readonly aliases: SupplierAlias[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

export interface ListSuppliersOptions {
  /** Only suppliers that were stored after the one with this source id, removed or not. */
  readonly after?: string;
  readonly limit?: number;
  readonly province?: string;
  readonly supplierType?: string;
}

const pageSize = 500;

/** Suppliers (供应商) of one database or, when `db` is a transaction, of that transaction. */
export function suppliers(db: Connection) {
  return guarded({
    /** The supplier with this id of the source, or null. Removed ones count as absent. */
    async find(sourceId: string): Promise<StoredSupplier | null> {
      const row = await withAliases(db).findOne({ source_id: sourceId, deleted_at: null });
      return row ? toSupplier(row) : null;
    },

    /** The supplier with our own id, or null. */
    async findById(id: string): Promise<StoredSupplier | null> {
      const row = await withAliases(db).findOne({ id, deleted_at: null });
      return row ? toSupplier(row) : null;
    },

    /** The supplier that a source knows by another key, or null. */
    async findByAlias(alias: SupplierAlias): Promise<StoredSupplier | null> {
      const owner = rowsOf(SupplierAliasRow, db).where({ kind: alias.kind, value: alias.value }).select('supplier_id');
      const row = await withAliases(db).where('id', 'in', owner).findOne({ deleted_at: null });
      return row ? toSupplier(row) : null;
    },

    /** In the order of arrival. @throws NOT_FOUND when `after` is unknown */
    async *list({ after, limit = Infinity, province, supplierType }: ListSuppliersOptions = {}): AsyncGenerator<StoredSupplier> {
      for (let last = after === undefined ? '0' : await idOf(db, after), left = limit; left > 0;) {
        const query = withAliases(db).where('id', '>', last).whereNull('deleted_at').orderBy('id').limit(Math.min(left, pageSize));
        if (province !== undefined) query.where('province', province);
        if (supplierType !== undefined) query.where('supplier_type', supplierType);
        const rows = await query;
        for (const row of rows) yield toSupplier(row);
        left -= rows.length;
        last = rows.at(-1)?.id ?? last;
        if (rows.length < pageSize) return;
      }
    },

    async count({ province, supplierType }: Pick<ListSuppliersOptions, 'province' | 'supplierType'> = {}): Promise<number> {
      const query = rowsOf(SupplierRow, db).whereNull('deleted_at');
      if (province !== undefined) query.where('province', province);
      if (supplierType !== undefined) query.where('supplier_type', supplierType);
      return query.resultSize();
    },

    async exists(sourceId: string): Promise<boolean> {
      return (await rowsOf(SupplierRow, db).findOne({ source_id: sourceId, deleted_at: null }).select('id')) !== undefined;
    },

    /** Those of these suppliers that exist, in the order of the ids. */
    async findMany(sourceIds: readonly string[]): Promise<StoredSupplier[]> {
      const rows = await withAliases(db).whereRaw('source_id = any(?)', [[...sourceIds]] as never).whereNull('deleted_at');
      const found = new Map(rows.map((row) => [row.source_id, toSupplier(row)]));
      return sourceIds.flatMap((sourceId) => found.get(sourceId) ?? []);
    },

    /** Its products in figures, or null when there is no such supplier. */
    async summary(sourceId: string): Promise<SupplierSummary | null> {
      return supplierSummary(db, sourceId);
    },

    /**
     * Stores what is told of a supplier: found by its source id, else by an alias; fields that are undefined stay as they are.
     * New aliases are added; one that belongs to another supplier stays there, unless the source id is among the aliases as well:
     * then both are one, and become one.
     * @throws FIELD_INVALID, FIELD_MISSING
     */
    async upsert(supplier: Supplier): Promise<StoredSupplier> {
      return joiningSuppliers(db, async (trx) => {
        const { id, change } = await upsertSupplier(trx, supplier);
        await appendChanges(trx, change ? [change] : []);
        const row = await withAliases(trx).findById(id).throwIfNotFound();
        return toSupplier(row);
      });
    },

    /** Soft delete (软删除). @returns false when there is no such supplier. */
    async remove(sourceId: string, at = new Date()): Promise<boolean> {
      return mark(db, sourceId, at);
    },

    /** Takes a removal back. @returns false when there is no such removed supplier. */
    async restore(sourceId: string): Promise<boolean> {
      return mark(db, sourceId, null);
    },

    /** Soft-deletes many, in batches. @returns the source ids that were removed by this call */
    async removeMany(sourceIds: readonly string[], at = new Date()): Promise<string[]> {
      return markMany(db, 'suppliers', sourceIds, at);
    },

    /** Takes the removals of many back, in batches. @returns the source ids that were restored by this call */
    async restoreMany(sourceIds: readonly string[]): Promise<string[]> {
      return markMany(db, 'suppliers', sourceIds, null);
    },

    /** See `purgeSupplier`: deletes a supplier that has no product for good. @throws DB_FOREIGN_KEY */
    async purge(sourceId: string): Promise<boolean> {
      return purgeSupplier(db, sourceId);
    },
  });
}

/** For those who write more in the same transaction: the feed's entry is theirs to append, at the end. */
export async function upsertSupplier(trx: Transaction, input: Supplier): Promise<{ id: string; change: NewChange | null }> {
  const supplier = parseWith(supplierSchema, storable(input), 'supplier');
  await checkJoined(trx, supplier);
  const inserted = (await existing(trx, supplier)) ? null : await insert(trx, supplier);
  // Whoever came second with the same new supplier waited in `insert` for the first, and finds its row here.
  const row = inserted ?? (await existing(trx, supplier)) ?? missing(supplier.sourceId);
  const changed = inserted ? [] : differences(supplierColumns, row, supplier);
  if (changed.length > 0) {
    const values = toColumns(supplierColumns, supplier);
    const update = Object.fromEntries(changed.map(({ column }) => [column, values[column]]));
    await rowsOf(SupplierRow, trx).findById(row.id).patch({ ...update, ...toldNow(row, supplier), updated_at: trx.knex.fn.now() } as object);
  }
  await addAliases(trx, row.id, supplier.aliases ?? []);
  if (inserted) return { id: row.id, change: { entity: 'supplier', sourceId: row.source_id, kind: 'created' } };
  if (changed.length === 0) return { id: row.id, change: null };
  const fields = Object.fromEntries(changed.map(({ field, before, after }) => [field, { before, after }]));
  return { id: row.id, change: { entity: 'supplier', sourceId: row.source_id, kind: 'updated', fields } };
}

/** Keys that are told together belong to one supplier. A source id that is not among the aliases is no such key. */
async function checkJoined(trx: Transaction, { sourceId, aliases = [] }: Supplier): Promise<void> {
  if (aliases.length === 0) return;
  const table = (name: string) => trx.knex.withSchema(trx.schema).table(name);
  const owned = await table('supplier_aliases').whereIn(['kind', 'value'], aliases.map(({ kind, value }) => [kind, value])).distinct('supplier_id') as { supplier_id: string }[];
  const named = aliases.some(({ value }) => value === sourceId)
    ? await table('suppliers').where({ source_id: sourceId }).select(trx.knex.raw('coalesce(joined_into, id) as supplier_id')) as { supplier_id: string }[] : [];
  const ids = [...new Set([...owned, ...named].map((row) => row.supplier_id))];
  if (ids.length > 1) throw suppliersToJoin([ids]);
}

/** Work that stores suppliers; those that turn out to be one are joined in a transaction of their own, where `db` is none, and the work is done again. */
export async function joiningSuppliers<Value>(db: Connection, work: (trx: Transaction) => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await atomically(db, work);
    } catch (error) {
      const groups = groupsToJoin(error);
      if (groups.length === 0) throw error;
      for (const ids of groups) await atomically(db, async (trx) => appendChanges(trx, await joinSuppliers(trx, ids)));
    }
  }
}

async function existing(trx: Transaction, supplier: Supplier): Promise<SupplierRow | undefined> {
  const bySourceId = await rowsOf(SupplierRow, trx).findOne({ source_id: supplier.sourceId }).forUpdate();
  if (bySourceId) return bySourceId.joined_into === null ? bySourceId : rowsOf(SupplierRow, trx).findById(bySourceId.joined_into).forUpdate();
  for (const { kind, value } of supplier.aliases ?? []) {
    const owner = rowsOf(SupplierAliasRow, trx).where({ kind, value }).select('supplier_id');
    const row = await rowsOf(SupplierRow, trx).where('id', 'in', owner).first().forUpdate();
    if (row) return row;
  }
  return undefined;
}

/** @returns null when the supplier has been stored by somebody else in the meantime */
async function insert(trx: Transaction, supplier: Supplier): Promise<SupplierRow | null> {
  const values = { source_id: supplier.sourceId, ...toColumns(supplierColumns, supplier), ...toldNow({}, supplier) };
  const table = trx.knex.withSchema(trx.schema).table('suppliers');
  const [row] = (await table.insert(values).onConflict('source_id').ignore().returning('*')) as SupplierRow[];
  return row ?? null;
}

/** What a caller tells is told now, or when anything was told last, should that lie ahead of our clock. */
function toldNow(row: object, supplier: Supplier): Record<string, unknown> {
  const times = decodeToldTimes((row as { told_times?: Buffer | null }).told_times ?? null);
  const last = times.reduce((latest, mark) => (mark > latest ? mark : latest), -Infinity);
  const mark = Math.max(markOf(new Date(), 'caller'), last);
  const values = supplier as Readonly<Record<string, unknown>>;
  const slots = supplierColumns.filter(({ field }) => values[field] !== undefined).map(({ field }) => supplierSlot(field));
  return { observed_at: new Date(mark), told_times: encodeToldTimes(withMark(times, slots, mark)) };
}

function missing(sourceId: string): never {
  throw new SyncError('DB_CONFLICT', `Supplier ${sourceId} was deleted while it was written.`, { retryable: true });
}

async function addAliases(trx: Transaction, id: string, aliases: readonly SupplierAlias[]): Promise<void> {
  if (aliases.length === 0) return;
  const rows = aliases.map(({ kind, value }) => ({ kind, value, supplier_id: id }));
  await trx.knex.withSchema(trx.schema).table('supplier_aliases').insert(rows).onConflict(['kind', 'value']).ignore();
}

async function idOf(db: Connection, sourceId: string): Promise<string> {
  const row = await rowsOf(SupplierRow, db).findOne({ source_id: sourceId }).select('id');
  if (row) return row.id;
  throw new SyncError('NOT_FOUND', `Expected a supplier with the source id ${JSON.stringify(sourceId)} to go on after, found none.`);
}

async function mark(db: Connection, sourceId: string, at: Date | null): Promise<boolean> {
  return atomically(db, async (trx) => {
    const query = rowsOf(SupplierRow, trx).where({ source_id: sourceId, joined_into: null });
    const changed = await (at ? query.whereNull('deleted_at') : query.whereNotNull('deleted_at'))
      .patch({ deleted_at: at, updated_at: trx.knex.fn.now() } as object);
    if (changed === 0) return false;
    await appendChanges(trx, [{ entity: 'supplier', sourceId, kind: at ? 'removed' : 'restored' }]);
    return true;
  });
}

function withAliases(db: Connection) {
  return rowsOf(SupplierRow, db).withGraphFetched('aliases');
}

/** Pure; with `supplierColumns` the only place that knows both spellings. */
export function toSupplier(row: SupplierRow): StoredSupplier {
  return {
    ...(fromRow(supplierColumns, row) as Told<Omit<Supplier, 'aliases' | 'sourceId'>>),
    id: row.id,
    sourceId: row.source_id,
    aliases: (row.aliases ?? []).map(({ kind, value }) => ({ kind, value })),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
}
