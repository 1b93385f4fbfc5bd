import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError, throwIfAborted } from '@1688/core';
import type pg from 'pg';
import type { Database } from './connection.ts';
import { isDriverError, toSyncError } from './database-error.ts';
import { lockKey } from './lock-key.ts';
import { migrations as ours } from './migration-list.ts';
import { applyMigration, revertMigration, type LockPatience } from './migration-step.ts';
import { appliedMigrations, createMigrationTable, pendingMigrations, type AppliedMigration, type Queries } from './migration-table.ts';
import type { Migration } from './migration.ts';

export interface MigrateOptions extends LockPatience {
  /** All migrations in the order of their names. Default: those of this version; add your own behind them. */
  readonly migrations?: readonly Migration[];
  /** Name of the migration to end with: `migrate` applies it as the last, `migrateDown` keeps it as the newest. */
  readonly to?: string;
  readonly signal?: AbortSignal;
}

export interface MigrateResult {
  /** Names of the migrations that this call applied or took back, in that order. */
  readonly done: readonly string[];
  /** Name of the newest migration that the schema has now, or null. */
  readonly current: string | null;
}

export interface MigrationStatus {
  readonly applied: readonly AppliedMigration[];
  /** Names of those still to be applied. */
  readonly pending: readonly string[];
}

/**
 * Brings the schema up to date. Any number of processes may call it at once: one works, the others wait. Each migration is one
 * transaction; the first that fails ends the call and leaves those before it. Up to date already, it costs one query.
 * @throws DB_SCHEMA_TOO_NEW, MIGRATE_CHECKSUM before anything is changed; MIGRATE_FAILED, MIGRATE_BLOCKED, DB_PERMISSION, ABORTED
 */
export async function migrate(db: Database, options: MigrateOptions = {}): Promise<MigrateResult> {
  const { migrations = ours, to, signal } = options;
  const wanted = (applied: readonly AppliedMigration[]): readonly Migration[] => upTo(pendingMigrations(migrations, applied), migrations, to);
  const found = await mapped(() => appliedMigrations(pool(db), db.schema));
  if (wanted(found).length === 0) return { done: [], current: found.at(-1)?.name ?? null };
  return withMigrationLock(db, signal, async (client) => {
    await createMigrationTable(client, db.schema);
    const before = await appliedMigrations(client, db.schema);
    const done: string[] = [];
    for (const migration of wanted(before)) {
      throwIfAborted(signal, 'Migrating');
      await applyMigration(db, client, migration, options);
      done.push(migration.name);
    }
    return { done, current: done.at(-1) ?? before.at(-1)?.name ?? null };
  });
}

/**
 * Takes migrations back, the newest first: the last one, or all after `to`. Their tables are dropped with what is in them.
 * @throws REFUSED when a migration has no way back, and what `migrate` throws
 */
export async function migrateDown(db: Database, options: MigrateOptions = {}): Promise<MigrateResult> {
  const { migrations = ours, to, signal } = options;
  return withMigrationLock(db, signal, async (client) => {
    const applied = await appliedMigrations(client, db.schema);
    pendingMigrations(migrations, applied);
    if (to !== undefined) find(migrations, to);
    const victims = to === undefined ? applied.slice(-1) : applied.filter((each) => each.name > to);
    const done: string[] = [];
    for (const { name } of victims.toReversed()) {
      throwIfAborted(signal, 'Migrating');
      await revertMigration(db, client, find(migrations, name), options);
      done.push(name);
    }
    return { done, current: applied.at(-1 - done.length)?.name ?? null };
  });
}

/**
 * Which migrations the schema has, and which it lacks.
 * @throws DB_SCHEMA_TOO_NEW, MIGRATE_CHECKSUM
 */
export async function migrationStatus(db: Database, { migrations = ours }: Pick<MigrateOptions, 'migrations'> = {}): Promise<MigrationStatus> {
  const applied = await mapped(() => appliedMigrations(pool(db), db.schema));
  return { applied, pending: pendingMigrations(migrations, applied).map((each) => each.name) };
}

function upTo(pending: readonly Migration[], all: readonly Migration[], to: string | undefined): readonly Migration[] {
  if (to === undefined) return pending;
  find(all, to);
  return pending.filter((each) => each.name <= to);
}

function find(migrations: readonly Migration[], name: string): Migration {
  const found = migrations.find((each) => each.name === name);
  if (found) return found;
  throw new SyncError('NOT_FOUND', `Expected a migration named ${name}; this version knows ${migrations.map((each) => each.name).join(', ')}.`);
}

/** The lock belongs to a session of its own: when this process dies, however it dies, the server gives it back. */
async function withMigrationLock<Value>(db: Database, signal: AbortSignal | undefined, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  await using connection = await db.connect();
  const { client } = connection;
  return await mapped(async () => { // awaited here: the connection must outlive the work
    const key = lockKey(db.schema, 'migrate');
    for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 500)) {
      throwIfAborted(signal, 'Migrating');
      const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [key]);
      if (rows[0]?.locked) return work(client);
      await sleep(waitMs);
    }
  });
}

function pool(db: Database): Queries {
  return { query: (sql) => db.knex.raw<{ rows: unknown[] }>(sql) };
}

async function mapped<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw isDriverError(error) ? toSyncError(error, 'Migrating') : error;
  }
}
