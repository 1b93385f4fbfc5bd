import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { transaction } from '@1688/db';
import { has, readCatalog, type Catalog, type CatalogTable } from './catalog.ts';
import { withFixLock } from './fix-lock.ts';
import { removeCopy } from './object-copy.ts';
import { endRun, isId, startRun } from './run-record.ts';
import { restoreRow } from './row-restore.ts';
import { openSession, steadyForm, type Session } from './session.ts';
import { readStoreState } from './store-state.ts';
import type { ConsistencyTarget } from './target.ts';
import { restoreObject } from './trash.ts';

export interface UndoneAction {
  readonly action: string;
  readonly target: string;
  readonly done: boolean;
  /** Why it was left as it is, or null. */
  readonly note: string | null;
}

export interface UndoRun {
  readonly id: string;
  /** In the order in which they were taken back: the last first. */
  readonly actions: readonly UndoneAction[];
  /** Those that were not taken back, because something has changed since. */
  readonly conflicts: readonly UndoneAction[];
}

interface JournalRow {
  readonly id: string;
  readonly action: string;
  readonly target: string;
  readonly trash: string | null;
  readonly copied: string | null;
  /** The object was brought back from a spare: undone, it is lost as it was. */
  readonly healed: boolean;
  readonly sha256: string | null;
}

const batchRows = 500;

/**
 * Takes back what a fix run did, the last action first, where a row still is as the fix left it and where no other object
 * stands in the way; what has changed since is listed and never overwritten. A second call takes back what is left.
 * @throws NOT_FOUND when no fix has this id, FIX_GUARD when the picture store is wrong or silent, LOCKED, ABORTED
 */
export async function undoFixes(target: ConsistencyTarget, runId: string, options: FlowOptions = {}): Promise<UndoRun> {
  const { signal, onProgress } = options;
  return withFixLock(target, async (stillHeld) => {
    const session = openSession(target.db, target.schema, signal);
    const catalog = await readCatalog(session);
    await guardUndo(session, catalog, target, runId);
    const undoId = await startRun(session, 'undo', { runId });
    const actions: UndoneAction[] = [];
    for (let before: string | null = null; ;) {
      throwIfAborted(signal, 'The undo');
      await stillHeld();
      const page: readonly JournalRow[] = await journalPage(session, runId, before);
      for (const part of parts(page)) actions.push(...await undoPart(target, catalog, part, signal));
      onProgress?.({ done: actions.length, unit: 'actions' });
      before = page.at(-1)?.id ?? null;
      if (page.length < batchRows) break;
    }
    const conflicts = actions.filter(({ done }) => !done);
    await endRun(session, undoId, 'completed', { done: actions.length - conflicts.length, conflicts: conflicts.length });
    return { id: undoId, actions, conflicts };
  });
}

async function guardUndo(session: Session, catalog: Catalog, target: ConsistencyTarget, runId: string): Promise<void> {
  const found = isId(runId) ? await session.rows(session.sql("select from ? where id = ? and kind = 'fix'", [session.named('consistency_runs'), runId])) : [];
  if (found.length === 0) throw new SyncError('NOT_FOUND', `Expected the id of a fix, received ${JSON.stringify(runId)}.`, { hint: 'applyFixes tells the id of its run.' });
  const [moved] = await session.rows(session.sql("select from ? where run_id = ? and (after ->> 'trash' is not null or after ->> 'copied' is not null) and undone_at is null limit 1", [session.named('consistency_actions'), runId]));
  if (!moved) return;
  const { state, reason } = await readStoreState(session, catalog, target.files);
  if (state === 'unknown') throw new SyncError('FIX_GUARD', `Nothing is taken back while the picture store gives no answer: ${reason}`, { hint: 'Mount the right store, then try again.' });
}

async function journalPage(session: Session, runId: string, before: string | null): Promise<readonly JournalRow[]> {
  return session.rows<JournalRow>(session.sql(
    `select id::text, action, target, after ->> 'trash' as trash, after ->> 'copied' as copied, after \\? 'healed' as healed, after ->> 'sha256' as sha256 from ?
     where run_id = ? and undone_at is null and before is not null and (?::bigint is null or id < ?::bigint) order by id desc limit ${batchRows}`,
    [session.named('consistency_actions'), runId, before, before],
  ));
}

/** Rows that follow one another go into one transaction; an object stands alone. */
function* parts(page: readonly JournalRow[]): Generator<readonly JournalRow[]> {
  let rows: JournalRow[] = [];
  for (const entry of page) {
    if (entry.trash === null && entry.copied === null) {
      rows.push(entry);
      continue;
    }
    if (rows.length > 0) yield rows;
    rows = [];
    yield [entry];
  }
  if (rows.length > 0) yield rows;
}

async function undoPart(target: ConsistencyTarget, catalog: Catalog, part: readonly JournalRow[], signal: AbortSignal | undefined): Promise<readonly UndoneAction[]> {
  const [first] = part;
  if (first && first.trash !== null) return [await undoMove(target, first, first.trash, signal)];
  if (first && first.copied !== null) return [await undoCopy(target, catalog, first, first.copied, signal)];
  return transaction(target.db, async (trx) => {
    const session = openSession(trx, target.schema, signal);
    await steadyForm(session);
    const undone: UndoneAction[] = [];
    for (const entry of part) undone.push(await undoEntry(session, catalog, entry));
    return undone;
  });
}

async function undoMove(target: ConsistencyTarget, entry: JournalRow, trash: string, signal: AbortSignal | undefined): Promise<UndoneAction> {
  const note = await restoreObject(target.files, entry.target, trash, entry.sha256 ?? '', signal);
  if (note === null) await markUndone(openSession(target.db, target.schema, signal), entry.id);
  return told(entry, note);
}

async function undoCopy(target: ConsistencyTarget, catalog: Catalog, entry: JournalRow, copied: string, signal: AbortSignal | undefined): Promise<UndoneAction> {
  const session = openSession(target.db, target.schema, signal);
  const users = !entry.healed && has(catalog, ['image_objects.key']) ? await session.rows(session.sql('select from ? where key = ? limit 1', [session.named('image_objects'), copied])) : [];
  const note = await removeCopy(target.files, copied, entry.sha256 ?? '', users.length > 0);
  if (note === null) await markUndone(session, entry.id);
  return told(entry, note);
}

async function undoEntry(session: Session, catalog: Catalog, entry: JournalRow): Promise<UndoneAction> {
  if (entry.action === 'advance-sequence') return told(entry, 'a sequence is never moved back');
  const table: CatalogTable | undefined = catalog.tables.get(entry.target.split('/')[0] ?? '');
  if (!table) return told(entry, 'the table is gone');
  const note = await restoreRow(session, table, entry.id);
  if (note === null) await markUndone(session, entry.id);
  return told(entry, note);
}

async function markUndone(session: Session, id: string): Promise<void> {
  await session.rows(session.sql('update ? set undone_at = clock_timestamp() where id = ?', [session.named('consistency_actions'), id]));
}

function told({ action, target }: JournalRow, note: string | null): UndoneAction {
  return { action, target, done: note === null, note };
}
