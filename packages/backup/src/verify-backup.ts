import { isSyncError, SyncError, type FlowOptions } from '@1688/core';
import type { Database } from '@1688/db';
import type { StorageBackend } from '@1688/storage';
import { randomBytes } from 'node:crypto';
import { checkManifest } from './check-manifest.ts';
import { damageOf, type Damage } from './damage.ts';
import { loadSchema, dropSchema } from './load-schema.ts';
import type { Manifest } from './manifest.ts';
import { loadIndex } from './object-index.ts';
import { listPacks } from './orphan-packs.ts';
import { attestKey } from './repository-key.ts';
import { findManifest, readRepository, type BackupChoice } from './repository.ts';
import { seal } from './sealed-json.ts';

/** `list`: names and lengths of all files · `read`: every byte · `drill`: every byte, and a restore into a scratch schema. */
export type VerifyLevel = 'list' | 'read' | 'drill';

export interface VerifyBackupOptions extends BackupChoice, FlowOptions {
  /** Default `list`. */
  readonly level?: VerifyLevel;
  /** Where a drill makes its scratch schema; needed for it alone. */
  readonly db?: Database;
}

export interface VerifyResult {
  /** Of the backup, or what was asked for when its manifest cannot be read. */
  readonly id: string;
  readonly name: string;
  readonly level: VerifyLevel;
  /** Files and objects that were looked at. */
  readonly checked: number;
  readonly damaged: readonly Damage[];
  readonly ok: boolean;
}

/**
 * Proves that a backup is what was written. Results of `read` and `drill` are noted in the repository, where it can be written.
 * @throws BACKUP_NOT_FOUND, BACKUP_VERSION; ARGUMENT_INVALID for a drill without `db`; damage is returned, not thrown
 */
export async function verifyBackup(options: VerifyBackupOptions): Promise<VerifyResult> {
  const { repository, level = 'list', db, signal, onProgress } = options;
  if (level === 'drill' && !db) throw new SyncError('ARGUMENT_INVALID', 'Expected a database for a drill, received none.', { hint: 'Give db: the drill makes a schema of its own there and drops it.' });
  const damaged: Damage[] = [];
  const tolerate = (error: unknown): void => {
    const damage = damageOf(error);
    if (!damage) throw error;
    damaged.push(damage);
  };
  await readRepository(repository).catch(tolerate);
  const found = await findManifest(options).catch(tolerate);
  const asked = options.name ?? options.id ?? '';
  if (!found) return { id: asked, name: asked, level, checked: damaged.length, damaged, ok: false };
  const { key, manifest } = found;
  const index = await loadIndex(repository, { packs: await listPacks(repository), withLost: true, onDamage: (error) => void (damageOf(error) ?? rethrow(error)) });
  const result = await checkManifest(repository, { key, manifest, level: level === 'list' ? 'list' : 'read', index, signal, onProgress });
  damaged.push(...result.damaged);
  if (level === 'drill' && db && damaged.length === 0) damaged.push(...(await drill(options, db, key, manifest)));
  const { id, name } = manifest;
  const verdict: VerifyResult = { id, name, level, checked: result.checked + 1, damaged, ok: damaged.length === 0 };
  if (level !== 'list') await attest(repository, verdict);
  return verdict;
}

function rethrow(error: unknown): never {
  throw error;
}

/** Restores into a schema that nobody else knows, and drops it. */
async function drill({ repository, signal, onProgress }: VerifyBackupOptions, db: Database, key: string, manifest: Manifest): Promise<Damage[]> {
  const schema = `drill_${randomBytes(6).toString('hex')}`;
  try {
    await loadSchema(db, { repository, manifest, schema, readers: 2, signal, onProgress });
    return [];
  } catch (error) {
    if (isSyncError(error) && error.code === 'ABORTED') throw error;
    const damage = damageOf(error);
    if (!damage && !(isSyncError(error) && ['DB_QUERY', 'DB_FOREIGN_KEY', 'DB_CONFLICT', 'RESTORE_TARGET'].includes(error.code))) throw error;
    return [damage ?? { object: key, reason: `it cannot be restored: ${(error as SyncError).message}` }];
  } finally {
    await dropSchema(db, schema);
  }
}

async function attest(repository: StorageBackend, { id, level, checked, damaged, ok }: VerifyResult): Promise<void> {
  const at = new Date();
  try {
    await repository.put(attestKey(id, at), seal({ format: 1, backup: id, at: at.toISOString(), level, checked, ok, damaged: damaged.slice(0, 1_000) }));
  } catch (error) {
    // Who may only read the repository may verify it all the same.
    if (!isSyncError(error) || (error.code !== 'STORAGE_READONLY' && error.code !== 'STORAGE_PERMISSION')) throw error;
  }
}
