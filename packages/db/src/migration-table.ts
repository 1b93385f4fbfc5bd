import { createHash } from 'node:crypto';
import { SyncError } from '@1688/core';
import type { Migration } from './migration.ts';
import { quoteName } from './quote-name.ts';
import { sqlStateOf } from './database-error.ts';

/** A row of the table `migrations`: which steps this schema has behind it. */
export interface AppliedMigration {
  readonly name: string;
  /** SHA-256 of the SQL that was run, in hexadecimal. */
  readonly checksum: string;
  readonly appliedAt: Date;
}

/** Whatever can run SQL: a client, or the pool through `raw`. */
export interface Queries {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.up).digest('hex');
}

/** Applied migrations in order of their names; none when schema or table do not exist. */
export async function appliedMigrations(client: Queries, schema: string): Promise<AppliedMigration[]> {
  try {
    const sql = `select name, checksum, applied_at as "appliedAt" from ${quoteName(schema)}.migrations order by name collate "C"`;
    const { rows } = await client.query(sql);
    return rows as AppliedMigration[];
  } catch (error) {
    if (['42P01', '3F000'].includes(sqlStateOf(error) ?? '')) return [];
    throw error;
  }
}

/** A role that may not create schemas can use one that was made for it. */
export async function createMigrationTable(client: Queries, schema: string): Promise<void> {
  const { rows } = await client.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (rows.length === 0) await client.query(`create schema if not exists ${quoteName(schema)}`);
  await client.query(`create table if not exists ${quoteName(schema)}.migrations (
    name text collate "C" primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`);
}

/**
 * Compares what was applied with what this version knows.
 * @returns the migrations that are still to be applied, in order
 * @throws DB_SCHEMA_TOO_NEW, MIGRATE_CHECKSUM
 */
export function pendingMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): readonly Migration[] {
  const names = known.map((each) => each.name);
  const stranger = applied.find((each) => !names.includes(each.name));
  const last = names.at(-1) ?? '';
  if (stranger && stranger.name > last) {
    throw new SyncError('DB_SCHEMA_TOO_NEW', `Expected a schema up to migration ${last || 'none'}, received one that has ${stranger.name}.`, {
      hint: 'Update this software to the version that migrated the database, or newer.',
    });
  }
  if (stranger) throw drift(`Expected the applied migration ${stranger.name} to be part of this version, which lacks it.`);
  applied.forEach((each, index) => {
    const migration = known[index];
    if (migration?.name !== each.name) throw drift(`Expected migration ${migration?.name} to come before ${each.name}, which was applied without it.`);
    const checksum = checksumOf(migration);
    if (checksum !== each.checksum) throw drift(`Expected migration ${each.name} as it was applied (SHA-256 ${each.checksum}), received another text (${checksum}).`);
  });
  return known.slice(applied.length);
}

function drift(message: string): SyncError {
  return new SyncError('MIGRATE_CHECKSUM', message, {
    hint: 'Migrations never change after release: restore the old text, and write the change as a new migration.',
  });
}
