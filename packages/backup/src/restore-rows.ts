import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { lockKey, quoteName } from '@1688/db';
import { readCatalog, type Catalog, type Column, type Relation } from './catalog.ts';
import { copyFields, textLines } from './copy-text.ts';
import { readDefinitions, typeKey, type Definitions } from './definitions.ts';
import { findManifest } from './repository.ts';
import { asidePrefix, needsRepository, restoreFiles } from './restore-files.ts';
import { currentNote, storeColumns } from './restore-switch.ts';
import type { RestorePlan } from './restore-plan.ts';
import { columnsOf, foreignKeys, pickRows, wholeTables, type Picks, type RowSelection } from './row-selection.ts';
import { inOrder } from './schema-order.ts';
import { openSession, type Session } from './session.ts';

/** `missing-only`: rows that live data lacks · `overwrite`: these, and those that differ · `report`: none, only say what would be done. */
export type RestoreRowsMode = 'missing-only' | 'overwrite' | 'report';

export interface RestoreRowsOptions extends FlowOptions {
  readonly select: readonly RowSelection[];
  /** Default `missing-only`. */
  readonly mode?: RestoreRowsMode;
}

/** What became of the picked rows of one table; rows are known by their primary key. */
export interface RestoredTable {
  readonly table: string;
  /** Rows that were asked for, that belong to those, or that these need. */
  readonly selected: number;
  readonly missing: number;
  readonly different: number;
  readonly written: number;
}

export interface RestoredRows {
  readonly mode: RestoreRowsMode;
  /** Tables with selected rows, those first that others refer to. */
  readonly tables: readonly RestoredTable[];
  readonly rows: number;
  /** Files of these rows that were put back. */
  readonly images: number;
}

/**
 * Brings single rows of a restore that stands beside into the live schema, with what belongs to them and what they need, in one
 * transaction: all or nothing. Nothing is ever deleted, and a second call writes nothing. Triggers of the live tables run.
 * @throws ARGUMENT_INVALID, PLAN_STALE, LOCKED; RESTORE_TARGET when a live row holds a unique value of a missing one, or nothing can be identified
 */
export async function restoreRows(plan: RestorePlan, options: RestoreRowsOptions): Promise<RestoredRows> {
  const { select, mode = 'missing-only', signal } = options;
  const { target, beside, schema } = plan;
  if (select.length === 0) throw new SyncError('ARGUMENT_INVALID', 'Expected tables or rows to restore, received none.');
  await currentNote(plan, 'planned');
  await using session = await openSession(target.db, { searchPath: [schema, 'pg_catalog', 'pg_temp'], doing: 'Restoring rows' });
  await session.query('begin');
  try {
    await session.query(`set local lock_timeout = '30s'`);
    if (mode !== 'report') await session.query('select pg_advisory_xact_lock($1)', [lockKey(schema, 'writers')]);
    const [from, live] = [await readCatalog(session, beside), await readCatalog(session, schema)];
    if (!from || !live) throw new SyncError('RESTORE_TARGET', `Expected the schemas ${beside} and ${schema}, received one of them.`, { hint: 'Rows can be brought into a schema that is there; restore the whole backup instead.' });
    const types = await readDefinitions(session, live);
    await session.query('select set_config($1, $2, true)', ['search_path', `${quoteName(schema)}, pg_catalog, pg_temp`]);
    await session.query('set constraints all deferred');
    const picks = await pickRows(session, from, select);
    const tables: RestoredTable[] = [];
    for (const table of parentsFirst(from)) {
      throwIfAborted(signal, 'The restore');
      const restored = await restoreTable(session, { from, live, types, picks, table, mode });
      if (restored.selected > 0) tables.push(restored);
    }
    const written = tables.reduce((sum, each) => sum + each.written, 0);
    const images = mode === 'report' ? 0 : await putFiles(session, plan, from, picks, options);
    // Readers of the feed of changes learn that rows came past it.
    if (written > 0 && (await storeColumns(session, schema)).has('epoch')) await session.query(`update ${quoteName(schema)}.store set epoch = epoch + 1`);
    await session.query(mode === 'report' ? 'rollback' : 'commit');
    return { mode, tables, rows: written, images };
  } catch (error) {
    await session.query('rollback');
    throw error;
  }
}

function parentsFirst(catalog: Catalog): Relation[] {
  const tables = wholeTables(catalog);
  const nameOf = new Map(tables.map((each) => [each.oid, each.name]));
  const needs = foreignKeys(catalog).filter((each) => !each.deferrable && each.table !== each.references);
  const order = inOrder(tables.map((each) => each.name), needs.map((each) => ({ from: nameOf.get(each.table) ?? '', to: nameOf.get(each.references) ?? '' })));
  return order.flatMap((name) => tables.find((each) => each.name === name) ?? []);
}

interface TableWork {
  readonly from: Catalog;
  readonly live: Catalog;
  readonly types: Definitions;
  readonly picks: Picks;
  readonly table: Relation;
  readonly mode: RestoreRowsMode;
}

