import { throwIfAborted, type FlowOptions } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import type { Condemned } from './condemned.ts';
import { copyToRepository, type CopyResult } from './file-copy.ts';
import type { FileSource, ReferredFile } from './file-references.ts';
import { inParallel } from './in-parallel.ts';
import { listWriter, readList, type ListWriter } from './json-list.ts';
import type { FileEntry, ManifestFiles, MissingFile } from './manifest.ts';
import type { ObjectReader } from './object-reader.ts';
import type { ObjectWriter } from './object-writer.ts';
import { blobKey, blobPrefix, hashInKey } from './repository-key.ts';
import type { Session } from './session.ts';

const copiesAtOnce = 16;
const missingTold = 1_000;

/** The files that rows refer to, spooled into the repository while the snapshot was open. */
export interface ListedFiles {
  readonly exists: boolean;
  readonly allHashed: boolean;
  readonly list: string | null;
  readonly total: number;
  readonly bytes: number;
}

export async function referenceList(source: FileSource, session: Session, files: StorageBackend, writer: ObjectWriter): Promise<ListedFiles> {
  const spool = fileListWriter(writer);
  let total = 0;
  let bytes = 0;
  for await (const { sha256, sizeBytes, key } of source.read(session, files)) {
    await spool.add({ sha256, sizeBytes, key });
    total += 1;
    bytes += sizeBytes ?? 0;
  }
  return { exists: source.exists, allHashed: source.allHashed, list: await spool.finish(), total, bytes };
}

/** The order of the properties is part of the format: equal lists must be equal bytes. */
function fileListWriter(writer: ObjectWriter): ListWriter<Pick<ReferredFile, 'sha256' | 'sizeBytes' | 'key'>> {
  return listWriter(writer, ({ sha256 }) => sha256?.endsWith('000') ?? false);
}

export interface CopyFilesOptions extends Partial<Record<'signal', AbortSignal | undefined>> {
  readonly reader: ObjectReader;
  readonly writer: ObjectWriter;
  readonly listed: ListedFiles;
  /** False: nothing is copied. */
  readonly copy: boolean;
  /** What a prune will delete soon: it is stored anew. */
  readonly condemned: Condemned;
  /** Files that are stored for sure, sorted by hash; null: the stored ones are listed. */
  readonly known: { readonly list: string | null; readonly listedAt: string } | null;
  readonly onProgress?: FlowOptions['onProgress'] | undefined;
}

/** Copies what the repository lacks. Files that are absent or wrong are told and left out. */
export async function copyFiles(files: StorageBackend, repository: StorageBackend, options: CopyFilesOptions): Promise<{ facts: ManifestFiles; bytesNew: number }> {
  const { reader, writer, listed, copy, condemned, known, signal, onProgress } = options;
  const listedAt = known?.listedAt ?? new Date().toISOString();
  const empty = { total: listed.total, bytes: 0, added: 0, missingCount: 0, missing: [] };
  if (!listed.exists) return { facts: { mode: 'none', list: null, ...empty }, bytesNew: 0 };
  if (!copy) return { facts: { mode: 'reference', list: listed.list, ...empty }, bytesNew: 0 };
  const tally = tallyOf(writer, listed.allHashed);
  const stored = known ? knownFiles(reader, known.list) : listedBlobs(repository);
  const wanted = withStored(readList<ReferredFile>(reader, listed.list), stored, { sorted: listed.allHashed, isComplete: known === null });
  for await (const result of inParallel(wanted, copiesAtOnce, oneAfterTheOther((each) => copyOne(files, repository, condemned, each)))) {
    throwIfAborted(signal, 'The backup');
    await tally.count(result);
    onProgress?.({ done: tally.done(), total: listed.total, unit: 'images' });
  }
  const { facts, bytesNew } = await tally.finish();
  return { facts: { ...facts, listedAt: listed.allHashed ? listedAt : null }, bytesNew };
}

interface WantedFile {
  readonly file: ReferredFile;
  /** Length of the blob that is stored, null when there is none, undefined when only a look can tell. */
  readonly stored: number | null | undefined;
}

