import { SyncError, shown, type FlowOptions } from '@1688/core';
import { migrate, migrateDown, migrationStatus, newMigration, type MigrationStatus } from '@1688/db';
import type { Config } from '../config.ts';
import { openMirror } from '../open-mirror.ts';

/** Brings the store's schema to this version, takes the last step back, or only looks. */
export async function migrateStore(config: Config, action: 'status' | 'up' | 'down', { signal }: FlowOptions = {}): Promise<MigrationStatus> {
  await using mirror = await openMirror(config, { create: true, migrate: false, ...(signal ? { signal } : {}) });
  if (action === 'up') await migrate(mirror.db, signal ? { signal } : {});
  if (action === 'down') await migrateDown(mirror.db, signal ? { signal } : {});
  return migrationStatus(mirror.db);
}

/** Writes an empty migration to fill in. @throws ARGUMENT_INVALID */
export async function newMigrationFile(name: string, directory: string): Promise<{ readonly file: string }> {
  return { file: await newMigration(name, directory) };
}

/** The refusal of a word that is none of the choices. */
export function wrongChoice(command: string, received: string, choices: readonly string[]): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected ${command} to be followed by one of ${choices.join(', ')}, received ${shown(received)}.`, { hint: `See "1688sync ${command} --help".` });
}
