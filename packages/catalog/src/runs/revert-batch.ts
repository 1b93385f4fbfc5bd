import type { Change } from '@1688/core';
import {
  changedFields, encodeToldTimes, markOf, quoteName, sameContent, supersededValues, supplierColumns, supplierSlot, toSupplierState, withMark,
  type ProductState, type Transaction,
} from '@1688/db';
import type pg from 'pg';
import { isListingMove } from '../delisting/listing-change.ts';
import { writeListings } from '../delisting/listing-writer.ts';
import type { ChangeRow } from '../import/change-rows.ts';
import { writeHistory } from '../import/history-writer.ts';
import { lockProducts } from '../import/product-reader.ts';
import { updateProducts, writeChildren } from '../import/product-writer.ts';
import { foldRun, type FoldedRun } from './feed-fold.ts';
import { sameJson } from './same-json.ts';
import { revertedProduct, type KeptValue, type RevertedProduct } from './revert-product.ts';

export interface RevertBatch {
  readonly trx: Transaction;
  readonly client: pg.ClientBase;
  readonly schema: string;
  /** The run that is taken back, and the run that does it: '0' for one that writes nothing. */
  readonly runId: string;
  readonly revertId: string;
  /** Runs that took it back and were taken back themselves, and those in turn: what they did counts for nothing. */
  readonly ignored: readonly string[];
  readonly dryRun: boolean;
}

export interface RevertedBatch {
  readonly products: number;
  readonly suppliers: number;
  readonly values: number;
  readonly removed: number;
  readonly restored: number;
  readonly kept: readonly KeptValue[];
  /** To be appended at the end of the transaction. */
  readonly changes: readonly ChangeRow[];
}

export interface RevertTarget {
  readonly entity: Change['entity'];
  readonly sourceId: string;
}

/** Takes back what the run did to some products and suppliers, inside a transaction: all but the feed. */
export async function revertBatch(batch: RevertBatch, targets: readonly RevertTarget[]): Promise<RevertedBatch> {
  const { client, schema, dryRun, trx, revertId } = batch;
  const { rows: [clock] } = await client.query<{ now: Date }>(`select date_trunc('milliseconds', clock_timestamp()) as now`);
  const at = clock!.now;
  const suppliers = await revertSuppliers(batch, targets.filter(({ entity }) => entity === 'supplier').map(({ sourceId }) => sourceId), at);
  const offerIds = targets.filter(({ entity }) => entity === 'product').map(({ sourceId }) => sourceId);
  const states = await lockProducts(client, schema, offerIds);
  const folded = await foldedRuns(batch, 'product', offerIds);
  const names = await supplierNames(client, schema, [...folded.values()], [...states.values()]);
  const marks = await marksOf(client, schema, offerIds);
  const moved: (RevertedProduct & { readonly before: ProductState })[] = [];
  const [toRemove, toRestore, kept]: [string[], string[], KeptValue[]] = [[], [], [...suppliers.kept]];
  for (const [offerId, run] of folded) {
    const state = states.get(offerId);
    if (!state) continue; // purged since
    const removed = run.values.get('removed');
    if (removed && removed.changedBy === undefined && removed.before !== removed.after && marks.get(offerId) === removed.after) (removed.before === true ? toRemove : toRestore).push(offerId);
    if (run.created) {
      if (!run.touchedLater && marks.get(offerId) === false) toRemove.push(offerId);
      else if (run.touchedLater) kept.push({ entity: 'product', sourceId: offerId, field: 'created', reason: 'changed later', syncRecordId: null });
      continue;
    }
    const reverted = revertedProduct(state, run, { at, ...names });
    kept.push(...reverted.kept);
    if (reverted.values > 0) moved.push({ ...reverted, before: state });
  }
  const values = moved.reduce((sum, each) => sum + each.values, suppliers.values);
  const counts = { products: moved.length, suppliers: suppliers.count, values, removed: toRemove.length, restored: toRestore.length, kept };
  if (dryRun) return { ...counts, changes: [] };
  const written = moved.map(({ before, after }) => ({ before, after: { ...after, id: before.id! } }));
  await updateProducts(client, schema, written.map((each) => ({ ...each, touched: true })));
  await writeListings(client, schema, written.map((each) => ({ offer: { records: [] }, written: each })));
  await writeChildren(trx, client, written);
  await writeHistory(client, schema, written.flatMap(({ before, after }) =>
    supersededValues(before, after).map((value) => ({ ...value, productId: after.id, knownSince: before.firstObservedAt, until: at }))), revertId);
  await mark(client, schema, toRemove, true);
  await mark(client, schema, toRestore, false);
  const changes = [
    ...suppliers.changes, ...written.flatMap(({ before, after }) => changesOf(before, after, batch, names.supplierName)),
    ...[...toRemove].map((sourceId): ChangeRow => ({ entity: 'product', sourceId, kind: 'removed', fields: {} })),
    ...[...toRestore].map((sourceId): ChangeRow => ({ entity: 'product', sourceId, kind: 'restored', fields: {} })),
  ];
  return { ...counts, changes };
}

function changesOf(before: ProductState, after: ProductState, { revertId }: RevertBatch, nameOf: (id: string | null) => string | null): ChangeRow[] {
  const change = { entity: 'product', sourceId: after.offerId } as const;
  const rows: ChangeRow[] = [];
  if (!sameContent(before, after)) {
    const fields = changedFields(before, after);
    if (fields['supplier']) fields['supplier'] = { before: nameOf(before.supplierId), after: nameOf(after.supplierId) };
    rows.push({ ...change, kind: 'updated', fields });
  }
  if (!isListingMove(before.listing, after.listing)) return rows;
  const [was, is] = [before.listing.delistedAt?.toISOString() ?? null, after.listing.delistedAt?.toISOString() ?? null];
  const evidence = { before: before.listing.evidence, after: after.listing.evidence ?? { kind: 'revert', syncRecordId: revertId } };
  return [...rows, { ...change, kind: is === null ? 'relisted' : 'delisted', fields: { delistedAt: { before: was, after: is }, evidence } }];
}

