import { SyncError, type RecordKind, type SupplierAlias } from '@1688/core';
import {
  aliasStrength, emptySupplier, encodeToldTimes, keyStrength, markOf, mergeSupplier, quoteName, supplierColumns, suppliersToJoin, toSupplierState,
  type FieldValues, type SupplierState, type SupplierTelling,
} from '@1688/db';
import type pg from 'pg';
import type { ChangeRow } from './change-rows.ts';
import { aliasKey, type FoldedSupplier, type KnownSuppliers, type StandingSupplier } from './known-suppliers.ts';
import { compareText, type ToldSupplier } from './told-product.ts';

export interface SeenSupplier {
  readonly told: ToldSupplier;
  readonly kind: RecordKind;
  readonly observedAt: Date;
}

export interface ResolvedSuppliers {
  /** Told source id → our id. */
  readonly ids: ReadonlyMap<string, string>;
  /** Our id → source id. */
  readonly sourceIds: ReadonlyMap<string, string>;
  readonly created: number;
  readonly changes: readonly ChangeRow[];
  /** To be remembered once the transaction is committed. */
  readonly standing: readonly StandingSupplier[];
}

export interface ResolveOptions {
  /** True: suppliers that have to be joined are left apart. */
  readonly dryRun?: boolean;
  /** What earlier batches of the run looked up. */
  readonly known: KnownSuppliers;
}

interface StoredSuppliers {
  /** One that was joined into another stands for that one. */
  readonly bySourceId: ReadonlyMap<string, SupplierState>;
  readonly byAlias: ReadonlyMap<string, SupplierState>;
}

/**
 * Finds or makes the suppliers of a batch, and writes what is new about them. New rows are made in the order of source ids, then
 * aliases in theirs, then old rows are locked in theirs: runs that meet never wait for each other in a circle.
 * @throws DB_CONFLICT, retryable, when another run just gave one of the aliases to another supplier; with `details.suppliersToJoin`
 * when a record tells that some are one
 */
export async function resolveSuppliers(client: pg.ClientBase, schema: string, seen: readonly SeenSupplier[], { dryRun = false, known }: ResolveOptions): Promise<ResolvedSuppliers> {
  const told = foldTold(seen);
  const held = await heldSuppliers(client, schema, told, known);
  const { owners, created, changes, standing } = await lookUp(client, schema, told.filter(({ sourceId }) => !held.has(sourceId)), dryRun);
  const all = [...held, ...owners];
  return {
    ids: new Map(all.map(([sourceId, state]) => [sourceId, state.id])),
    sourceIds: new Map(all.map(([, state]) => [state.id, state.sourceId])),
    created, changes, standing,
  };
}

/** True when a batch tells nothing of suppliers that the tables do not hold, as far as is known. */
export function allKnown(seen: readonly SeenSupplier[], known: KnownSuppliers): boolean {
  return foldTold(seen).every((told) => known.find(told));
}

/** Those that are known, if their rows stand: like all others their keys then stay as they are until the end of the transaction. */
async function heldSuppliers(client: pg.ClientBase, schema: string, told: readonly FoldedSupplier[], known: KnownSuppliers): Promise<Map<string, SupplierState>> {
  const found = new Map(told.flatMap((each) => {
    const state = known.find(each);
    return state ? [[each.sourceId, state] as const] : [];
  }));
  const ids = [...new Set([...found.values()].map(({ id }) => id))];
  if (ids.length === 0) return found;
  const { rowCount } = await client.query(`select from ${quoteName(schema)}.suppliers where id = any($1) and joined_into is null order by source_id collate "C" for key share`, [ids]);
  if (rowCount === ids.length) return found;
  known.forget();
  return new Map();
}

interface LookedUp extends Pick<ResolvedSuppliers, 'created' | 'changes' | 'standing'> {
  /** Told source id → the supplier it is of. */
  readonly owners: ReadonlyMap<string, SupplierState>;
}

async function lookUp(client: pg.ClientBase, schema: string, told: readonly FoldedSupplier[], dryRun: boolean): Promise<LookedUp> {
  if (told.length === 0) return { owners: new Map(), created: 0, changes: [], standing: [] };
  const before = await loadSuppliers(client, schema, told);
  const leads = leadsOf(told.filter((each) => !match(before, each)));
  const created = await insertSuppliers(client, schema, newSuppliers(told, leads));
  const stored = leads.size > 0 ? await loadSuppliers(client, schema, told) : before;
  if (!dryRun) checkJoined(stored, told);
  const owners = new Map(told.map((each) => [each.sourceId, owner(stored, leads.get(each.sourceId) ?? each)]));
  const ownerId = ({ sourceId }: FoldedSupplier): string => owners.get(sourceId)?.id ?? '';
  await insertAliases(client, schema, stored, told.map((each) => ({ aliases: each.aliases, supplierId: ownerId(each) })));
  const old = Map.groupBy(told.filter((each) => !created.has(owners.get(each.sourceId)?.sourceId ?? '')), ownerId);
  const updated = await updateSuppliers(client, schema, [...owners.values()], new Map([...old].map(([id, group]) => [id, tellingsOf(group)])));
  const after = new Map(updated.map((each) => [each.after.id, each.after]));
  return {
    owners,
    created: created.size,
    changes: [...[...created].map((sourceId): ChangeRow => ({ entity: 'supplier', sourceId, kind: 'created', fields: {} })), ...updated.filter(({ before: { fields }, after: now }) => fields !== now.fields).map(changeOf)],
    standing: told.flatMap(({ sourceId, aliases }) => {
      const state = owners.get(sourceId);
      return state ? [{ sourceId, aliases, state: after.get(state.id) ?? state }] : [];
    }),
  };
}

