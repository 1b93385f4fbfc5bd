import { isSyncError, SyncError, type SupplierAlias } from '@1688/core';
import type { NewChange } from './changes.ts';
import { sameValue } from './columns.ts';
import { withClient } from './transaction.ts';
import type { Transaction } from './connection.ts';
import { supplierColumns } from './model-columns.ts';
import { quoteName } from './quote-name.ts';
import { joinedSuppliers, keyStrength, toSupplierState, type SupplierState } from './supplier-state.ts';
import { encodeToldTimes } from './told-times.ts';

/**
 * Makes suppliers one that were stored apart and turned out to be the same: the one with the strongest key gets the aliases and
 * products of the others, and what is known of them; the others are soft-deleted and say whom they joined. To be done in a transaction
 * of its own: it waits until everybody who has just looked one of them up is done, and holds no product before that.
 * @param ids our ids; those that are joined already do not count
 * @returns entries for the feed, which tell everything that would be needed to part them again
 */
export async function joinSuppliers(trx: Transaction, ids: readonly string[]): Promise<NewChange[]> {
  return withClient(trx, async (client) => {
    const s = quoteName(trx.schema);
    const { rows } = await client.query<Record<string, unknown>>(
      `select * from ${s}.suppliers where id = any($1) and joined_into is null order by source_id collate "C" for update`, [ids]);
    if (rows.length < 2) return [];
    const { rows: aliasRows } = await client.query<SupplierAlias & { supplier_id: string }>(
      `select supplier_id, kind, value from ${s}.supplier_aliases where supplier_id = any($1) order by kind collate "C", value collate "C"`, [rows.map((row) => row['id'])]);
    const aliasesOf = (state: SupplierState): SupplierAlias[] => aliasRows.filter((row) => row.supplier_id === state.id).map(({ kind, value }) => ({ kind, value }));
    const [into, ...others] = rows.map(toSupplierState).toSorted((a, b) => keyStrength(a.sourceId, aliasesOf(a)) - keyStrength(b.sourceId, aliasesOf(b)));
    if (!into) return [];
    const joined = others.reduce(joinedSuppliers, into);
    const gone = others.map(({ id }) => id);
    await client.query(`update ${s}.supplier_aliases set supplier_id = $1 where supplier_id = any($2)`, [into.id, gone]);
    await client.query(`update ${s}.suppliers set joined_into = $1, deleted_at = coalesce(deleted_at, now()), updated_at = now() where id = any($2)`, [into.id, gone]);
    await client.query(`update ${s}.suppliers set joined_into = $1 where joined_into = any($2)`, [into.id, gone]);
    await client.query(
      `update ${s}.suppliers s set (${columnList}, told_times, observed_at, updated_at) = row(${columnList.replaceAll(/\w+/g, 't.$&')}, $2::bytea, $3::timestamptz, now())
       from jsonb_populate_record(null::${s}.suppliers, $1) t where s.id = t.id`,
      [JSON.stringify({ id: into.id, ...Object.fromEntries(supplierColumns.map(({ field, column }) => [column, joined.fields[field] ?? null])) }), encodeToldTimes(joined.told), joined.observedAt]);
    const { rows: moved } = await client.query<{ offer_id: string; supplier_id: string }>(
      `with held as materialized (select id, source_id, supplier_id from ${s}.products where supplier_id = any($2) order by source_id collate "C" for no key update)
       update ${s}.products p set supplier_id = $1, updated_at = now() from held where p.id = held.id returning held.source_id as offer_id, held.supplier_id`, [into.id, gone]);
    const sourceIds = new Map(others.map(({ id, sourceId }) => [id, sourceId]));
    const known = Object.fromEntries(supplierColumns.filter(({ field }) => !sameValue(into.fields[field] ?? null, joined.fields[field] ?? null))
      .map(({ field }) => [field, { before: into.fields[field] ?? null, after: joined.fields[field] ?? null }]));
    const all = [...aliasesOf(into), ...others.flatMap(aliasesOf)];
    return [
      ...others.map((other): NewChange => ({
        entity: 'supplier', sourceId: other.sourceId, kind: 'removed',
        fields: { joinedInto: { before: null, after: into.sourceId }, aliases: { before: aliasesOf(other), after: [] } },
      })),
      { entity: 'supplier', sourceId: into.sourceId, kind: 'updated', fields: { ...known, aliases: { before: aliasesOf(into), after: all } } },
      ...moved.map((row): NewChange => ({
        entity: 'product', sourceId: row.offer_id, kind: 'updated', fields: { supplier: { before: sourceIds.get(row.supplier_id) ?? null, after: into.sourceId } },
      })),
    ];
  });
}

const columnList = supplierColumns.map(({ column }) => column).join(', ');

/**
 * Thrown where a transaction met suppliers that have to be joined in one of their own, and may be run again after that.
 * @param groups our ids of those that are one
 */
export function suppliersToJoin(groups: readonly (readonly string[])[]): SyncError {
  return new SyncError('DB_CONFLICT', `Expected all keys that a record tells of a supplier to belong to one, found ${groups.length} whose rows have to become one.`, {
    retryable: true, details: { suppliersToJoin: groups },
  });
}

/** The groups of `suppliersToJoin`; none for any other error. */
export function groupsToJoin(error: unknown): readonly (readonly string[])[] {
  const groups = isSyncError(error) ? error.details['suppliersToJoin'] : undefined;
  return Array.isArray(groups) ? (groups as string[][]) : [];
}