function copyOne(files: StorageBackend, repository: StorageBackend, condemned: Condemned, { file, stored }: WantedFile): Promise<CopyResult> {
  if (file.sha256 !== null && file.sizeBytes !== null && stored === file.sizeBytes && !condemned.blobs.has(file.sha256)) {
    return Promise.resolve({ ok: true, entry: { sha256: file.sha256, sizeBytes: file.sizeBytes, key: file.key }, isNew: false });
  }
  return copyToRepository(files, repository, file, async (hash, sizeBytes) => !condemned.blobs.has(hash) && (await repository.head(blobKey(hash)))?.sizeBytes === sizeBytes);
}

/** Files with the same hash stand side by side: the second waits for the first, then finds it stored. */
function oneAfterTheOther(work: (wanted: WantedFile) => Promise<CopyResult>): (wanted: WantedFile) => Promise<CopyResult> {
  let last: { readonly hash: string | null; readonly done: Promise<CopyResult> } | null = null;
  return (wanted) => {
    const hash = wanted.file.sha256;
    const before = last && hash !== null && last.hash === hash ? last.done : null;
    const done = before ? before.then(() => work({ file: wanted.file, stored: undefined })) : work(wanted);
    last = { hash, done };
    return done;
  };
}

interface StoredFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

async function* listedBlobs(repository: StorageBackend): AsyncIterable<StoredFile> {
  for await (const { key, sizeBytes } of repository.list(blobPrefix)) {
    const sha256 = hashInKey(key);
    if (sha256 !== null) yield { sha256, sizeBytes };
  }
}

async function* knownFiles(reader: ObjectReader, list: string | null): AsyncIterable<StoredFile> {
  yield* readList<FileEntry>(reader, list);
}

/**
 * Walks the wanted files and the stored ones side by side: both are sorted by hash, so one pass answers for all.
 * @param options `isComplete`: what is not among the stored ones is not there; else somebody has to look
 */
async function* withStored(wanted: AsyncIterable<ReferredFile>, stored: AsyncIterable<StoredFile>, { sorted, isComplete }: { sorted: boolean; isComplete: boolean }): AsyncIterable<WantedFile> {
  const files = stored[Symbol.asyncIterator]();
  let next = sorted ? await files.next() : null;
  for await (const file of wanted) {
    if (!next || file.sha256 === null) {
      yield { file, stored: undefined };
      continue;
    }
    while (!next.done && next.value.sha256 < file.sha256) next = await files.next();
    yield { file, stored: !next.done && next.value.sha256 === file.sha256 ? next.value.sizeBytes : isComplete ? null : undefined };
  }
  await files.return?.();
}

function tallyOf(writer: ObjectWriter, sorted: boolean): { count(result: CopyResult): Promise<void>; done(): number; finish(): Promise<{ facts: ManifestFiles; bytesNew: number }> } {
  const list = fileListWriter(writer);
  const missing: MissingFile[] = [];
  // Without hashes from the database the files come in another order than the list needs.
  const unsorted: FileEntry[] = [];
  let [missingCount, total, bytes, added, bytesNew] = [0, 0, 0, 0, 0];
  let lastHash = '';
  const add = async (entry: FileEntry): Promise<void> => {
    await list.add(entry);
    total += 1;
    if (entry.sha256 !== lastHash) bytes += entry.sizeBytes;
    lastHash = entry.sha256;
  };
  return {
    async count(result) {
      if (!result.ok) {
        missingCount += 1;
        if (missing.length < missingTold) missing.push(result.missing);
        return;
      }
      if (result.isNew) {
        added += 1;
        bytesNew += result.entry.sizeBytes;
      }
      if (sorted) await add(result.entry);
      else unsorted.push(result.entry);
    },
    done: () => total + unsorted.length + missingCount,
    async finish() {
      for (const entry of unsorted.toSorted(byHash)) await add(entry);
      return { facts: { mode: 'copy', total, bytes, added, list: await list.finish(), missingCount, missing }, bytesNew };
    },
  };
}

function byHash(a: FileEntry, b: FileEntry): number {
  return a.sha256 === b.sha256 ? (a.key < b.key ? -1 : 1) : a.sha256 < b.sha256 ? -1 : 1;
}
