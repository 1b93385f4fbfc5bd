import { isSyncError, SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { imageCollection, lockKey, type CollectableImage } from '@1688/db';
import type { StorageBackend, StoredObject } from '@1688/storage';
import type { Mirror } from '../open-mirror.ts';
import { claimStorage } from '../storage-identity.ts';

export interface CollectImagesOptions extends FlowOptions {
  /** What was unused, or stored, within this time is left alone: an import or a pull may be about to use it. Default 7 days. */
  readonly graceMs?: number;
  /** Originals that were moved to the trash longer ago are deleted for good. Default 30 days. */
  readonly trashMs?: number;
  /** Only tell what would go. */
  readonly dryRun?: boolean;
}

export interface CollectImagesResult {
  readonly dryRun: boolean;
  /** Originals that nothing showed any more; they lie in the trash now. */
  readonly collected: number;
  /** Files that no row knew. */
  readonly strays: number;
  readonly bytes: number;
  /** What came into use again at the last moment. */
  readonly kept: number;
  /** Backups under way: while there is one, nothing in the database's care is collected. */
  readonly leases: number;
  /** Files of the trash that were deleted for good. */
  readonly emptied: number;
  /** The first hundred keys. */
  readonly keys: readonly string[];
}

const dayMs = 86_400_000;
const trashRoot = 'trash/gc/';

/**
 * Collects pictures that nothing needs (垃圾回收): objects without a reference, and files without a row. May be killed at any moment
 * and run beside pulls and imports: no row ever points to a file that is gone. Originals go to the trash, variants can be made again.
 * @throws LOCKED while another collection runs, STORAGE_WRONG_ROOT
 */
export async function collectImages(mirror: Mirror, options: CollectImagesOptions = {}): Promise<CollectImagesResult> {
  const { graceMs = 7 * dayMs, trashMs = 30 * dayMs, dryRun = false, signal } = options;
  await claimStorage(mirror);
  await using stack = new AsyncDisposableStack();
  stack.use(await oneAtATime(mirror));
  const { rows: [clock] } = await mirror.db.knex.raw<{ rows: { now: Date }[] }>('select now()');
  const startedAt = clock!.now.getTime();
  const run = collectionRun({ before: new Date(startedAt - graceMs), trash: `${trashRoot}${new Date(startedAt).toISOString().replaceAll(/[-:]|\.\d+/g, '')}/`, ...options });
  if (dryRun) for await (const image of imageCollection(mirror.db).list({ unreferencedBefore: run.before })) run.count(image);
  else await collectUnneeded(mirror, run, signal);
  await collectStrays(mirror, run, { dryRun, signal });
  const emptied = dryRun ? 0 : await emptyTrash(mirror.storage, new Date(startedAt - trashMs), signal);
  const result = { dryRun, ...run.counts, emptied, keys: run.keys };
  if (!dryRun) mirror.log.info({ ...result, keys: undefined }, 'images collected');
  return result;
}

async function oneAtATime({ db }: Mirror): Promise<AsyncDisposable> {
  const connection = await db.connect();
  const { rows } = await connection.client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockKey(db.schema, 'images-gc')]);
  if (rows[0]?.locked) return connection;
  await connection.close();
  throw new SyncError('LOCKED', 'Another collection of pictures is at work.', { hint: 'Wait until it ends.', retryable: true });
}

interface Run {
  readonly before: Date;
  readonly trash: string;
  readonly counts: { collected: number; strays: number; bytes: number; kept: number; leases: number };
  readonly keys: string[];
  count(image: CollectableImage): void;
  countStray(object: StoredObject): void;
}

function collectionRun({ before, trash, onProgress }: Pick<Run, 'before' | 'trash'> & FlowOptions): Run {
  const counts = { collected: 0, strays: 0, bytes: 0, kept: 0, leases: 0 };
  const keys: string[] = [];
  const note = (key: string, bytes: number): void => {
    counts.bytes += bytes;
    if (keys.length < 100) keys.push(key);
    onProgress?.({ done: counts.collected + counts.strays, unit: 'images' });
  };
  return {
    before, trash, counts, keys,
    count({ key, sizeBytes, variants }) {
      counts.collected += 1;
      note(key, sizeBytes + variants.reduce((sum, each) => sum + each.sizeBytes, 0));
    },
    countStray({ key, sizeBytes }) {
      counts.strays += 1;
      note(key, sizeBytes);
    },
  };
}

