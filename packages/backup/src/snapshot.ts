import { isSyncError, SyncError, throwIfAborted } from '@1688/core';
import { quoteName, type Database } from '@1688/db';
import { readCatalog, type Catalog } from './catalog.ts';
import type { Manifest } from './manifest.ts';
import { openSession, type Session } from './session.ts';
import { setTimeout as sleep } from 'node:timers/promises';

/** One moment of a schema: every session of it sees exactly the same rows, and no table of it can be changed in form meanwhile. */
export interface Snapshot extends AsyncDisposable {
  readonly leader: Session;
  readonly catalog: Catalog;
  readonly engine: Manifest['engine'];
  readonly moment: Manifest['snapshot'];
  /** Another session that sees the same moment. */
  reader(): Promise<Session>;
}

const attempts = 5;
const doing = 'Reading the database for a backup';

/**
 * @throws NOT_FOUND without such a schema; LOCKED when its tables cannot be locked for reading in ten seconds
 */
export async function openSnapshot(db: Database, schema: string, readers: number, signal: AbortSignal | undefined): Promise<Snapshot> {
  for (let attempt = 1; ; attempt += 1) {
    throwIfAborted(signal, 'The backup');
    const sessions: Session[] = [];
    try {
      const snapshot = await takeSnapshot(db, schema, readers, sessions);
      if (snapshot) return snapshot;
      await closeAll(sessions);
    } catch (error) {
      await closeAll(sessions);
      // A table that was dropped, or is being changed, between the list and the lock: look again.
      const passing = isSyncError(error) && (error.code === 'LOCKED' || error.details['sqlState'] === '42P01');
      if (!passing || attempt >= attempts) throw error;
    }
    if (attempt >= attempts) throw new SyncError('LOCKED', `Expected the tables of ${schema} to stay the same while they are locked, but they changed ${attempts} times.`, { retryable: true });
    await sleep(100 * attempt);
  }
}

async function closeAll(sessions: readonly Session[]): Promise<void> {
  await Promise.all(sessions.map((each) => each[Symbol.asyncDispose]()));
}

/** Null when the tables changed between being listed and being locked. */
async function takeSnapshot(db: Database, schema: string, readers: number, sessions: Session[]): Promise<Snapshot | null> {
  const leader = await openSession(db, { doing });
  sessions.push(leader);
  const names = await tableNames(leader, schema);
  if (names === null) throw new SyncError('NOT_FOUND', `Expected a schema ${schema} at ${db.url}, received none of this name.`);
  await leader.query('begin isolation level repeatable read read only');
  // LOCK takes no snapshot: what is locked before the snapshot cannot change between the two.
  await lockTables(leader, schema, names, '');
  const [row] = await leader.query<{ id: string; takenAt: string; lsn: string | null; version: string; number: number; encoding: string; collation: string }>(
    `select pg_export_snapshot() as id, to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "takenAt",
       case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end::text as lsn,
       current_setting('server_version') as version, current_setting('server_version_num')::int as number,
       current_setting('server_encoding') as encoding, (select datcollate from pg_database where datname = current_database()) as collation`);
  const catalog = await readCatalog(leader, schema);
  if (!row || !catalog) return null;
  const now = lockable(catalog);
  if (now.length !== names.length || now.some((name, at) => name !== names[at])) return null;
  const { id, takenAt, lsn, version, number, encoding, collation } = row;
  const extra: Session[] = [];
  for (let made = 0; made < readers; made += 1) extra.push(await joinSnapshot(db, schema, id, names, sessions));
  return {
    leader, catalog,
    engine: { version, number, encoding, collation },
    moment: { id, takenAt, lsn },
    async reader() {
      const session = extra.pop();
      if (!session) throw new SyncError('INTERNAL', 'Expected at most as many readers as were opened.');
      return session;
    },
    [Symbol.asyncDispose]: () => closeAll(sessions),
  };
}

async function joinSnapshot(db: Database, schema: string, id: string, names: readonly string[], sessions: Session[]): Promise<Session> {
  const session = await openSession(db, { doing });
  sessions.push(session);
  await session.query('begin isolation level repeatable read read only');
  await session.query(`set transaction snapshot '${id.replaceAll("'", '')}'`);
  // Without waiting: behind somebody who waits for the leader this session would wait for ever.
  await lockTables(session, schema, names, ' nowait');
  return session;
}

async function lockTables(session: Session, schema: string, names: readonly string[], manner: string): Promise<void> {
  if (names.length === 0) return;
  await session.query(`lock table ${names.map((name) => `${quoteName(schema)}.${quoteName(name)}`).join(', ')} in access share mode${manner}`);
}

async function tableNames(session: Session, schema: string): Promise<string[] | null> {
  const catalog = await readCatalog(session, schema);
  return catalog && lockable(catalog);
}

function lockable({ relations }: Catalog): string[] {
  return relations.filter((each) => each.kind === 'r' || each.kind === 'p').map((each) => each.name);
}
