import { SyncError, type SyncKind } from '@1688/core';
import type pg from 'pg';
import type { Connection, Database } from './connection.ts';
import { isDriverError, toSyncError } from './database-error.ts';
import { lockKey } from './lock-key.ts';
import { rowsOf, SyncRecordRow } from './rows.ts';
import { ended, interruptRuns, syncRecords, type StoredSyncRecord } from './sync-records.ts';

/** While it is open no other process can claim the same scope. */
export interface ScopeClaim extends AsyncDisposable {
  readonly kind: SyncKind;
  readonly scope: string;
  /** Gives the scope back; a second call does nothing. */
  release(): Promise<void>;
}

export interface ClaimScopeOptions {
  readonly kind: SyncKind;
  /** Default `default`. */
  readonly scope?: string;
  /** A run that has given no sign of life for so long counts as dead, and its claim is taken from it. Default 60,000. */
  readonly silentMs?: number;
}

/**
 * Makes sure that runs of one kind and scope never overlap. The claim is a lock of a session of its own: the server gives it back
 * the moment its process dies. Runs that were left `running` are marked `interrupted`.
 * @throws LOCKED while another run of this scope is alive
 */
export async function claimScope(db: Database, { kind, scope = 'default', silentMs = 60_000 }: ClaimScopeOptions): Promise<ScopeClaim> {
  const key = claimKey(db, { kind, scope });
  const connection = await db.connect();
  try {
    if (!(await tryLock(connection.client, key))) {
      await endSilentOwner(db, connection.client, key, { kind, scope, silentMs });
      if (!(await tryLock(connection.client, key))) throw locked(kind, scope, null);
    }
    await interruptRuns(db, kind, scope);
  } catch (error) {
    await connection.close();
    throw isDriverError(error) ? toSyncError(error) : error;
  }
  return { kind, scope, release: connection.close, [Symbol.asyncDispose]: connection.close };
}

const heldHere = `locktype = 'advisory' and granted and objsubid = 1 and database = (select oid from pg_database where datname = current_database())`;
const heldKey = '(classid::bigint << 32 | objid::bigint)';

function claimKey(db: Connection, { kind, scope }: { readonly kind: SyncKind; readonly scope: string }): string {
  return lockKey(db.schema, `sync:${kind}:${scope}`);
}

/** Kinds whose runs hold a claim for as long as they are `running`. */
const claimed: ReadonlySet<SyncKind> = new Set<SyncKind>(['import', 'remap', 'revert']);

/**
 * Which of these runs are `running` though nobody works on them: the claim of their scope is free. A kind of run that takes no claim
 * counts as dead after `silentMs` without a sign of life. On a replica, which sees no claims, none is.
 * @param silentMs default 60,000
 * @returns their ids
 */
export async function deadRuns(db: Connection, records: readonly StoredSyncRecord[], { silentMs = 60_000 }: { readonly silentMs?: number } = {}): Promise<ReadonlySet<string>> {
  const running = records.filter((record) => record.status === 'running');
  if (running.length === 0) return new Set();
  try {
    const { rows } = await db.knex.raw<{ rows: { replica: boolean; now: Date; held: string[] }[] }>(
      `select pg_is_in_recovery() as replica, now() as now, array(select ${heldKey}::text from pg_locks where ${heldHere}) as held`);
    const [state] = rows;
    if (!state || state.replica) return new Set();
    const held = new Set(state.held);
    const dead = running.filter((record) => !held.has(claimKey(db, record)) && (claimed.has(record.kind) || state.now.getTime() - record.heartbeatAt.getTime() > silentMs));
    return new Set(dead.map((record) => record.id));
  } catch (error) {
    throw isDriverError(error) ? toSyncError(error) : error;
  }
}

/** Marks runs as interrupted that are dead by `deadRuns` and have been silent for `silentMs`. @returns their ids */
export async function interruptDeadRuns(db: Connection, { silentMs = 60_000 }: { readonly silentMs?: number } = {}): Promise<string[]> {
  const records: StoredSyncRecord[] = [];
  for await (const record of syncRecords(db).listSilent(silentMs)) records.push(record);
  const dead = await deadRuns(db, records, { silentMs });
  const marked: string[] = [];
  for (const { id, attempts } of records.filter((record) => dead.has(record.id))) {
    // Whoever has resumed it meanwhile has made another attempt of it.
    const rows = await db.knex.withSchema(db.schema).table('sync_records').where({ id, attempts, status: 'running' }).update(ended(db, 'interrupted'));
    if (rows > 0) marked.push(id);
  }
  return marked;
}

async function tryLock(client: pg.Client, key: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [key]);
  return rows[0]?.locked === true;
}

/** A frozen process holds its lock for ever: its session is ended; should it thaw, `progress` tells it that its run is over. */
async function endSilentOwner(db: Database, client: pg.Client, key: string, { kind, scope, silentMs }: Required<ClaimScopeOptions>): Promise<void> {
  const running = await rowsOf(SyncRecordRow, db).where({ kind, scope, status: 'running' }).orderBy('id', 'desc').first()
    .select('id', 'heartbeat_at', db.knex.raw('heartbeat_at < now() - make_interval(secs => ?) as silent', [silentMs / 1_000]));
  if (!(running as { silent?: boolean } | undefined)?.silent) throw locked(kind, scope, running?.id ?? null);
  await interruptRuns(db, kind, scope);
  await client.query(
    `select pg_terminate_backend(pid, 5000) from pg_locks where ${heldHere} and ${heldKey} = $1::bigint`, [key],
  );
}

function locked(kind: SyncKind, scope: string, id: string | null): SyncError {
  const which = id === null ? '' : `, sync record ${id}`;
  return new SyncError('LOCKED', `Another run (${kind} of scope ${scope}${which}) is at work.`, {
    hint: 'Wait until it ends, or cancel it; a run whose process died frees its scope by itself.',
    retryable: true,
    details: { syncRecordId: id },
  });
}
