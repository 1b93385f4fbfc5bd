import { isSyncError, SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { quoteName, type Database } from '@1688/db';
import type { StorageBackend } from '@1688/storage';
import { build, readingSteps, statementSteps, type BuildStep } from './build-order.ts';
import { compareRows, loadTables } from './load-tables.ts';
import type { Manifest, ManifestTable, SchemaStatement } from './manifest.ts';
import { loadIndex } from './object-index.ts';
import { objectReader } from './object-reader.ts';
import { listPacks } from './orphan-packs.ts';
import { openSession, type Session } from './session.ts';

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
  const reader = objectReader(repository, index);
  await using main = await openSession(db, { searchPath, doing });
  await main.query('begin'); // one commit for all definitions
  await main.query(`create schema ${quoteName(schema)}`);
  if (comment !== undefined) await commentOn(main, schema, comment);
  await runAll(main, manifest.schema.preData, options);
  await main.query('commit');
  const included = new Set(manifest.tables.filter((each) => each.included || manifest.includes === null).map((each) => each.name));
  // A backup of some tables lacks the rows that the others' keys refer to.
  const wanted = manifest.schema.postData.filter((each) => each.tables.every((name) => included.has(name)));
  const of = (...kinds: readonly string[]): readonly SchemaStatement[] => wanted.filter((each) => kinds.includes(each.kind));
  const filled = manifest.tables.filter((each) => each.rows > 0);
  const steps = (...kinds: readonly string[]): BuildStep[] => statementSteps(of(...kinds), manifest.tables, (session, statement) => run(session, statement, options));
  // One more than load: while the longest index is built there is time to read the rows back.
  await withSessions(db, searchPath, readers + 1, async (sessions) => {
    // Commits need not wait for the disk one by one: the last one, which waits, takes all before it along.
    for (const session of sessions) await setAll(session, { lock_timeout: '0', maintenance_work_mem: '128MB', default_statistics_target: '10', synchronous_commit: 'off' });
    const loading = { ...options, reader };
    await loadTables(sessions.slice(0, readers), filled, loading);
    await build(sessions, [...steps('key', 'index'), ...readingSteps(filled, async (session, table) => {
      await compareRows(session, table, loading);
      await analyze(session, table, options);
    })]);
    await build(sessions, steps('check', 'foreign key'));
  });
  await main.query('begin');
  await runAll(main, wanted.filter((each) => !['key', 'index', 'check', 'foreign key'].includes(each.kind)), options);
  for (const { name, lastValue, isCalled } of manifest.sequences) {
    await main.query(`select pg_catalog.setval($1::pg_catalog.regclass, $2, $3)`, [`${quoteName(schema)}.${quoteName(name)}`, lastValue, isCalled]);
  }
  await main.query('commit');
}

export async function commentOn(session: Pick<Session, 'query'>, schema: string, comment: string | null): Promise<void> {
  const [row] = await session.query<{ sql: string }>(`select pg_catalog.format('comment on schema %I is %L', $1::pg_catalog.text, $2::pg_catalog.text) as sql`, [schema, comment]);
  await session.query(row?.sql ?? '');
}

export async function dropSchema(db: Database, schema: string): Promise<void> {
  await using session = await openSession(db, { doing: 'Dropping the schema' });
  await session.query(`drop schema if exists ${quoteName(schema)} cascade`);
}

/** All in one go; when one is refused they are done one by one, so that it can be named. */
async function runAll(session: Session, statements: readonly SchemaStatement[], options: LoadSchemaOptions): Promise<void> {
  if (statements.length === 0) return;
  throwIfAborted(options.signal, 'The restore');
  await session.query('savepoint all_at_once');
  try {
    await session.query(statements.map((each) => each.sql).join(';\n'));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await session.query('rollback to savepoint all_at_once');
    for (const statement of statements) await run(session, statement, options);
  }
}

function isRefusal(error: unknown): error is SyncError {
  return isSyncError(error) && ['DB_QUERY', 'DB_FOREIGN_KEY', 'DB_CONFLICT'].includes(error.code);
}

async function run(session: Session, { kind, name, sql }: SchemaStatement, { manifest, signal }: LoadSchemaOptions): Promise<void> {
  throwIfAborted(signal, 'The restore');
  try {
    await session.query(sql);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const extensions = manifest.schema.extensions.map((each) => each.name).join(', ');
    throw new SyncError('RESTORE_TARGET', `Expected PostgreSQL to take the ${kind} ${name} of the backup, received: ${error.message}`, {
      hint: `The backup was made by PostgreSQL ${manifest.engine.version} with the extensions ${extensions || 'none'}; the target needs what the schema uses of them.`,
      cause: error,
    });
  }
}

async function setAll(session: Session, settings: Readonly<Record<string, string>>): Promise<void> {
  await session.query('select pg_catalog.set_config(name, value, false) from unnest($1::text[], $2::text[]) as t(name, value)', [Object.keys(settings), Object.values(settings)]);
}

/** A first look at how columns are filled. By name, so that the expressions of indexes are left to autovacuum, which looks closer soon: a look by name does not count for it. */
async function analyze(session: Session, { name, columns }: ManifestTable, { schema, signal }: LoadSchemaOptions): Promise<void> {
  throwIfAborted(signal, 'The restore');
  if (columns.length > 0) await session.query(`analyze ${quoteName(schema)}.${quoteName(name)} (${columns.map((each) => quoteName(each.name)).join(', ')})`);
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
