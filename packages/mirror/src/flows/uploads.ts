import { createHash, randomUUID } from 'node:crypto';
import { SyncError, type FlowOptions } from '@1688/core';
import type { ImportResult } from '@1688/catalog';
import { uploads, type Upload } from '@1688/db';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { claimStorage } from '../storage-identity.ts';
import { importFile, type ImportFileOptions, type ReadOptions } from './import.ts';
import { previewInput, type FilePreview } from './preview.ts';

export interface SaveUploadOptions {
  /** As the sender names it; folders in it are dropped. */
  readonly name: string;
  /** Who sends it. */
  readonly owner?: string | null;
  /** Default 1 GiB. */
  readonly maxSizeBytes?: number;
  readonly signal?: AbortSignal;
}

const keptMs = 48 * 3_600_000;

/** Keeps a file for two days, so that it can be looked at and imported, by any worker. @throws REQUEST_TOO_LARGE, SOURCE_EMPTY, STORAGE_… */
export async function saveUpload(mirror: Mirror, body: AsyncIterable<Uint8Array>, options: SaveUploadOptions): Promise<Upload> {
  const { owner = null, maxSizeBytes = 1_073_741_824, signal } = options;
  await removeExpiredUploads(mirror);
  await claimStorage(mirror);
  const id = randomUUID();
  const storageKey = `uploads/${id}`;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxSizeBytes) throw new SyncError('REQUEST_TOO_LARGE', `Expected a file of at most ${maxSizeBytes} bytes, received more.`, { hint: 'Split it, or import it on the command line.' });
      hash.update(chunk);
      yield chunk;
    }
    if (sizeBytes === 0) throw new SyncError('SOURCE_EMPTY', 'Expected a file with bytes, received none.', { hint: 'Send the file itself as the body.' });
  }
  await mirror.storage.put(storageKey, counted(), defined({ signal }));
  const upload = await uploads(mirror.db).add({ id, name: plainName(options.name), storageKey, sizeBytes, sha256: hash.digest('hex'), owner, expiresAt: new Date(Date.now() + keptMs) });
  mirror.log.info({ upload: id, sizeBytes }, 'file received');
  return upload;
}

/** @throws NOT_FOUND, also when its two days are over */
export async function getUpload({ db }: Pick<Mirror, 'db'>, id: string): Promise<Upload> {
  const upload = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id) ? await uploads(db).find(id) : null;
  if (upload && upload.expiresAt.getTime() > Date.now()) return upload;
  throw new SyncError('NOT_FOUND', `Expected a file with the id ${JSON.stringify(id)}, found none.`, { hint: 'Files are kept for two days; send it again.' });
}

export async function removeUpload(mirror: Mirror, id: string): Promise<void> {
  const { storageKey } = await getUpload(mirror, id);
  await mirror.storage.delete(storageKey);
  await uploads(mirror.db).remove(id);
}

/** Forgets files whose time is over. @returns how many */
export async function removeExpiredUploads({ db, storage }: Mirror): Promise<number> {
  const expired = await uploads(db).expired();
  for (const { id, storageKey } of expired) {
    await storage.delete(storageKey);
    await uploads(db).remove(id);
  }
  return expired.length;
}

/** What a file is and what its first records would become; writes nothing. @throws like `readProducts` */
export async function previewUpload(mirror: Mirror, id: string, options: ReadOptions & { readonly limit?: number | undefined; readonly signal?: AbortSignal | undefined } = {}): Promise<FilePreview> {
  const { name, storageKey } = await getUpload(mirror, id);
  const { body } = await mirror.storage.get(storageKey);
  return previewInput(mirror, { name, bytes: body }, defined(options));
}

export type ImportUploadOptions = FlowOptions & Pick<ImportFileOptions, 'profile' | 'encoding' | 'columns' | 'observedAt' | 'scope' | 'fullScan' | 'dryRun' | 'resume'>;

/** Imports a file that was sent. The run names it by its own name. */
export async function importUpload(mirror: Mirror, id: string, options: ImportUploadOptions = {}): Promise<ImportResult> {
  const { name, storageKey } = await getUpload(mirror, id);
  const { body } = await mirror.storage.get(storageKey);
  return importFile(mirror, body, { ...options, inputName: name });
}

/** A name without folders and control characters, of at most 200 characters. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last.replace(/[\u0000-\u001f\u007f]/g, '').trim().slice(0, 200) || 'upload';
}
