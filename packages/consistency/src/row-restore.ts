import { isSyncError } from '@1688/core';
import { sqlStateOf, transaction } from '@1688/db';
import type { CatalogTable } from './catalog.ts';
import { joined, openSession, type Session, type Sql } from './session.ts';

/**
 * Puts the image of a journal entry back: over the row when it still is as the fix left it, or as a new row when it was deleted.
 * @returns null when done, else why not
 */
export async function restoreRow(session: Session, table: CatalogTable, journalId: string): Promise<string | null> {
  const { connection, schema, signal } = session;
  try {
    return await transaction(connection, (trx) => putBack(openSession(trx, schema, signal), table, journalId));
  } catch (error) {
    const state = sqlStateOf(error);
    if (state === '23503') return restoreDangling(session, table, journalId);
    if (state?.startsWith('23')) return `a constraint forbids it: ${isSyncError(error) ? error.message : String(error)}`;
    throw error;
  }
}

/**
 * What referred to nothing before the fix shall do so again: only a role that may switch constraints off for itself can do that,
 * and it does so for this one statement.
 */
async function restoreDangling(session: Session, table: CatalogTable, journalId: string): Promise<string | null> {
  const { connection, schema, signal } = session;
  try {
    return await transaction(connection, async (trx) => {
      const inner = openSession(trx, schema, signal);
      await inner.rows(inner.sql('set local session_replication_role = replica'));
      const note = await putBack(inner, table, journalId);
      await inner.rows(inner.sql('set local session_replication_role = origin'));
      return note;
    });
  } catch (error) {
    if (sqlStateOf(error) === '42501') return 'what it refers to does not exist, and this role may not put back a row that refers to nothing';
    throw error;
  }
}

async function putBack(session: Session, table: CatalogTable, journalId: string): Promise<string | null> {
  const [entry] = await session.rows<{ deleted: boolean }>(session.sql('select after is null as deleted from ? where id = ?', [session.named('consistency_actions'), journalId]));
  const put = await session.rows(entry?.deleted ? reinsert(session, table, journalId) : overwrite(session, table, journalId));
  if (put.length > 0) return null;
  return entry?.deleted ? 'another row with this key exists now' : 'the row has changed since it was mended';
}

function overwrite(session: Session, table: CatalogTable, journalId: string): Sql {
  const columns = writable(table).filter((column) => !table.primaryKey.includes(column));
  const set = columns.map((column) => session.sql('? = ?', [session.name(column), session.column(column, 'image')]));
  const same = table.primaryKey.map((column) => session.sql('? = ?', [session.column(column), session.column(column, 'image')]));
  return session.sql(
    `update ? as t set ? from ? as entry cross join lateral jsonb_populate_record(null::?, entry.before) as image
     where entry.id = ? and ? and to_jsonb(t) = entry.after returning entry.id`,
    [session.named(table.name), joined(session, set, ', '), session.named('consistency_actions'), session.named(table.name), journalId, joined(session, same, ' and ')],
  );
}

function reinsert(session: Session, table: CatalogTable, journalId: string): Sql {
  const columns = writable(table);
  const names = columns.map((column) => session.name(column));
  const values = columns.map((column) => session.column(column, 'image'));
  return session.sql(
    `insert into ? (?) overriding system value
     select ? from ? as entry cross join lateral jsonb_populate_record(null::?, entry.before) as image where entry.id = ?
     on conflict do nothing returning 1`,
    [session.named(table.name), joined(session, names, ', '), joined(session, values, ', '), session.named('consistency_actions'), session.named(table.name), journalId],
  );
}

function writable(table: CatalogTable): readonly string[] {
  return [...table.columns.values()].filter(({ generated }) => !generated).map(({ name }) => name);
}
