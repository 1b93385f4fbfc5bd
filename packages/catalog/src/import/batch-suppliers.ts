import { SyncError, type SupplierAlias } from '@1688/core';
import { fieldsOfRow, quoteName, sameValue, supplierColumns, type FieldValues } from '@1688/db';
import type pg from 'pg';
import type { ChangeRow } from './change-rows.ts';
import { isOlder } from './merge-record.ts';
import { compareText, type ToldSupplier } from './told-product.ts';

export interface SeenSupplier {
  readonly told: ToldSupplier;
  readonly observedAt: Date;
}

export interface ResolvedSuppliers {
  /** Told source id → our id. */
  readonly ids: ReadonlyMap<string, string>;
  /** Our id → source id. */
  readonly sourceIds: ReadonlyMap<string, string>;
  readonly created: number;
  readonly changes: readonly ChangeRow[];
}

interface SupplierState {
  readonly id: string;
  readonly sourceId: string;
  readonly fields: FieldValues;
  readonly observedAt: Date | null;
}

interface StoredSuppliers {
  readonly bySourceId: ReadonlyMap<string, SupplierState>;
  readonly byAlias: ReadonlyMap<string, SupplierState>;
}

/**
 * Finds or makes the suppliers of a batch, and writes what is new about them. New rows are made in the order of source ids, then
 * aliases in theirs, then old rows are locked in theirs: runs that meet never wait for each other in a circle.
 * @throws DB_CONFLICT, retryable, when another run just gave one of the aliases to another supplier
 */
export async function resolveSuppliers(client: pg.ClientBase, schema: string, seen: readonly SeenSupplier[]): Promise<ResolvedSuppliers> {
  const told = foldTold(seen);
  if (told.length === 0) return { ids: new Map(), sourceIds: new Map(), created: 0, changes: [] };
  const before = await loadSuppliers(client, schema, told);
  const leads = leadsOf(told.filter((each) => !match(before, each.told)));
  const created = await insertSuppliers(client, schema, [...new Set(leads.values())]);
  const stored = leads.size > 0 ? await loadSuppliers(client, schema, told) : before;
  const owners = new Map(told.map((each) => [each.told.sourceId, owner(stored, leads.get(each.told.sourceId) ?? each)]));
  await insertAliases(client, schema, stored, told.map((each) => ({ aliases: each.told.aliases, supplierId: idIn(owners, each) })));
  const old = told.filter((each) => !created.has(owners.get(each.told.sourceId)?.sourceId ?? ''));
  const updated = await updateSuppliers(client, schema, old.map((each) => ({ ...each, id: idIn(owners, each) })));
  return {
    ids: new Map([...owners].map(([sourceId, state]) => [sourceId, state.id])),
    sourceIds: new Map([...owners.values()].map((state) => [state.id, state.sourceId])),
    created: created.size,
    changes: [...[...created].map((sourceId): ChangeRow => ({ entity: 'supplier', sourceId, kind: 'created', fields: {} })), ...updated],
  };
}

/** One telling for each source id, in the order of ids: what was seen later wins field by field. */
function foldTold(seen: readonly SeenSupplier[]): SeenSupplier[] {
  const folded = new Map<string, SeenSupplier>();
  for (const next of seen.toSorted((a, b) => a.observedAt.getTime() - b.observedAt.getTime())) {
    const known = folded.get(next.told.sourceId);
    folded.set(next.told.sourceId, known ? joined(known, next) : next);
  }
  return [...folded.values()].toSorted((a, b) => compareText(a.told.sourceId, b.told.sourceId));
}

function joined(older: SeenSupplier, newer: SeenSupplier): SeenSupplier {
  const aliases = new Map([...older.told.aliases, ...newer.told.aliases].map((alias) => [aliasKey(alias), alias]));
  const fields = { ...older.told.fields, ...newer.told.fields };
  return { told: { sourceId: newer.told.sourceId, fields, aliases: [...aliases.values()] }, observedAt: newer.observedAt };
}

