import { isSyncError } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import type { Manifest, ManifestSchema, MissingFile } from './manifest.ts';
import { loadIndex } from './object-index.ts';
import { objectReader, readOr } from './object-reader.ts';
import { listPacks } from './orphan-packs.ts';
import { attestPrefix } from './repository-key.ts';
import { findManifest, readManifests, readRepository, type BackupChoice, type FoundManifest } from './repository.ts';
import { unseal } from './sealed-json.ts';

/** One line of a list of backups. */
export interface BackupSummary {
  /** Null when the manifest cannot be read. */
  readonly id: string | null;
  readonly name: string | null;
  readonly seq: number;
  readonly label: string | null;
  readonly tags: readonly string[];
  readonly schema: string | null;
  readonly kind: 'full' | 'incremental' | null;
  /** `damaged`: the manifest itself is not as it was written; `newer`: only a newer version can read it. */
  readonly status: 'complete' | 'partial' | 'damaged' | 'newer';
  /** The moment that the backup shows. */
  readonly takenAt: Date | null;
  readonly rows: number;
  readonly images: number;
  readonly bytesNew: number;
  readonly bytesTotal: number;
  /** The newest time at which it was found good: when it was made, or later. */
  readonly verifiedAt: Date | null;
  readonly verifiedLevel: 'written' | 'read' | 'drill' | null;
}

export interface BackupDetails extends BackupSummary {
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly rawBytes: number; readonly included: boolean }[];
  readonly reasons: readonly string[];
  readonly missing: readonly MissingFile[];
  readonly omitted: ManifestSchema['omitted'];
  readonly engineVersion: string;
  /** As it was given to createBackup, or null. */
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly durationMs: number;
}

/** The backups of a repository, the oldest first; one whose manifest is damaged is told as such. */
export async function* listBackups({ repository }: { readonly repository: StorageBackend }): AsyncIterable<BackupSummary> {
  try {
    await readRepository(repository);
  } catch (error) {
    if (isSyncError(error) && error.code === 'BACKUP_NOT_FOUND') return;
    if (!isSyncError(error) || error.code !== 'BACKUP_DAMAGED') throw error;
  }
  for await (const found of readManifests(repository)) yield await summaryOf(repository, found);
}

/**
 * All that is known about one backup without reading its rows.
 * @throws BACKUP_NOT_FOUND, BACKUP_DAMAGED, BACKUP_VERSION
 */
export async function showBackup(choice: BackupChoice): Promise<BackupDetails> {
  const { repository } = choice;
  const { key, manifest } = await findManifest(choice);
  const summary = await summaryOf(repository, { key, seq: manifest.seq, manifest, error: null });
  const { tables, reasons, files, schema, engine, stats } = manifest;
  return {
    ...summary, reasons, missing: files.missing, omitted: schema.omitted, engineVersion: engine.version, durationMs: stats.durationMs,
    tables: tables.map(({ name, rows, rawBytes, included }) => ({ name, rows, rawBytes, included })),
    config: await readConfig(repository, manifest),
  };
}

async function readConfig(repository: StorageBackend, { config }: Manifest): Promise<BackupDetails['config']> {
  if (!config) return null;
  const index = await loadIndex(repository, { packs: await listPacks(repository), withLost: true });
  return JSON.parse((await objectReader(repository, index).read(config.object)).toString('utf8')) as BackupDetails['config'];
}

async function summaryOf(repository: StorageBackend, { seq, manifest, error }: FoundManifest): Promise<BackupSummary> {
  if (!manifest) {
    const status = error?.code === 'BACKUP_VERSION' ? 'newer' : 'damaged';
    return { id: null, name: null, seq, label: null, tags: [], schema: null, kind: null, status, takenAt: null, rows: 0, images: 0, bytesNew: 0, bytesTotal: 0, verifiedAt: null, verifiedLevel: null };
  }
  const { id, name, label, tags = [], kind, status, stats, files, snapshot, schema } = manifest;
  const verified = await lastVerified(repository, manifest);
  return {
    id, name, seq, label, tags, schema: schema.name, kind, status, takenAt: new Date(snapshot.takenAt), rows: stats.rows, images: files.mode === 'copy' ? files.total : 0,
    bytesNew: stats.bytesNew, bytesTotal: stats.bytesTotal, verifiedAt: verified?.at ?? null, verifiedLevel: verified?.level ?? null,
  };
}

/** One verification of a backup. */
export interface Attestation {
  readonly at: string;
  readonly level: 'written' | 'list' | 'read' | 'drill';
  readonly ok: boolean;
}

/** The newest verification decides; one that found damage makes the backup unverified. */
export async function lastVerified(repository: StorageBackend, manifest: Manifest): Promise<{ at: Date; level: 'written' | 'read' | 'drill' } | null> {
  const last = (await attestations(repository, manifest)).at(-1);
  return last?.ok && last.level !== 'list' ? { at: new Date(last.at), level: last.level } : null;
}

/** Every verification of a backup that is noted, the oldest first. */
export async function attestations(repository: StorageBackend, { id, verified }: Manifest): Promise<Attestation[]> {
  const all: Attestation[] = verified ? [{ ...verified, ok: true }] : [];
  for await (const { key } of repository.list(`${attestPrefix}${id}/`)) {
    try {
      const note = unseal(key, await readOr(repository, key)) as Attestation & { readonly backup: string };
      if (note.backup === id) all.push(note);
    } catch (error) {
      // A damaged note proves nothing, and disproves nothing.
      if (!isSyncError(error) || error.code !== 'BACKUP_DAMAGED') throw error;
    }
  }
  return all.toSorted((a, b) => (a.at < b.at ? -1 : 1));
}
