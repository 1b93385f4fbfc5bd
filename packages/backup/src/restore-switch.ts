import { SyncError, type FlowOptions } from '@1688/core';
import { lockKey, quoteName } from '@1688/db';
import { readCatalog } from './catalog.ts';
import { commentOn } from './load-schema.ts';
import { findManifest, readRepository } from './repository.ts';
import { asidePrefix, needsRepository, restoreFiles, undoFiles } from './restore-files.ts';
import { besideName, findRestorePlan, noteText, readNote, schemaFacts, toPlan, withSession, type RestoreNote, type RestorePlan } from './restore-plan.ts';
import type { Session } from './session.ts';
import type { BackupTarget } from './target.ts';

/**
 * Makes the restored schema the live one: files first, then both schemas are renamed in one transaction. The old schema stays as
 * `<schema>_before_<id>`. Waits up to half a minute for writers to end: those who hold the lock `writers` of the schema shared, and
 * all who have written to its tables.
 * @returns the plan as it is now
 * @throws PLAN_STALE when the live schema is no longer the one that was compared; RESTORE_TARGET; LOCKED; BACKUP_DAMAGED
 */
export async function applyRestore(plan: RestorePlan, options: FlowOptions = {}): Promise<RestorePlan> {
  const { target } = plan;
  const note = await currentNote(plan, 'planned');
  if (note.partial) throw new SyncError('RESTORE_TARGET', `Expected a backup of the whole schema, received ${note.backupName}, which holds only some tables.`, { hint: `Copy the rows you need from ${plan.beside} by hand.` });
  if (note.imagesToRestore > 0) await putFilesBack(plan, note, options);
  await withSession(target, (session) => switched(session, target, async () => {
    const live = await schemaFacts(session, note.schema);
    if ((live?.oid ?? null) !== note.liveOid) throw stale(`the schema ${note.schema} was replaced since the plan was made`);
    const restored = await schemaFacts(session, plan.beside);
    if (readNote(restored?.comment ?? null)?.state !== 'planned') throw stale(`${plan.beside} was dropped or applied meanwhile`);
    if (live) {
      await refuseForeign(session, note.schema);
      await lockTables(session, note.schema);
      const before = besideName(note.schema, 'before', note.id);
      await raiseEpoch(session, { from: note.schema, to: plan.beside });
      await rename(session, note.schema, before);
      await commentOn(session, before, noteText({ ...note, state: 'applied', liveOid: restored?.oid ?? null, liveComment: live.comment }));
    }
    await rename(session, plan.beside, note.schema);
    await commentOn(session, note.schema, live?.comment ?? null);
  }));
  const now = await findRestorePlan(target, plan.id);
  return now ? { ...now, repository: plan.repository } : { ...plan, state: 'applied', beside: note.schema };
}

/**
 * Makes the old schema the live one again; the restored one stands beside, as it was when it was live.
 * @returns the plan as it is now, ready to be applied again or dropped
 * @throws PLAN_STALE when the restore is not applied, or another one was applied since; LOCKED
 */
export async function undoRestore(plan: RestorePlan): Promise<RestorePlan> {
  const { target } = plan;
  const note = await currentNote(plan, 'applied');
  const before = besideName(note.schema, 'before', note.id);
  const beside = besideName(note.schema, 'restore', note.id);
  const undone = await withSession(target, (session) => switched(session, target, async () => {
    const [live, old] = [await schemaFacts(session, note.schema), await schemaFacts(session, before)];
    if (!live || live.oid !== note.liveOid) throw stale(`the schema ${note.schema} is not the one that this restore made live`);
    if (!old) throw stale(`${before} was dropped`);
    await refuseForeign(session, note.schema);
    await lockTables(session, note.schema);
    await raiseEpoch(session, { from: note.schema, to: before });
    const planned: RestoreNote = { ...note, state: 'planned', liveOid: old.oid };
    await rename(session, note.schema, beside);
    await commentOn(session, beside, noteText(planned));
    await rename(session, before, note.schema);
    await commentOn(session, note.schema, note.liveComment);
    return planned;
  }));
  await undoFiles(target.files, asidePrefix(note.id));
  return toPlan(target, undone, beside, plan.repository);
}

/** The note of a restore that stands as it is wanted. @throws PLAN_STALE */
export async function currentNote(plan: RestorePlan, wanted: 'planned' | 'applied'): Promise<RestoreNote> {
  const found = await findRestorePlan(plan.target, plan.id);
  const facts = found && (await withSession(plan.target, (session) => schemaFacts(session, found.beside)));
  const note = readNote(facts?.comment ?? null);
  if (note?.state === wanted) return note;
  throw stale(note ? `restore ${plan.id} is ${note.state}, not ${wanted}` : `restore ${plan.id} is gone`);
}

