import { isSyncError, SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { quoteName, type Database } from '@1688/db';
import type { StorageBackend } from '@1688/storage';
import { createHash } from 'node:crypto';
import { readCatalog } from './catalog.ts';
import { readDefinitions } from './definitions.ts';
import { byWorkers } from './in-parallel.ts';
import { readList } from './json-list.ts';
import type { ChunkEntry, Manifest, ManifestTable, SchemaStatement } from './manifest.ts';
import { loadIndex } from './object-index.ts';
import { objectReader, type ObjectReader } from './object-reader.ts';
import { listPacks } from './orphan-packs.ts';
import { openSession, type Session } from './session.ts';
import { copyInSql, copyOutSql, rowSources } from './table-rows.ts';

export interface LoadSchemaOptions {
  readonly repository: StorageBackend;
  readonly manifest: Manifest;
  /** Name of the schema that is made; there must be none of this name. */
  readonly schema: string;
  /** Comment that the schema gets before anything is in it. */
  readonly comment?: string;
  readonly readers: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: FlowOptions['onProgress'] | undefined;
}

const doing = 'Loading the backup';

/**
 * Makes a schema with everything that the backup holds, and compares it with the backup: rows, the hash of every table, foreign keys.
 * What it made stays when it fails; the caller drops it.
 * @throws RESTORE_TARGET when PostgreSQL refuses a definition or rows differ, BACKUP_DAMAGED, ABORTED
 */
export async function loadSchema(db: Database, options: LoadSchemaOptions): Promise<void> {
  const { repository, manifest, schema, comment, readers } = options;
  const searchPath = [schema, 'pg_catalog', 'pg_temp'];
  const index = await loadIndex(repository, { packs: await listPacks(repository), onDamage: () => {} });
  await using main = await openSession(db, { searchPath, doing });
  await main.query('begin'); // one commit for all definitions
  await main.query(`create schema ${quoteName(schema)}`);
  if (comment !== undefined) await commentOn(main, schema, comment);
  const included = new Set(manifest.tables.filter((each) => each.included || manifest.includes === null).map((each) => each.name));
  for (const statement of manifest.schema.preData) await run(main, statement, options);
  await main.query('commit');
  await loadTables(db, searchPath, objectReader(repository, index), options);
  // A backup of some tables lacks the rows that the others' keys refer to.
  const wanted = manifest.schema.postData.filter((each) => each.tables.every((name) => included.has(name)));
  await buildIndexes(db, searchPath, wanted.filter(isIndex), options);
  await main.query('begin');
  for (const statement of wanted) if (!isIndex(statement)) await run(main, statement, options);
  for (const { name, lastValue, isCalled } of manifest.sequences) {
    await main.query(`select pg_catalog.setval($1::pg_catalog.regclass, $2, $3)`, [`${quoteName(schema)}.${quoteName(name)}`, lastValue, isCalled]);
  }
  await main.query('commit');
  await compareRows(db, main, options, readers);
}

export async function commentOn(session: Pick<Session, 'query'>, schema: string, comment: string | null): Promise<void> {
  const [row] = await session.query<{ sql: string }>(`select pg_catalog.format('comment on schema %I is %L', $1::pg_catalog.text, $2::pg_catalog.text) as sql`, [schema, comment]);
  await session.query(row?.sql ?? '');
}

export async function dropSchema(db: Database, schema: string): Promise<void> {
  await using session = await openSession(db, { doing: 'Dropping the schema' });
  await session.query(`drop schema if exists ${quoteName(schema)} cascade`);
}

async function run(session: Session, { kind, name, sql }: SchemaStatement, { manifest, signal }: LoadSchemaOptions): Promise<void> {
  throwIfAborted(signal, 'The restore');
  try {
    await session.query(sql);
  } catch (error) {
    if (!isSyncError(error) || !['DB_QUERY', 'DB_FOREIGN_KEY', 'DB_CONFLICT'].includes(error.code)) throw error;
    const extensions = manifest.schema.extensions.map((each) => each.name).join(', ');
    throw new SyncError('RESTORE_TARGET', `Expected PostgreSQL to take the ${kind} ${name} of the backup, received: ${error.message}`, {
      hint: `The backup was made by PostgreSQL ${manifest.engine.version} with the extensions ${extensions || 'none'}; the target needs what the schema uses of them.`,
      cause: error,
    });
  }
}

/** Commits need not wait for the disk one by one: the last one, which waits, takes all before it along. */
const unhurried = { synchronous_commit: 'off' };

async function setAll(session: Session, settings: Readonly<Record<string, string>>): Promise<void> {
  await session.query('select pg_catalog.set_config(name, value, false) from unnest($1::text[], $2::text[]) as t(name, value)', [Object.keys(settings), Object.values(settings)]);
}

const isIndex = ({ kind }: SchemaStatement): boolean => kind === 'key' || kind === 'index';

/** Keys and indexes, several at once: each is a statement of its own, and they are most of the work. */
async function buildIndexes(db: Database, searchPath: readonly string[], statements: readonly SchemaStatement[], options: LoadSchemaOptions): Promise<void> {
  await withSessions(db, searchPath, Math.min(options.readers, statements.length), async (sessions) => {
    for (const session of sessions) await setAll(session, { lock_timeout: '0', maintenance_work_mem: '128MB', ...unhurried });
    // Keys before indexes, so that a table is not locked by both kinds for long.
    for (const kind of ['key', 'index']) {
      await byWorkers(statements.filter((each) => each.kind === kind), sessions.length, (statement, worker) => run(sessions[worker] as Session, statement, options));
    }
  });
}

async function loadTables(db: Database, searchPath: readonly string[], reader: ObjectReader, { manifest, schema, readers, signal, onProgress }: LoadSchemaOptions): Promise<void> {
  const tables = manifest.tables.filter((each) => each.rows > 0).toSorted((a, b) => b.rawBytes - a.rawBytes);
  const total = manifest.stats.rows;
  let done = 0;
  await withSessions(db, searchPath, Math.min(readers, tables.length), async (sessions) => {
    for (const session of sessions) await setAll(session, unhurried);
    await byWorkers(tables, sessions.length, async (table, worker) => {
      const session = sessions[worker] as Session;
      const rows = await session.copyIn(copyInSql(schema, table), chunkBytes(reader, table, signal, (count) => {
        done += count;
        onProgress?.({ done, total, unit: 'rows', note: table.name });
      }));
      if (rows !== table.rows) throw differs(table, `${rows} rows were loaded`);
    });
  });
}

async function* chunkBytes(reader: ObjectReader, table: ManifestTable, signal: AbortSignal | undefined, onRows: (rows: number) => void): AsyncIterable<Uint8Array> {
  for await (const { id, rows } of readList<ChunkEntry>(reader, table.chunkList)) {
    throwIfAborted(signal, 'The restore');
    yield await reader.read(id);
    onRows(rows);
  }
}

/** Reads every table as the backup read it: the same text must come out. Then PostgreSQL learns what is in it. */
async function compareRows(db: Database, main: Session, { manifest, schema, signal }: LoadSchemaOptions, readers: number): Promise<void> {
  await main.query('begin');
  const catalog = await readCatalog(main, schema);
  if (!catalog) throw new SyncError('RESTORE_TARGET', `Expected the schema ${schema} that was just loaded, received none: somebody dropped it.`);
  const sources = rowSources(catalog, await readDefinitions(main, catalog));
  await main.query('commit');
  const tables = manifest.tables.filter((each) => each.included);
  await withSessions(db, ['pg_catalog'], Math.min(readers, tables.length), async (sessions) => {
    // Rows were loaded in the order of their keys: following the index is faster than sorting, which nobody can know before ANALYZE.
    for (const session of sessions) await setAll(session, { enable_sort: 'off', ...unhurried });
    await byWorkers(tables.toSorted((a, b) => b.rawBytes - a.rawBytes), sessions.length, async (table, worker) => {
      throwIfAborted(signal, 'The restore');
      const source = sources.find((each) => each.name === table.name);
      if (!source) throw differs(table, 'it is missing');
      const hash = createHash('sha256');
      for await (const piece of (sessions[worker] as Session).copyOut(copyOutSql(schema, { ...source, columns: table.columns, key: table.key }))) hash.update(piece);
      if (hash.digest('hex') !== table.sha256) throw differs(table, 'its rows read back as another text');
      // Columns by name: the expressions of indexes, which may cost more than all else, are left to autovacuum.
      if (table.rows > 0 && table.columns.length > 0) await (sessions[worker] as Session).query(`analyze ${quoteName(schema)}.${quoteName(table.name)} (${table.columns.map((each) => quoteName(each.name)).join(', ')})`);
    });
  });
}

function differs(table: ManifestTable, received: string): SyncError {
  return new SyncError('RESTORE_TARGET', `Expected the restored table ${table.name} to have the ${table.rows} rows of the backup, received a difference: ${received}.`, {
    hint: 'The live data was not touched. Restore into a database with the same encoding and extensions.',
  });
}

async function withSessions(db: Database, searchPath: readonly string[], count: number, work: (sessions: readonly Session[]) => Promise<void>): Promise<void> {
  const sessions: Session[] = [];
  try {
    while (sessions.length < count) sessions.push(await openSession(db, { searchPath, doing }));
    await work(sessions);
  } finally {
    await Promise.all(sessions.map((each) => each[Symbol.asyncDispose]()));
  }
}
