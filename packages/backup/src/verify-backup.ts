import { isSyncError, SyncError, type FlowOptions } from '@1688/core';
import type { Database } from '@1688/db';
import type { StorageBackend } from '@1688/storage';
import { checkManifest } from './check-manifest.ts';
import { damageOf, type Damage } from './damage.ts';
import { drill, type DrillFacts } from './drill.ts';
import { loadIndex } from './object-index.ts';
import { listPacks } from './orphan-packs.ts';
import { attestKey } from './repository-key.ts';
import { findManifest, readRepository, type BackupChoice } from './repository.ts';
import { seal } from './sealed-json.ts';

/** `list`: names and lengths of all files · `read`: every byte · `drill`: every byte, and a restore into a scratch database. */
export type VerifyLevel = 'list' | 'read' | 'drill';

export interface VerifyBackupOptions extends BackupChoice, FlowOptions {
  /** Default `list`. */
  readonly level?: VerifyLevel;
  /** A drill makes its scratch database on this server; needed for it alone. */
  readonly db?: Database;
  /** Reads a file as what it is, such as a picture, and throws when it is none; a drill tries 200 of them. Default: bytes are compared only. */
  readonly decode?: (bytes: Uint8Array, key: string) => Promise<unknown>;
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
  /** What the drill restored; null at other levels, and when damage was found before. */
  readonly drill: DrillFacts | null;
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
  if (!found) return { id: asked, name: asked, level, checked: damaged.length, damaged, ok: false, drill: null };
  const { key, manifest } = found;
  const index = await loadIndex(repository, { packs: await listPacks(repository), withLost: true, onDamage: (error) => void (damageOf(error) ?? rethrow(error)) });
  const result = await checkManifest(repository, { key, manifest, level: level === 'list' ? 'list' : 'read', index, signal, onProgress });
  damaged.push(...result.damaged);
  const drilled = level === 'drill' && db && damaged.length === 0 ? await drill(db, { ...options, key, manifest, index }) : null;
  damaged.push(...(drilled?.damaged ?? []));
  const { id, name } = manifest;
  const verdict: VerifyResult = { id, name, level, checked: result.checked + 1, damaged, ok: damaged.length === 0, drill: drilled?.facts ?? null };
  // Of names and lengths only bad news is worth a note: the next backup then looks at everything again.
  if (level !== 'list' || !verdict.ok) await attest(repository, verdict);
  return verdict;
}

function rethrow(error: unknown): never {
  throw error;
}

async function attest(repository: StorageBackend, { id, level, checked, damaged, ok, drill: drilled }: VerifyResult): Promise<void> {
  const at = new Date();
  try {
    await repository.put(attestKey(id, at), seal({ format: 1, backup: id, at: at.toISOString(), level, checked, ok, damaged: damaged.slice(0, 1_000), drill: drilled }));
  } catch (error) {
    // Who may only read the repository may verify it all the same.
    if (!isSyncError(error) || (error.code !== 'STORAGE_READONLY' && error.code !== 'STORAGE_PERMISSION')) throw error;
  }
}