/** In the order of source ids. */
function foldTold(seen: readonly SeenSupplier[]): FoldedSupplier[] {
  const folded = [...Map.groupBy(seen, ({ told }) => told.sourceId)].map(([sourceId, group]): FoldedSupplier => ({
    sourceId,
    aliases: [...new Map(group.flatMap(({ told }) => told.aliases).map((alias) => [aliasKey(alias), alias])).values()],
    tellings: group.map(({ told: { fields }, observedAt, kind }) => ({ fields, observedAt, mark: markOf(observedAt, kind) })),
  }));
  return folded.toSorted((a, b) => compareText(a.sourceId, b.sourceId));
}

function tellingsOf(group: readonly FoldedSupplier[]): SupplierTelling[] {
  return group.flatMap(({ tellings }) => tellings).toSorted((a, b) => a.mark - b.mark);
}

/** For each supplier without a row the one under whose source id it gets its row: those that share an alias are one. */
function leadsOf(told: readonly FoldedSupplier[]): Map<string, FoldedSupplier> {
  const byAlias = new Map<string, FoldedSupplier>();
  const leads = new Map<string, FoldedSupplier>();
  for (const each of told.toSorted((a, b) => keyStrength(a.sourceId, a.aliases) - keyStrength(b.sourceId, b.aliases))) {
    const keys = each.aliases.map(aliasKey);
    const lead = keys.map((key) => byAlias.get(key)).find((found) => found !== undefined) ?? each;
    for (const key of keys) if (!byAlias.has(key)) byAlias.set(key, lead);
    leads.set(each.sourceId, lead);
  }
  return leads;
}

function newSuppliers(told: readonly FoldedSupplier[], leads: ReadonlyMap<string, FoldedSupplier>): SupplierState[] {
  const groups = Map.groupBy(told.filter(({ sourceId }) => leads.has(sourceId)), ({ sourceId }) => leads.get(sourceId)!.sourceId);
  return [...groups].map(([sourceId, group]) => tellingsOf(group).reduce(mergeSupplier, emptySupplier(sourceId))).toSorted((a, b) => compareText(a.sourceId, b.sourceId));
}

function match(stored: StoredSuppliers, told: FoldedSupplier): SupplierState | undefined {
  const direct = stored.bySourceId.get(told.sourceId);
  if (direct) return direct;
  const aliases = told.aliases.toSorted((a, b) => aliasStrength(a.kind) - aliasStrength(b.kind));
  return aliases.map((alias) => stored.byAlias.get(aliasKey(alias))).find((state) => state !== undefined);
}

/** Keys that one record tells together belong to one supplier. A source id that is not among the aliases is no such key. */
function checkJoined(stored: StoredSuppliers, told: readonly FoldedSupplier[]): void {
  const groups = told.map(({ sourceId, aliases }) => {
    const owners = aliases.map((alias) => stored.byAlias.get(aliasKey(alias)));
    if (aliases.some(({ value }) => value === sourceId)) owners.push(stored.bySourceId.get(sourceId));
    return [...new Set(owners.flatMap((state) => state?.id ?? []))];
  });
  const apart = groups.filter(({ length }) => length > 1);
  if (apart.length > 0) throw suppliersToJoin(apart);
}

function owner(stored: StoredSuppliers, told: FoldedSupplier): SupplierState {
  const state = match(stored, told);
  if (state) return state;
  throw new SyncError('DB_CONFLICT', `Expected the supplier ${told.sourceId} to stay while it was imported, but its row is gone.`, { retryable: true });
}

