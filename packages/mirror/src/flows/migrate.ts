import { SyncError, shown, type FlowOptions } from '@1688/core';
import { checkSchema, migrate, migrateDown, migrationStatus, newMigration, type MigrationStatus, type SchemaCheck } from '@1688/db';
import type { Config } from '../config.ts';
import { migrateOptions, openMirror } from '../open-mirror.ts';

/** Brings the store's schema to this version, takes the last step back, or only looks. */
export async function migrateStore(config: Config, action: 'status' | 'up' | 'down', { signal }: FlowOptions = {}): Promise<MigrationStatus> {
  await using mirror = await openMirror(config, { create: true, migrate: false, ...(signal ? { signal } : {}) });
  const known = migrateOptions(config, signal);
  if (action === 'up') await migrate(mirror.db, known);
  if (action === 'down') await migrateDown(mirror.db, known);
  return await migrationStatus(mirror.db, known); // awaited here: the store must outlive the question
}

/** Where the store's tables differ from the row classes and from what its migrations make; changes nothing. @throws NOT_FOUND, STORE_NOT_FOUND */
export async function checkStoreSchema(config: Config, { signal }: FlowOptions = {}): Promise<SchemaCheck> {
  await using mirror = await openMirror(config, { create: false, migrate: false, ...(signal ? { signal } : {}) });
  return await checkSchema(mirror.db, migrateOptions(config));
}

/** Writes an empty migration to fill in. @throws ARGUMENT_INVALID */
export async function newMigrationFile(name: string, directory: string): Promise<{ readonly file: string }> {
  return { file: await newMigration(name, directory) };
}

/** The refusal of a word that is none of the choices. */
export function wrongChoice(command: string, received: string, choices: readonly string[]): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected ${command} to be followed by one of ${choices.join(', ')}, received ${shown(received)}.`, { hint: `See "1688sync ${command} --help".` });
}
