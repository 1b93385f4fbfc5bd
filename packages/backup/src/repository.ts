import { isSyncError, SyncError } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { randomUUID } from 'node:crypto';
import { damaged } from './damage.ts';
import { formatVersion, type Manifest } from './manifest.ts';
import { newerFormat } from './object-index.ts';
import { readOr } from './object-reader.ts';
import { manifestKey, manifestPrefix, readmeKey, repositoryKey, rescueKey, seqOf } from './repository-key.ts';
import { rescueScript } from './rescue-script.ts';
import { seal, unseal } from './sealed-json.ts';
import { isEncrypted, type EncryptionFacts } from './with-encryption.ts';

/** What `repo.json` says; written once. */
export interface RepositoryFacts {
  readonly format: number;
  readonly repositoryId: string;
  readonly createdAt: string;
  readonly hash: 'sha256';
  readonly compression: 'zstd';
  /** Null: nothing is encrypted. */
  readonly encryption: EncryptionFacts | null;
}

/** @throws BACKUP_NOT_FOUND for a place without a repository, BACKUP_DAMAGED, BACKUP_VERSION */
export async function readRepository(repository: StorageBackend): Promise<RepositoryFacts> {
  if (!(await repository.head(repositoryKey))) {
    for await (const { key } of repository.list(manifestPrefix)) {
      if (seqOf(key) !== null) throw damaged(repositoryKey, 'it is missing');
    }
    throw new SyncError('BACKUP_NOT_FOUND', `Expected a backup repository (${repositoryKey}) in the storage ${repository.name}, received none.`, {
      hint: 'Give the place that createBackup wrote to.',
    });
  }
  const facts = unseal(repositoryKey, await readOr(repository, repositoryKey)) as RepositoryFacts;
  if (facts.format > formatVersion) throw newerFormat(repositoryKey, facts.format);
  checkEncryption(repository, facts);
  return facts;
}

/** A key that was forgotten, or given for another place, must not end in backups that lie open or that nobody can read. */
function checkEncryption(repository: StorageBackend, { encryption }: RepositoryFacts): void {
  const known = ['age-encryption.org/v1', undefined];
  if (!known.includes(encryption?.format)) throw newerFormat(repositoryKey, `encryption ${String(encryption?.format)}`);
  if ((encryption !== null) === isEncrypted(repository)) return;
  throw new SyncError('BACKUP_KEY', encryption ? 'Expected the key of an encrypted repository, received none.' : 'Expected an encrypted repository for the key that was given, received one that is not encrypted.', {
    hint: encryption ? 'Give its key (BACKUP_KEY).' : 'Leave the key out to read it, or give another place (BACKUP_URL) for encrypted backups.',
  });
}

/** The repository's facts, after making it where there is none. */
export async function openRepository(repository: StorageBackend): Promise<RepositoryFacts> {
  try {
    return await readRepository(repository);
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'BACKUP_NOT_FOUND') throw error;
  }
  const encryption = isEncrypted(repository) ? await repository.encryption.prepare() : null;
  const facts: RepositoryFacts = { format: formatVersion, repositoryId: randomUUID(), createdAt: new Date().toISOString(), hash: 'sha256', compression: 'zstd', encryption };
  await repository.put(readmeKey, readme);
  await repository.put(rescueKey, rescueScript);
  try {
    await repository.put(repositoryKey, seal(facts), { ifAbsent: repository.capabilities.conditionalPut });
    return facts;
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_CONFLICT') return readRepository(repository);
    throw error;
  }
}

/** A manifest, or why there is none under its key. */
export type FoundManifest =
  | { readonly key: string; readonly seq: number; readonly manifest: Manifest; readonly error: null }
  | { readonly key: string; readonly seq: number; readonly manifest: null; readonly error: SyncError };

/** Every manifest in order of its number; damaged and newer ones are told, not skipped. */
export async function* readManifests(repository: StorageBackend): AsyncIterable<FoundManifest> {
  for await (const { key } of repository.list(manifestPrefix)) {
    const seq = seqOf(key);
    if (seq === null) continue;
    try {
      yield { key, seq, manifest: await readManifest(repository, key), error: null };
    } catch (error) {
      if (!isSyncError(error) || (error.code !== 'BACKUP_DAMAGED' && error.code !== 'BACKUP_VERSION')) throw error;
      yield { key, seq, manifest: null, error };
    }
  }
}

async function readManifest(repository: StorageBackend, key: string): Promise<Manifest> {
  const manifest = unseal(key, await readOr(repository, key)) as Manifest;
  if (manifest.format > formatVersion) throw newerFormat(key, manifest.format);
  // One that was copied to another number would pass for a newer backup.
  if (manifestKey(manifest.seq) !== key) throw damaged(key, `it is the manifest of number ${manifest.seq}`);
  return manifest;
}

/** Which backup is meant: by name or id (both may stand in either), or `latest` for the newest. */
export interface BackupChoice {
  readonly repository: StorageBackend;
  readonly name?: string;
  readonly id?: string;
}

/**
 * The manifest that is meant.
 * @throws BACKUP_NOT_FOUND; BACKUP_DAMAGED when it is not among the readable ones and there are damaged ones; ARGUMENT_INVALID
 */
export async function findManifest({ repository, name, id }: BackupChoice): Promise<{ key: string; manifest: Manifest }> {
  const wanted = name ?? id;
  if (wanted === undefined) throw new SyncError('ARGUMENT_INVALID', 'Expected the name or id of a backup, received neither.', { hint: 'The newest one is called "latest".' });
  const readable: { key: string; manifest: Manifest }[] = [];
  let failure: SyncError | null = null;
  for await (const { key, manifest, error } of readManifests(repository)) {
    if (manifest) readable.push({ key, manifest });
    else failure = error;
  }
  // The newest number may be the damaged one: nobody shall restore an older one by mistake.
  const found = wanted === 'latest' ? (failure ? undefined : readable.at(-1)) : (readable.findLast((each) => each.manifest.id === wanted) ?? readable.findLast((each) => each.manifest.name === wanted));
  if (found) return found;
  if (failure) throw failure;
  throw new SyncError('BACKUP_NOT_FOUND', `Expected a backup named ${JSON.stringify(wanted)} in the storage ${repository.name}, received ${readable.length} others.`, {
    hint: 'List the backups of the repository to see their names.',
  });
}

const readme = `A backup repository of 1688sync (@1688/backup), format ${formatVersion}. Do not change or rename anything in it.

snapshots/  one file a backup; it lists what belongs to it
packs/      rows of tables as COPY text, in zstd frames; "zstd -dc" reads them
index/      which pack holds what
blobs/      pictures, each named by its SHA-256
attest/     results of later verifications
keys/       where everything else is encrypted with age: the repository's key, for those who may open it

To restore: 1688sync backup restore NAME. By hand, with zstd, jq and psql: sh rescue.sh
`;