/** For each supplier without a row the one under whose source id it gets its row: those that share an alias are one. */
function leadsOf(told: readonly SeenSupplier[]): Map<string, SeenSupplier> {
  const byAlias = new Map<string, SeenSupplier>();
  const leads = new Map<string, SeenSupplier>();
  for (const each of told.toSorted((a, b) => strength(a.told) - strength(b.told))) {
    const keys = each.told.aliases.map(aliasKey);
    const lead = keys.map((key) => byAlias.get(key)).find((found) => found !== undefined) ?? each;
    for (const key of keys) if (!byAlias.has(key)) byAlias.set(key, lead);
    leads.set(each.told.sourceId, lead);
  }
  return leads;
}

/** 0 for a member id, which is the strongest key; an id that no alias explains counts as strong. */
function strength({ sourceId, aliases }: ToldSupplier): number {
  const kind = aliases.find((alias) => alias.value === sourceId)?.kind;
  return kind === undefined ? 0 : aliasStrength(kind);
}

function aliasStrength(kind: SupplierAlias['kind']): number {
  return ['memberId', 'userId', 'loginId', 'openId'].indexOf(kind);
}

function match(stored: StoredSuppliers, told: ToldSupplier): SupplierState | undefined {
  const direct = stored.bySourceId.get(told.sourceId);
  if (direct) return direct;
  const aliases = told.aliases.toSorted((a, b) => aliasStrength(a.kind) - aliasStrength(b.kind));
  return aliases.map((alias) => stored.byAlias.get(aliasKey(alias))).find((state) => state !== undefined);
}

function owner(stored: StoredSuppliers, { told }: SeenSupplier): SupplierState {
  const state = match(stored, told);
  if (state) return state;
  throw new SyncError('DB_CONFLICT', `Expected the supplier ${told.sourceId} to stay while it was imported, but its row is gone.`, { retryable: true });
}

function idIn(owners: ReadonlyMap<string, SupplierState>, { told }: SeenSupplier): string {
  return owners.get(told.sourceId)?.id ?? '';
}

function aliasKey({ kind, value }: SupplierAlias): string {
  return `${kind} ${value}`;
}

async function loadSuppliers(client: pg.ClientBase, schema: string, told: readonly SeenSupplier[]): Promise<StoredSuppliers> {
  const s = quoteName(schema);
  const aliases = told.flatMap((each) => each.told.aliases);
  const { rows } = await client.query<Record<string, unknown> & { found: [SupplierAlias['kind'], string][] | null }>(
    `with matching as (
       select a.supplier_id, json_agg(json_build_array(a.kind, a.value)) as found
       from unnest($2::text[], $3::text[]) as asked (kind, value) join ${s}.supplier_aliases a using (kind, value)
       group by a.supplier_id)
     select s.*, m.found from ${s}.suppliers s left join matching m on m.supplier_id = s.id
     where s.id in (select id from ${s}.suppliers where source_id = any($1) union select supplier_id from matching)`,
    [told.map((each) => each.told.sourceId), aliases.map(({ kind }) => kind), aliases.map(({ value }) => value)]);
  const states = rows.map((row) => ({ state: toState(row), found: row.found ?? [] }));
  return {
    bySourceId: new Map(states.map(({ state }) => [state.sourceId, state])),
    byAlias: new Map(states.flatMap(({ state, found }) => found.map(([kind, value]) => [aliasKey({ kind, value }), state] as const))),
  };
}

function toState(row: Readonly<Record<string, unknown>>): SupplierState {
  return { id: String(row['id']), sourceId: String(row['source_id']), fields: fieldsOfRow(supplierColumns, row), observedAt: row['observed_at'] as Date | null };
}

const columnList = supplierColumns.map(({ column }) => column).join(', ');
const columnTypes = 'name text, company_name text, supplier_type text, province text, city text, url text, rating numeric, years_active integer';