async function restoreTable(session: Session, { from, live, types, picks, table, mode }: TableWork): Promise<RestoredTable> {
  const [counted] = await session.query<{ rows: string }>(`select count(*) as rows from ${picks.nameOf(table)}`);
  const selected = Number(counted?.rows ?? 0);
  const none = { table: table.name, selected, missing: 0, different: 0, written: 0 };
  if (selected === 0) return none;
  const there = wholeTables(live).find((each) => each.name === table.name);
  const shared = there ? columnsOf(live, there.oid).filter((each) => each.generated === '' && columnsOf(from, table.oid).some((other) => other.name === each.name)) : [];
  const key = keyOf(live, there?.oid);
  if (!there || key.length === 0 || !key.every((name) => shared.some((each) => each.name === name))) {
    throw new SyncError('RESTORE_TARGET', `Expected ${table.name} to be a live table with a primary key that the backup has too, received ${there ? 'none' : 'no such table'}: its rows cannot be told apart.`, { hint: 'Restore the whole backup, or leave this table out.' });
  }
  const value = (each: Column): string => (each.comparable ? `b.${quoteName(each.name)}` : `b.${quoteName(each.name)}::pg_catalog.text::${types.types.get(typeKey(each.typeOid, each.typeModifier)) ?? 'pg_catalog.text'}`);
  const same = (each: Column): string => (each.comparable ? `l.${quoteName(each.name)} is not distinct from b.${quoteName(each.name)}` : `l.${quoteName(each.name)}::pg_catalog.text is not distinct from b.${quoteName(each.name)}::pg_catalog.text`);
  const match = shared.filter((each) => key.includes(each.name)).map((each) => `l.${quoteName(each.name)} = ${value(each)}`).join(' and ');
  const others = shared.filter((each) => !key.includes(each.name));
  const differs = others.length === 0 ? 'false' : `not (${others.map(same).join(' and ')})`;
  const liveName = `${quoteName(live.name)}.${quoteName(table.name)}`;
  const picked = `${picks.nameOf(table)} as k join ${quoteName(from.name)}.${quoteName(table.name)} as b on b.tableoid = k.part and b.ctid = k.place`;
  const [state] = await session.query<{ missing: string; different: string }>(`select count(*) filter (where l.tableoid is null) as missing, count(*) filter (where l.tableoid is not null and ${differs}) as different
    from ${picked} left join ${liveName} as l on ${match}`);
  const [missing, different] = [Number(state?.missing ?? 0), Number(state?.different ?? 0)];
  if (mode === 'report') return { ...none, missing, different };
  let written = 0;
  if (mode === 'overwrite' && different > 0) {
    const changes = others.map((each) => `${quoteName(each.name)} = ${value(each)}`).join(', ');
    written += (await session.query(`update ${liveName} as l set ${changes} from ${picked} where ${match} and ${differs} returning 1`)).length;
  }
  if (missing > 0) {
    const added = await session.query(`insert into ${liveName} (${shared.map((each) => quoteName(each.name)).join(', ')}) overriding system value
      select ${shared.map(value).join(', ')} from ${picked} where not exists (select from ${liveName} as l where ${match}) on conflict do nothing returning 1`);
    if (added.length !== missing) {
      throw new SyncError('RESTORE_TARGET', `Expected the ${missing} missing rows of ${table.name} to fit in, received ${missing - added.length} whose unique values other live rows hold: they were made anew since the backup.`, { hint: 'Nothing was changed. Remove those live rows first, or restore the whole backup beside and switch.' });
    }
    written += added.length;
    await advanceSequences(session, liveName, shared);
  }
  return { ...none, missing, different, written };
}

function keyOf({ constraints, columns }: Catalog, table: number | undefined): string[] {
  const primary = constraints.find((each) => each.table === table && each.kind === 'p');
  return (primary?.columns ?? []).flatMap((number) => columns.find((each) => each.table === table && each.number === number)?.name ?? []);
}

/** The next own number must not be one that was just brought back. */
async function advanceSequences(session: Session, table: string, columns: readonly Column[]): Promise<void> {
  for (const { name, integer } of columns) {
    if (!integer) continue;
    const [found] = await session.query<{ sequence: string | null }>('select pg_get_serial_sequence($1, $2) as sequence', [table, name]);
    if (found?.sequence) await session.query(`select setval($1::regclass, greatest((select max(${quoteName(name)}) from ${table}), (select last_value from ${found.sequence})))`, [found.sequence]);
  }
}

/** Pictures of the picked rows, where they are missing or wrong. */
async function putFiles(session: Session, plan: RestorePlan, from: Catalog, picks: Picks, options: FlowOptions): Promise<number> {
  const table = picks.tables.find((each) => each.name === 'image_objects');
  if (plan.imagesToRestore === 0 || !table || !columnsOf(from, table.oid).some((each) => each.name === 'key')) return 0;
  if (!plan.repository) throw needsRepository();
  const wanted = new Set<string>();
  const rows = session.copyOut(`copy (select b.key from ${picks.nameOf(table)} as k join ${quoteName(from.name)}.image_objects as b on b.tableoid = k.part and b.ctid = k.place) to stdout`);
  for await (const line of textLines(rows)) wanted.add(copyFields(line)[0] ?? '');
  const { manifest } = await findManifest({ repository: plan.repository, id: plan.backupId });
  return restoreFiles(plan.target.files, plan.repository, manifest, { ...options, asidePrefix: asidePrefix(plan.id), wants: ({ key }) => wanted.has(key) });
}
