import { isSyncError, type FlowOptions } from '@1688/core';
import { lockKey, quoteName, type Database } from '@1688/db';
import { collectBytes, type StorageBackend } from '@1688/storage';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { damageOf, type Damage } from './damage.ts';
import { byWorkers } from './in-parallel.ts';
import { readList } from './json-list.ts';
import { dropSchema, loadSchema } from './load-schema.ts';
import type { FileEntry, Manifest } from './manifest.ts';
import type { ObjectIndex } from './object-index.ts';
import { objectReader } from './object-reader.ts';
import { blobKey } from './repository-key.ts';
import { openSession, type Session } from './session.ts';

/** What a drill really restored. */
export interface DrillFacts {
  /** `schema`: the role may not make a database, so a schema of the live one was used. */
  readonly place: 'database' | 'schema';
  readonly tables: number;
  /** Rows that were loaded and read back as the text that the backup holds. */
  readonly rows: number;
  /** Foreign keys that PostgreSQL found to hold. */
  readonly foreignKeys: number;
  /** Files, chosen by chance, that were read as what they are. */
  readonly filesDecoded: number;
  readonly durationMs: number;
}

export interface DrillOptions extends Partial<Record<'signal', AbortSignal | undefined>> {
  readonly repository: StorageBackend;
  /** Of the manifest. */
  readonly key: string;
  readonly manifest: Manifest;
  readonly index: ObjectIndex;
  readonly decode?: ((bytes: Uint8Array, key: string) => Promise<unknown>) | undefined;
  readonly onProgress?: FlowOptions['onProgress'] | undefined;
}

const mostDecoded = 200;

/** Restores where nobody else looks, and drops it; every row is compared and every foreign key checked by PostgreSQL itself. */
export async function drill(db: Database, options: DrillOptions): Promise<{ facts: DrillFacts; damaged: Damage[] }> {
  const { key, manifest } = options;
  const begun = performance.now();
  const damaged = await decodeSome(options);
  await using scratch = await openScratch(db, manifest);
  const schema = `drill_${randomBytes(6).toString('hex')}`;
  try {
    await loadSchema(scratch.db, { ...options, schema, readers: 2 });
  } catch (error) {
    if (isSyncError(error) && error.code === 'ABORTED') throw error;
    const damage = damageOf(error);
    if (!damage && !(isSyncError(error) && ['DB_QUERY', 'DB_FOREIGN_KEY', 'DB_CONFLICT', 'RESTORE_TARGET'].includes(error.code))) throw error;
    damaged.push(damage ?? { object: key, reason: `it cannot be restored: ${(error as Error).message}` });
  } finally {
    await dropSchema(scratch.db, schema);
  }
  const { tables, files } = manifest;
  const kept = tables.filter((each) => each.included);
  return {
    damaged,
    facts: {
      place: scratch.place, tables: kept.length, rows: kept.reduce((sum, each) => sum + each.rows, 0),
      foreignKeys: manifest.schema.postData.filter((each) => each.kind === 'foreign key').length,
      filesDecoded: options.decode && files.mode === 'copy' ? Math.min(files.total, mostDecoded) : 0,
      durationMs: Math.round(performance.now() - begun),
    },
  };
}

async function decodeSome({ repository, manifest: { files }, index, decode, signal }: DrillOptions): Promise<Damage[]> {
  if (!decode || files.mode !== 'copy') return [];
  const chosen: FileEntry[] = [];
  let seen = 0;
  for await (const entry of readList<FileEntry>(objectReader(repository, index), files.list)) {
    // Each of the n files that came so far is kept with the same chance.
    seen += 1;
    const place = seen <= mostDecoded ? seen - 1 : randomInt(seen);
    if (place < mostDecoded) chosen[place] = entry;
  }
  const damaged: Damage[] = [];
  await byWorkers(chosen, 2, async ({ sha256, key }) => {
    signal?.throwIfAborted();
    const bytes = await collectBytes((await repository.get(blobKey(sha256))).body);
    try {
      await decode(bytes, key);
    } catch (error) {
      if (!isSyncError(error)) throw error;
      damaged.push({ object: blobKey(sha256), reason: `${key} is not what it should be: ${error.message}` });
    }
  });
  return damaged;
}

interface Scratch extends AsyncDisposable {
  readonly db: Database;
  readonly place: DrillFacts['place'];
}

/** A database of its own on the same server, or the live database where the role may not make one. */
async function openScratch(db: Database, manifest: Manifest): Promise<Scratch> {
  const session = await openSession(db, { doing: 'A restore drill' });
  const here: Scratch = { db, place: 'schema', [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
  const prefix = `drill_${createHash('sha256').update(db.url).digest('hex').slice(0, 8)}_`;
  const name = prefix + randomBytes(4).toString('hex');
  try {
    await session.query('select pg_advisory_lock($1)', [lockKey('drill', 'restore')]);
    await dropDatabases(session, prefix); // of drills that were killed: who holds the lock is the only one alive
    await session.query(`create database ${quoteName(name)} template template0 encoding 'UTF8'`);
  } catch (error) {
    if (isSyncError(error) && ['DB_PERMISSION', 'DB_QUERY'].includes(error.code)) return here;
    await session[Symbol.asyncDispose]();
    throw error;
  }
  const scratch: Database = { ...db, connect: () => db.connect({ database: name }) };
  await addExtensions(scratch, manifest);
  return {
    db: scratch, place: 'database',
    async [Symbol.asyncDispose]() {
      try {
        await dropDatabases(session, name);
      } finally {
        await session[Symbol.asyncDispose]();
      }
    },
  };
}

async function dropDatabases(session: Session, prefix: string): Promise<void> {
  const left = await session.query<{ name: string }>('select datname as name from pg_database where starts_with(datname, $1)', [prefix]);
  for (const { name } of left) await session.query(`drop database if exists ${quoteName(name)} with (force)`);
}

/** What a schema uses of an extension that cannot be had is told when it is loaded. */
async function addExtensions(db: Database, { schema: { extensions } }: Manifest): Promise<void> {
  await using session = await openSession(db, { doing: 'A restore drill' });
  for (const { name, schema } of extensions) {
    await session.query(`create schema if not exists ${quoteName(schema)}`).catch(() => {}); // pg_catalog is there
    await session.query(`create extension if not exists ${quoteName(name)} schema ${quoteName(schema)}`).catch(() => {});
  }
}