/** @returns the source ids that really got a row: another run may have been faster */
async function insertSuppliers(client: pg.ClientBase, schema: string, seen: readonly SeenSupplier[]): Promise<Set<string>> {
  if (seen.length === 0) return new Set();
  const rows = seen.map(({ told, observedAt }) => ({ source_id: told.sourceId, observed_at: observedAt, ...columnValues(told.fields) }));
  const inserted = await client.query<{ source_id: string }>(
    `insert into ${quoteName(schema)}.suppliers (source_id, observed_at, ${columnList})
     select source_id, observed_at, ${columnList} from jsonb_to_recordset($1) as told (source_id text, observed_at timestamptz, ${columnTypes})
     order by source_id collate "C" on conflict (source_id) do nothing returning source_id`, [JSON.stringify(rows)]);
  return new Set(inserted.rows.map((row) => row.source_id));
}

interface OwnedAliases {
  readonly aliases: readonly SupplierAlias[];
  readonly supplierId: string;
}

/** Adds those that nobody has; an alias that belongs to another supplier stays there. */
async function insertAliases(client: pg.ClientBase, schema: string, before: StoredSuppliers, owned: readonly OwnedAliases[]): Promise<void> {
  const all = owned.flatMap(({ aliases, supplierId }) => aliases.map((alias) => ({ ...alias, supplierId })));
  const added = [...new Map(all.filter((alias) => !before.byAlias.has(aliasKey(alias))).toReversed().map((alias) => [aliasKey(alias), alias])).values()];
  if (added.length === 0) return;
  added.sort((a, b) => compareText(a.kind, b.kind) || compareText(a.value, b.value));
  const result = await client.query(
    `insert into ${quoteName(schema)}.supplier_aliases (kind, value, supplier_id) select * from unnest($1::text[], $2::text[], $3::bigint[])
     on conflict (kind, value) do nothing`,
    [added.map(({ kind }) => kind), added.map(({ value }) => value), added.map(({ supplierId }) => supplierId)]);
  if (result.rowCount === added.length) return;
  throw new SyncError('DB_CONFLICT', 'Expected the aliases of new suppliers to be free, but another run took one of them.', { retryable: true });
}

async function updateSuppliers(client: pg.ClientBase, schema: string, told: readonly (SeenSupplier & { id: string })[]): Promise<ChangeRow[]> {
  const s = quoteName(schema);
  const byId = new Map(told.map((each) => [each.id, each]));
  const read = async (ids: readonly string[], lock: string): Promise<SupplierState[]> => {
    const { rows } = await client.query<Record<string, unknown>>(`select * from ${s}.suppliers where id = any($1) order by source_id collate "C" ${lock}`, [ids]);
    return rows.map(toState);
  };
  const differing = (states: readonly SupplierState[]): { state: SupplierState; fields: ChangeRow['fields'] }[] =>
    states.map((state) => ({ state, fields: movedFields(state, byId.get(state.id)) })).filter(({ fields }) => Object.keys(fields).length > 0);
  const candidates = byId.size > 0 ? differing(await read([...byId.keys()], '')) : [];
  if (candidates.length === 0) return [];
  const moved = differing(await read(candidates.map(({ state }) => state.id), 'for no key update'));
  const rows = moved.map(({ state }) => ({ id: state.id, observed_at: byId.get(state.id)?.observedAt, ...columnValues({ ...state.fields, ...byId.get(state.id)?.told.fields }) }));
  await client.query(
    `update ${s}.suppliers s set (observed_at, updated_at, ${columnList}) = row(told.observed_at, now(), ${supplierColumns.map(({ column }) => `told.${column}`).join(', ')})
     from jsonb_to_recordset($1) as told (id bigint, observed_at timestamptz, ${columnTypes}) where s.id = told.id`, [JSON.stringify(rows)]);
  return moved.map(({ state, fields }) => ({ entity: 'supplier', sourceId: state.sourceId, kind: 'updated', fields }));
}

function movedFields(state: SupplierState, seen: SeenSupplier | undefined): ChangeRow['fields'] {
  if (!seen || isOlder(seen.observedAt, state.observedAt)) return {};
  const moved = Object.entries(seen.told.fields).filter(([field, value]) => !sameValue(value, state.fields[field] ?? null));
  return Object.fromEntries(moved.map(([field, value]) => [field, { before: state.fields[field] ?? null, after: value }]));
}

function columnValues(fields: FieldValues): Record<string, unknown> {
  return Object.fromEntries(supplierColumns.map(({ field, column }) => [column, fields[field] ?? null]));
}