async function putFilesBack(plan: RestorePlan, note: RestoreNote, options: FlowOptions): Promise<void> {
  const { repository, target } = plan;
  if (!repository) throw needsRepository();
  const { repositoryId } = await readRepository(repository);
  if (repositoryId !== note.repositoryId) throw stale('the repository is another one than the plan was made from');
  const { manifest } = await findManifest({ repository, id: note.backupId });
  await restoreFiles(target.files, repository, manifest, { ...options, asidePrefix: asidePrefix(note.id) });
}

/** One transaction behind the lock that writers hold shared. */
async function switched<Value>(session: Session, { schema }: BackupTarget, work: () => Promise<Value>): Promise<Value> {
  await session.query('begin');
  try {
    await session.query(`set local lock_timeout = '30s'`);
    await session.query('select pg_advisory_xact_lock($1)', [lockKey(schema, 'writers')]);
    const value = await work();
    await session.query('commit');
    return value;
  } catch (error) {
    await session.query('rollback');
    throw error;
  }
}

/** Who has written and not committed is waited for; who comes later finds the new tables under the old names. */
async function lockTables(session: Session, schema: string): Promise<void> {
  const catalog = await readCatalog(session, schema);
  const tables = (catalog?.relations ?? []).filter((each) => each.kind === 'r' || each.kind === 'p').map((each) => `${quoteName(schema)}.${quoteName(each.name)}`);
  if (tables.length > 0) await session.query(`lock table ${tables.join(', ')} in share row exclusive mode`);
}

/** What other schemas tie to ours would go on pointing at the old tables. */
async function refuseForeign(session: Session, schema: string): Promise<void> {
  const [row] = await session.query<{ what: string }>(
    `select format('the foreign key %s of %s.%s', n.conname, cn.nspname, c.relname) as what from pg_constraint n
       join pg_class c on c.oid = n.conrelid join pg_namespace cn on cn.oid = c.relnamespace
       join pg_class r on r.oid = n.confrelid join pg_namespace rn on rn.oid = r.relnamespace
       where n.contype = 'f' and rn.nspname = $1 and cn.nspname <> $1
     union all
     select distinct format('the view %s.%s', vn.nspname, v.relname) from pg_depend d join pg_rewrite w on w.oid = d.objid and d.classid = 'pg_rewrite'::regclass
       join pg_class v on v.oid = w.ev_class join pg_namespace vn on vn.oid = v.relnamespace
       join pg_class r on r.oid = d.refobjid and d.refclassid = 'pg_class'::regclass join pg_namespace rn on rn.oid = r.relnamespace
       where rn.nspname = $1 and vn.nspname <> $1 limit 1`, [schema]);
  if (row) {
    throw new SyncError('RESTORE_TARGET', `Expected nothing outside of ${schema} to refer to it, received ${row.what}, which would keep pointing at the old tables.`, { hint: 'Drop it, switch, and make it again.' });
  }
}

async function rename(session: Session, from: string, to: string): Promise<void> {
  await session.query(`alter schema ${quoteName(from)} rename to ${quoteName(to)}`);
}

/** Readers of the change feed see by epoch and lineage that their place in it is void. The picture store stays that of the live side. */
async function raiseEpoch(session: Session, { from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  const [old, next] = [await storeColumns(session, from), await storeColumns(session, to)];
  if (!['epoch', 'lineage'].every((name) => old.has(name) && next.has(name))) return;
  const [a, b] = [`${quoteName(from)}.store`, `${quoteName(to)}.store`];
  const pictures = old.has('picture_store_id') && next.has('picture_store_id') ? `, picture_store_id = (select picture_store_id from ${a})` : '';
  const maintenance = next.has('maintenance') ? ', maintenance = null' : '';
  await session.query(`update ${b} set epoch = greatest(epoch, (select max(epoch) from ${a})) + 1, lineage = gen_random_uuid()${pictures}${maintenance}`);
}

export async function storeColumns(session: Session, schema: string): Promise<Set<string>> {
  const rows = await session.query<{ name: string }>(`select column_name::text as name from information_schema.columns where table_schema = $1 and table_name = 'store'`, [schema]);
  return new Set(rows.map((each) => each.name));
}

function stale(reason: string): SyncError {
  return new SyncError('PLAN_STALE', `Expected the restore to be as it was planned, but ${reason}.`, { hint: 'List the restores of the schema, or plan again.' });
}