/** For each entity its entries from the run's first on, folded; what the reverting run itself wrote does not count. */
async function foldedRuns({ client, schema, runId, revertId, ignored }: RevertBatch, entity: Change['entity'], sourceIds: readonly string[]): Promise<Map<string, FoldedRun>> {
  if (sourceIds.length === 0) return new Map();
  const { rows } = await client.query<{ source_id: string; kind: Change['kind']; fields: Change['fields']; sync_record_id: string | null }>(
    `select source_id, kind, fields, sync_record_id from ${quoteName(schema)}.changes c
     where entity = $1 and source_id = any($2) and seq >= (select min(seq) from ${quoteName(schema)}.changes f where f.source_id = c.source_id and f.entity = c.entity and f.sync_record_id = $3)
       and coalesce(sync_record_id, 0) <> all($4) order by seq`, [entity, sourceIds, runId, [revertId, ...ignored].filter((id) => id !== '0')]);
  const grouped = Map.groupBy(rows, (row) => row.source_id);
  return new Map([...grouped].map(([sourceId, group]) => [sourceId, foldRun(
    group.map(({ kind, fields, sync_record_id: syncRecordId }) => ({ seq: 0n, entity, sourceId, kind, fields, syncRecordId, changedAt: new Date(0) })), ({ syncRecordId }) => syncRecordId === runId)]));
}

async function supplierNames(client: pg.ClientBase, schema: string, runs: readonly FoldedRun[], states: readonly ProductState[]): Promise<{ supplierIds: Map<string, string>; supplierName: (id: string | null) => string | null }> {
  const told = runs.flatMap(({ values }) => values.get('supplier')?.before ?? []).filter((each) => typeof each === 'string');
  const held = states.flatMap(({ supplierId }) => supplierId ?? []);
  const { rows } = await client.query<{ id: string; source_id: string; joined_into: string | null }>(
    `select id, source_id, joined_into from ${quoteName(schema)}.suppliers where source_id = any($1) or id = any($2)`, [told, held]);
  const byId = new Map(rows.map((row) => [row.id, row.source_id]));
  return { supplierIds: new Map(rows.map((row) => [row.source_id, row.joined_into ?? row.id])), supplierName: (id) => (id === null ? null : (byId.get(id) ?? null)) };
}

/** Which of them the user, or a run, has removed. */
async function marksOf(client: pg.ClientBase, schema: string, offerIds: readonly string[]): Promise<Map<string, boolean>> {
  const { rows } = await client.query<{ source_id: string; removed: boolean }>(`select source_id, deleted_at is not null as removed from ${quoteName(schema)}.products where source_id = any($1)`, [offerIds]);
  return new Map(rows.map((row) => [row.source_id, row.removed]));
}

async function mark(client: pg.ClientBase, schema: string, offerIds: readonly string[], removed: boolean): Promise<void> {
  if (offerIds.length === 0) return;
  await client.query(`update ${quoteName(schema)}.products set deleted_at = ${removed ? 'now()' : 'null'}, updated_at = now() where source_id = any($1)`, [offerIds]);
}

/** Fields of suppliers; what was found out about their keys stays: nothing that tells it would be told again. */
async function revertSuppliers(batch: RevertBatch, sourceIds: readonly string[], at: Date): Promise<{ count: number; values: number; kept: KeptValue[]; changes: ChangeRow[] }> {
  const result = { count: 0, values: 0, kept: [] as KeptValue[], changes: [] as ChangeRow[] };
  if (sourceIds.length === 0) return result;
  const { client, schema, dryRun } = batch;
  const s = quoteName(schema);
  const folded = await foldedRuns(batch, 'supplier', sourceIds);
  const { rows } = await client.query<Record<string, unknown>>(`select * from ${s}.suppliers where source_id = any($1) and joined_into is null order by source_id collate "C" for no key update`, [sourceIds]);
  for (const state of rows.map(toSupplierState)) {
    const run = folded.get(state.sourceId);
    if (!run || run.created) continue;
    const fields: Record<string, { before: unknown; after: unknown }> = {};
    for (const { field } of supplierColumns) {
      const value = run.values.get(field);
      if (!value || value.before === undefined || sameJson(value.before, value.after)) continue;
      const stands = value.changedBy === undefined && sameJson(state.fields[field] ?? null, value.after);
      if (stands) fields[field] = { before: value.after, after: value.before };
      else result.kept.push({ entity: 'supplier', sourceId: state.sourceId, field, reason: 'changed later', syncRecordId: value.changedBy ?? null });
    }
    const names = Object.keys(fields);
    if (names.length === 0) continue;
    result.count += 1;
    result.values += names.length;
    result.changes.push({ entity: 'supplier', sourceId: state.sourceId, kind: 'updated', fields });
    if (dryRun) continue;
    const columns = supplierColumns.filter(({ field }) => names.includes(field));
    const told = withMark(state.told, names.map(supplierSlot), markOf(at, 'caller'));
    await client.query(`update ${s}.suppliers set ${columns.map(({ column }, index) => `${column} = $${index + 3}`).join(', ')}, told_times = $2, updated_at = now() where id = $1`,
      [state.id, encodeToldTimes(told), ...columns.map(({ field }) => fields[field]!.after)]);
  }
  return result;
}
