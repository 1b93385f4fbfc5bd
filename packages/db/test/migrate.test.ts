import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { migrate, migrateDown, migrations, migrationStatus, newMigration, openDatabase, type Database, type Migration } from '../src/index.ts';

const brand: Migration = { name: '9001-brand', up: 'create table :schema:.brands (id bigint primary key)', down: 'drop table :schema:.brands' };
const broken: Migration = { name: '9002-broken', up: 'create table :schema:.half (id bigint); select 1 / 0', down: null };

async function opened(url: string): Promise<Database> {
  return openDatabase(url, { poolMax: 3 });
}

function started(url: string, ...more: string[]): ChildProcess {
  const file = fileURLToPath(new URL('./fixtures/migrate-process.ts', import.meta.url));
  return spawn(process.execPath, ['--conditions=@1688/source', file, url, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finished(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  child.stderr?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return code === 0 ? output : `exit ${String(code)}: ${output}`;
}

test('six processes that start on an empty database all succeed, and one migrates', async () => {
  await using database = await emptyDatabase();

  const outputs = await Promise.all(Array.from({ length: 6 }, () => finished(started(database.url))));

  const done = outputs.map((output) => (JSON.parse(output) as { done: string[] }).done);
  expect(done.flat()).toEqual(migrations.map((each) => each.name));
});

test('a process that is killed inside a migration leaves nothing behind, and the next one goes on by itself', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);
  const child = started(database.url, 'create table :schema:.half (id bigint); select pg_sleep(60)');
  await sleeping(db);

  child.kill('SIGKILL');
  const result = await migrate(db, { migrations: [...migrations, brand] });

  expect(result.current).toBe('9001-brand');
  expect(await exists(db, 'half')).toBe(false);
});

test('a schema that is up to date is recognised by one query', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);
  await migrate(db);
  const queries: string[] = [];
  db.knex.on('query', ({ sql }: { sql: string }) => queries.push(sql));

  const result = await migrate(db);

  expect(result).toEqual({ done: [], current: migrations.at(-1)?.name });
  expect(queries).toHaveLength(1);
});

test('an applied migration whose text has changed stops everything before it starts', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);
  await migrate(db, { migrations: [...migrations, brand] });

  const edited = [...migrations, { ...brand, up: `${brand.up} ` }, { name: '9003-next', up: 'create table :schema:.next (id bigint)', down: null }];

  await expect(migrate(db, { migrations: edited })).rejects.toMatchObject({ code: 'MIGRATE_CHECKSUM', message: expect.stringContaining('9001-brand') });
  expect(await exists(db, 'next')).toBe(false);
});

test('a migration that would come before an applied one is refused', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);
  await migrate(db, { migrations: [...migrations, brand] });

  await expect(migrate(db, { migrations: [...migrations, { ...brand, name: '9000-late' }, brand] })).rejects.toMatchObject({ code: 'MIGRATE_CHECKSUM' });
});

test('a database that a newer version migrated is refused', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);
  await migrate(db, { migrations: [...migrations, brand] });

  await expect(migrate(db)).rejects.toMatchObject({ code: 'DB_SCHEMA_TOO_NEW' });
  await expect(migrationStatus(db)).rejects.toMatchObject({ code: 'DB_SCHEMA_TOO_NEW' });
});

test('a migration that fails is rolled back and keeps those before it', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);

  await expect(migrate(db, { migrations: [...migrations, brand, broken] })).rejects.toMatchObject({ code: 'MIGRATE_FAILED', message: expect.stringContaining('9002-broken') });

  const status = await migrationStatus(db, { migrations: [...migrations, brand, broken] });
  expect(status).toMatchObject({ pending: ['9002-broken'] });
  expect(await exists(db, 'brands')).toBe(true);
  expect(await exists(db, 'half')).toBe(false);
});

test('a migration that waits too long for a table names the process that holds it', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);
  await migrate(db);
  await using reader = await db.connect();
  const { rows } = await reader.client.query<{ pid: number }>('begin; select pg_backend_pid() as pid').then((results) => (results as unknown as { rows: { pid: number }[] }[])[1] ?? { rows: [] });
  await reader.client.query('select * from sync1688.products');
  const column: Migration = { name: '9004-column', up: 'alter table :schema:.products add column brand text', down: null };

  const work = migrate(db, { migrations: [...migrations, column], lockTimeoutMs: 200, lockRetries: 2 });

  await expect(work).rejects.toMatchObject({ code: 'MIGRATE_BLOCKED', retryable: true, message: expect.stringContaining(String(rows[0]?.pid)) });
});

test('migrations are taken back one by one, and all of ours without a trace', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);
  const all = [...migrations, brand];
  await migrate(db, { migrations: all });

  const first = await migrateDown(db, { migrations: all });
  const ours: (string | null)[] = [];
  while (ours.length < migrations.length) ours.push((await migrateDown(db)).current);

  expect(first).toEqual({ done: ['9001-brand'], current: migrations.at(-1)?.name });
  expect(ours).toEqual([...migrations.slice(0, -1).map(({ name }) => name).toReversed(), null]);
  const { rows } = await db.knex.raw<{ rows: { relname: string }[] }>("select relname from pg_class where relnamespace = 'sync1688'::regnamespace and relkind = 'r'");
  expect(rows).toEqual([{ relname: 'migrations' }]);
});

test('a migration without a way back is refused', async () => {
  await using database = await emptyDatabase();
  await using db = await opened(database.url);
  const all = [...migrations, { ...brand, down: null }];
  await migrate(db, { migrations: all });

  await expect(migrateDown(db, { migrations: all })).rejects.toMatchObject({ code: 'REFUSED' });
});

test('any schema name works, and two schemas live side by side', async () => {
  await using database = await emptyDatabase();
  await using first = await openDatabase(database.url, { schema: '商品 "x"$&' });
  await using second = await openDatabase(database.url, { schema: 'other' });

  await Promise.all([migrate(first), migrate(second)]);

  expect((await migrationStatus(first)).pending).toEqual([]);
  expect((await migrationStatus(second)).pending).toEqual([]);
});

test('a role that may not create a schema is told so', async () => {
  await using database = await emptyDatabase();
  await using admin = await opened(database.url);
  const role = `${database.name}_reader`;
  await admin.knex.raw(`create role ${role} login password 'x'`);
  try {
    const url = new URL(database.url);
    url.username = role;
    url.password = 'x';
    await using db = await openDatabase(url.href);

    await expect(migrate(db)).rejects.toMatchObject({ code: 'DB_PERMISSION' });
  } finally {
    await admin.knex.raw(`drop role ${role}`);
  }
});

test('a new migration is numbered after the last one', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  try {
    await newMigration('add-brand', directory);
    const file = await newMigration('drop-brand', directory);

    expect(path.basename(file)).toBe('9002-drop-brand.ts');
    expect(await readFile(file, 'utf8')).toContain("export const dropBrand: Migration = {\n  name: '9002-drop-brand',");
    await expect(newMigration('Add Brand', directory)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  } finally {
    await rm(directory, { recursive: true });
  }
});

async function exists(db: Database, table: string): Promise<boolean> {
  const { rows } = await db.knex.raw<{ rows: { found: boolean }[] }>('select to_regclass(?) is not null as found', [`${db.schema}.${table}`]);
  return rows[0]?.found === true;
}

/** Until the other process is inside its migration. */
async function sleeping(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await db.knex.raw<{ rows: unknown[] }>("select 1 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
