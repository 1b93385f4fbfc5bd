import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError } from '@1688/core';
import type pg from 'pg';
import type { Database } from './connection.ts';
import { isDriverError, sqlStateOf, toSyncError } from './database-error.ts';
import { makeIndex, runInBatches } from './migration-batches.ts';
import { checksumOf } from './migration-table.ts';
import type { Migration } from './migration.ts';
import { quoteName } from './quote-name.ts';

export interface LockPatience {
  /** How long a migration waits for a table that others use; nobody waits behind it for longer. Default 2,000. */
  readonly lockTimeoutMs?: number;
  /** How often it tries again. Default 10. */
  readonly lockRetries?: number;
}

/** Runs one migration and writes its row: in one transaction, or afterwards where the migration is no transaction. */
export async function applyMigration(db: Database, client: pg.Client, migration: Migration, { signal, ...patience }: LockPatience & { readonly signal?: AbortSignal | undefined }): Promise<void> {
  const { mode = 'transaction', name } = migration;
  const up = withSchema(migration.up, db.schema);
  try {
    if (mode === 'batches') await runInBatches(client, up, signal);
    if (mode === 'index') await makeIndex(client, up, db.schema);
  } catch (error) {
    throw isDriverError(error) ? failed(migration, error, 'What it had done stays and does no harm.') : error;
  }
  await inTransaction(db, client, migration, patience, async () => {
    if (mode === 'transaction') await client.query(up);
    await client.query(`insert into ${quoteName(db.schema)}.migrations (name, checksum) values ($1, $2)`, [name, checksumOf(migration)]);
  });
}

/**
 * Takes one migration back.
 * @throws REFUSED when it has no way back
 */
export async function revertMigration(db: Database, client: pg.Client, migration: Migration, patience: LockPatience): Promise<void> {
  const { down, name } = migration;
  if (down === null) {
    throw new SyncError('REFUSED', `Expected migration ${name} to have a way back, but it has none.`, { hint: 'Restore a backup from before it.' });
  }
  await inTransaction(db, client, migration, patience, async () => {
    await client.query(withSchema(down, db.schema));
    await client.query(`delete from ${quoteName(db.schema)}.migrations where name = $1`, [name]);
  });
}

function withSchema(sql: string, schema: string): string {
  return sql.replaceAll(':schema:', () => quoteName(schema));
}

async function inTransaction(db: Database, client: pg.Client, migration: Migration, patience: LockPatience, work: () => Promise<void>): Promise<void> {
  const { lockTimeoutMs = 2_000, lockRetries = 10 } = patience;
  for (let attempt = 0; ; attempt += 1) {
    const blockers = watchBlockers(db, client, lockTimeoutMs / 4);
    try {
      await client.query(`begin; set local lock_timeout = ${Math.round(lockTimeoutMs)}; set local statement_timeout = 0`);
      await work();
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback').catch(() => {}); // a lost connection has rolled back by itself
      if (sqlStateOf(error) !== '55P03') throw failed(migration, error);
      if (attempt >= lockRetries) throw blocked(migration, blockers.pids(), error);
      await sleep(50 + Math.random() * Math.min(100 * 2 ** attempt, 2_000));
    } finally {
      blockers.stop();
    }
  }
}

/** Asks from another connection, while a migration waits, for whom it waits: afterwards nobody knows. */
function watchBlockers(db: Database, client: pg.Client, everyMs: number): { pids(): number[]; stop(): void } {
  let found: number[] = [];
  const { processID } = client as pg.Client & { processID: number };
  const timer = setInterval(() => {
    db.knex.raw<{ rows: { pids: number[] }[] }>('select pg_blocking_pids(?) as pids', [processID]).then(
      ({ rows }) => { if (rows[0]?.pids.length) found = rows[0].pids; },
      () => {}, // only a name in a message is at stake
    );
  }, everyMs);
  return { pids: () => found, stop: () => clearInterval(timer) };
}

function blocked(migration: Migration, pids: readonly number[], cause: unknown): SyncError {
  const who = pids.length > 0 ? `process ${pids.join(', ')} of the server` : 'another session';
  return new SyncError('MIGRATE_BLOCKED', `Migration ${migration.name} waits for a table that ${who} holds.`, {
    hint: pids.length > 0 ? `Look at it: select * from pg_stat_activity where pid in (${pids.join(', ')}); stop what it does, then migrate again.` : 'Stop what else uses the database, then migrate again.',
    retryable: true,
    cause,
    details: { pids },
  });
}

/** What PostgreSQL says about the statement itself is a failed migration; the rest keeps its own name. */
function failed(migration: Migration, error: unknown, kept = 'Nothing of this migration was kept; those before it were.'): SyncError {
  const mapped = toSyncError(error, `Migration ${migration.name}`);
  if (!['DB_QUERY', 'DB_CONFLICT', 'DB_FOREIGN_KEY'].includes(mapped.code)) return mapped;
  return new SyncError('MIGRATE_FAILED', mapped.message, {
    hint: `${kept} Correct the cause and migrate again.`,
    cause: error,
    details: mapped.details,
  });
}