async function collectUnneeded(mirror: Mirror, run: Run, signal: AbortSignal | undefined): Promise<void> {
  const collection = imageCollection(mirror.db);
  for (let images = await collection.listMarked(); ;) {
    for (const image of images) {
      throwIfAborted(signal, 'Collecting pictures');
      await collectOne(mirror, run, image);
    }
    const marked = await collection.mark({ unreferencedBefore: run.before });
    run.counts.leases = marked.leases;
    if (marked.images.length === 0) return;
    images = marked.images;
  }
}

async function collectOne({ db, storage }: Mirror, run: Run, image: CollectableImage): Promise<void> {
  try {
    const done = await imageCollection(db).collect(image.sha256, async () => {
      await checkAge(storage, image.key, run.before);
      for (const { key } of image.variants) await storage.delete(key);
      await moveToTrash(storage, image.key, `${run.trash}${image.key}`);
    });
    if (done) run.count(image);
    else run.counts.kept += 1;
  } catch (error) {
    if (!isYoung(error)) throw error;
    run.counts.kept += 1;
  }
}

/** Originals and variants that no row knows, as a killed pull or a changed recipe leaves them. */
async function collectStrays({ db, storage }: Mirror, run: Run, { dryRun, signal }: { dryRun: boolean; signal: AbortSignal | undefined }): Promise<void> {
  for (const prefix of ['sha256/', 'variants/']) {
    for await (const page of pages(storage.list(prefix, signal ? { signal } : {}), 500)) {
      const old = page.filter(({ key, modifiedAt }) => modifiedAt < run.before && hashOf(key) !== null);
      const known = await knownKeys(db, old.map(({ key }) => key));
      for (const object of old.filter(({ key }) => !known.has(key))) {
        throwIfAborted(signal, 'Collecting pictures');
        if (dryRun || await collectStray({ db, storage }, run, object, prefix)) run.countStray(object);
      }
    }
  }
}

async function collectStray({ db, storage }: Pick<Mirror, 'db' | 'storage'>, run: Run, { key, sizeBytes }: StoredObject, prefix: string): Promise<boolean> {
  try {
    return await imageCollection(db).collectStray({ key, sha256: hashOf(key)!, sizeBytes }, async () => {
      await checkAge(storage, key, run.before);
      if (prefix === 'sha256/') await moveToTrash(storage, key, `${run.trash}${key}`);
      else await storage.delete(key);
    });
  } catch (error) {
    if (isYoung(error)) return false;
    throw error;
  }
}

async function knownKeys(db: Mirror['db'], keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.knex.raw<{ rows: { key: string }[] }>(
    `select key from ??.image_objects where sha256 = any(?) and key = any(?) union all select key from ??.image_variants where sha256 = any(?) and key = any(?)`,
    [db.schema, keys.map(hashOf), [...keys], db.schema, keys.map(hashOf), [...keys]] as never);
  return new Set(rows.map((row) => row.key));
}

/** The original's hash in a key such as `sha256/ab/cd/abcd….jpg` or `variants/thumbnail/ab/cd/abcd….webp`; null for other keys. */
function hashOf(key: string): string | null {
  return /\/([0-9a-f]{2})\/([0-9a-f]{2})\/(\1\2[0-9a-f]{60})\.[a-z0-9]+$/.exec(key)?.[3] ?? null;
}

/** Somebody may have stored the same bytes again since they were listed. */
async function checkAge(storage: StorageBackend, key: string, before: Date): Promise<void> {
  const object = await storage.head(key);
  if (object && object.modifiedAt >= before) throw new SyncError('LOCKED', `Expected ${key} to be unused, it was stored again.`, { details: { young: true } });
}

function isYoung(error: unknown): boolean {
  return isSyncError(error) && error.details['young'] === true;
}

/** What is gone already is no error: a collection that was killed comes here a second time. */
export async function moveToTrash(storage: StorageBackend, key: string, trash: string): Promise<void> {
  try {
    if (storage.copy) await storage.copy(key, trash);
    else {
      const { object, body } = await storage.get(key);
      await storage.put(trash, body, { sizeBytes: object.sizeBytes });
    }
  } catch (error) {
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return;
    throw error;
  }
  await storage.delete(key);
}

async function emptyTrash(storage: StorageBackend, before: Date, signal: AbortSignal | undefined): Promise<number> {
  let emptied = 0;
  for await (const { key, modifiedAt } of storage.list(trashRoot, signal ? { signal } : {})) {
    if (modifiedAt >= before) continue;
    await storage.delete(key);
    emptied += 1;
  }
  return emptied;
}

async function* pages<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let page: Item[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