/** Their keys stay as they are until the end of the transaction: who joins suppliers waits for it. */
async function loadSuppliers(client: pg.ClientBase, schema: string, told: readonly FoldedSupplier[]): Promise<StoredSuppliers> {
  const s = quoteName(schema);
  const aliases = told.flatMap((each) => each.aliases);
  const { rows } = await client.query<Record<string, unknown> & { found: [SupplierAlias['kind'], string][] | null }>(
    `with matching as (
       select a.supplier_id, json_agg(json_build_array(a.kind, a.value)) as found
       from unnest($2::text[], $3::text[]) as asked (kind, value) join ${s}.supplier_aliases a using (kind, value)
       group by a.supplier_id),
     named as (select id, joined_into from ${s}.suppliers where source_id = any($1))
     select s.*, m.found from ${s}.suppliers s left join matching m on m.supplier_id = s.id
     where s.id in (select id from named union select joined_into from named union select supplier_id from matching)
     order by s.source_id collate "C" for key share of s`,
    [told.map((each) => each.sourceId), aliases.map(({ kind }) => kind), aliases.map(({ value }) => value)]);
  const states = rows.map((row) => ({ state: toSupplierState(row), found: row.found ?? [] }));
  const byId = new Map(states.map(({ state }) => [state.id, state]));
  const standing = (state: SupplierState): SupplierState => (state.joinedInto === null ? state : (byId.get(state.joinedInto) ?? state));
  return {
    bySourceId: new Map(states.map(({ state }) => [state.sourceId, standing(state)])),
    byAlias: new Map(states.flatMap(({ state, found }) => found.map(([kind, value]) => [aliasKey({ kind, value }), standing(state)] as const))),
  };
}

const columnList = supplierColumns.map(({ column }) => column).join(', ');
const columnTypes = 'name text, company_name text, supplier_type text, province text, city text, url text, rating numeric, years_active integer, told_times text';

/** @returns the source ids that really got a row: another run may have been faster */
async function insertSuppliers(client: pg.ClientBase, schema: string, states: readonly SupplierState[]): Promise<Set<string>> {
  if (states.length === 0) return new Set();
  const inserted = await client.query<{ source_id: string }>(
    `insert into ${quoteName(schema)}.suppliers (source_id, observed_at, told_times, ${columnList})
     select source_id, observed_at, decode(told_times, 'hex'), ${columnList} from jsonb_to_recordset($1) as told (source_id text, observed_at timestamptz, ${columnTypes})
     order by source_id collate "C" on conflict (source_id) do nothing returning source_id`, [JSON.stringify(states.map((state) => ({ source_id: state.sourceId, ...rowOf(state) })))]);
  return new Set(inserted.rows.map((row) => row.source_id));
}

function rowOf({ fields, told, observedAt }: SupplierState): Record<string, unknown> {
  return { observed_at: observedAt, told_times: encodeToldTimes(told)?.toString('hex'), ...columnValues(fields) };
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

interface WrittenSupplier {
  readonly before: SupplierState;
  readonly after: SupplierState;
}

/**
 * Locks and writes suppliers of which something else or something later is told. Where only the times move, nobody waits: a row that
 * somebody else has locked keeps its times.
 */
async function updateSuppliers(client: pg.ClientBase, schema: string, stored: readonly SupplierState[], tellings: ReadonlyMap<string, readonly SupplierTelling[]>): Promise<WrittenSupplier[]> {
  const s = quoteName(schema);
  const merged = (state: SupplierState): SupplierState => (tellings.get(state.id) ?? []).reduce(mergeSupplier, state);
  const changed = [...new Map(stored.map((state) => [state.id, { before: state, after: merged(state) }])).values()].filter(({ before, after }) => before !== after);
  const [moved, seenLater] = [changed.filter(({ before, after }) => before.fields !== after.fields), changed.filter(({ before, after }) => before.fields === after.fields)];
  const lock = async (states: typeof changed, mode: string): Promise<WrittenSupplier[]> => {
    if (states.length === 0) return [];
    const { rows } = await client.query<Record<string, unknown>>(
      `select * from ${s}.suppliers where id = any($1) order by source_id collate "C" for no key update ${mode}`, [states.map(({ before }) => before.id)]);
    return rows.map(toSupplierState).map((before) => ({ before, after: merged(before) })).filter(({ before, after }) => before !== after);
  };
  const written = [...await lock(moved, ''), ...await lock(seenLater, 'skip locked')];
  if (written.length === 0) return [];
  await client.query(
    `update ${s}.suppliers s set (observed_at, told_times, updated_at, ${columnList})
       = row(told.observed_at, decode(told.told_times, 'hex'), case when told.moved then now() else s.updated_at end, ${supplierColumns.map(({ column }) => `told.${column}`).join(', ')})
     from jsonb_to_recordset($1) as told (id bigint, moved boolean, observed_at timestamptz, ${columnTypes}) where s.id = told.id`,
    [JSON.stringify(written.map(({ before, after }) => ({ id: after.id, moved: before.fields !== after.fields, ...rowOf(after) })))]);
  return written;
}

function changeOf({ before, after }: WrittenSupplier): ChangeRow {
  const fields = Object.keys(after.fields).filter((field) => after.fields[field] !== before.fields[field]);
  return { entity: 'supplier', sourceId: before.sourceId, kind: 'updated', fields: Object.fromEntries(fields.map((field) => [field, { before: before.fields[field] ?? null, after: after.fields[field] ?? null }])) };
}

function columnValues(fields: FieldValues): Record<string, unknown> {
  return Object.fromEntries(supplierColumns.map(({ field, column }) => [column, fields[field] ?? null]));
}
