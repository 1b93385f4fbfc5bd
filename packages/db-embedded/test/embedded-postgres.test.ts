import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findPostgres, openEmbeddedPostgres } from '../src/index.ts';
import { findServer } from '../src/server.ts';

let root: string;
let template: string;
let children: ChildProcess[] = [];
beforeAll(async () => {
  template = await mkdtemp(path.join(tmpdir(), '1688sync-embedded-'));
  await (await openEmbeddedPostgres({ directory: template })).close();
}, 60_000);
afterAll(async () => { await rm(template, { recursive: true, force: true }); });
beforeEach(async () => { root = await mkdtemp(path.join(tmpdir(), '1688sync-embedded-')); });
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  for (const name of await readdir(root)) await stopLeftOver(path.join(root, name));
  await rm(root, { recursive: true, force: true });
});

/** A directory with a database that was made before: making one costs a second. */
async function prepared(name = 'db'): Promise<string> {
  const directory = path.join(root, name);
  await cp(template, directory, { recursive: true });
  return directory;
}

async function stopLeftOver(directory: string): Promise<void> {
  const server = await findServer(path.join(directory, 'data'));
  if (server) process.kill(server.pid, 'SIGQUIT');
}

/** Starts another process that uses the database, and waits until it has it. */
async function user(directory: string, prefix: readonly string[] = []): Promise<{ child: ChildProcess; url: string }> {
  const [program = '', ...args] = [...prefix, process.execPath, '--conditions=@1688/source', path.join(import.meta.dirname, 'user.ts'), directory];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line') as [string];
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function serverOf(directory: string): ReturnType<typeof findServer> {
  return findServer(path.join(directory, 'data'));
}

describe('an embedded database', () => {
  test('is a real PostgreSQL with UTF-8, checksums and fsync, and knows Chinese letters', async () => {
    await using postgres = await openEmbeddedPostgres({ directory: await prepared() });

    const [row] = await query(postgres.url, `select current_database() as name, current_setting('fsync') as fsync, current_setting('data_checksums') as checksums,
      current_setting('server_encoding') as encoding, '连衣裙' ~ '^[[:alpha:]]+$' as letters`);

    expect(row).toEqual({ name: '1688sync', fsync: 'on', checksums: 'on', encoding: 'UTF8', letters: true });
  });

  test('stops with its last user, and keeps what was committed', async () => {
    const directory = await prepared();
    const first = await openEmbeddedPostgres({ directory });
    const second = await openEmbeddedPostgres({ directory });
    await query(first.url, 'create table kept as select 7 as number');

    await first.close();
    const whileOneIsLeft = await serverOf(directory);
    await second.close();

    expect(whileOneIsLeft).not.toBeNull();
    expect(await serverOf(directory)).toBeNull();
    await using again = await openEmbeddedPostgres({ directory });
    expect(await query(again.url, 'select number from kept')).toEqual([{ number: 7 }]);
  });

  test('is one server for eight processes that ask at once for a new one', async () => {
    const directory = path.join(root, 'db');

    const users = await Promise.all(Array.from({ length: 8 }, () => user(directory)));
    const starts = await Promise.all(users.map(({ url }) => query<{ at: Date }>(url, 'select pg_postmaster_start_time() as at')));

    expect(new Set(starts.map(([row]) => row?.at.getTime())).size).toBe(1);
    for (const { child } of users) child.stdin?.end();
    await Promise.all(users.map(({ child }) => once(child, 'exit')));
    expect(await serverOf(directory)).toBeNull();
  });

  test('is taken over when the process that started it was killed, and then stops with the last user', async () => {
    const directory = await prepared();
    const { child, url } = await user(directory);
    await query(url, 'create table kept as select 1 as number');
    const before = await serverOf(directory);

    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await openEmbeddedPostgres({ directory });

    expect((await serverOf(directory))?.pid).toBe(before?.pid);
    expect(await query(next.url, 'select number from kept')).toEqual([{ number: 1 }]);
    await next.close();
    expect(await serverOf(directory)).toBeNull();
  });

  test('recovers when the server itself was killed', async () => {
    const directory = await prepared();
    const first = await openEmbeddedPostgres({ directory });
    await query(first.url, 'create table kept as select 1 as number');
    process.kill((await serverOf(directory))?.pid ?? 0, 'SIGKILL');

    await using next = await openEmbeddedPostgres({ directory });

    expect(await query(next.url, 'select number from kept')).toEqual([{ number: 1 }]);
    await first.close();
  });

  test('is not fooled by a postmaster.pid that names another living process', async () => {
    const directory = await prepared();
    await writeFile(path.join(directory, 'data', 'postmaster.pid'), `${process.pid}\n${path.join(directory, 'data')}\n1\n5432\n/nowhere\n\n\nready   \n`);

    await using postgres = await openEmbeddedPostgres({ directory });

    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('is made anew when the first making was killed half-way', async () => {
    const directory = path.join(root, 'db');
    await mkdir(path.join(directory, 'data.new-1-1', 'base'), { recursive: true });
    await writeFile(path.join(directory, 'data.new-1-1', 'PG_VERSION'), '18\n');

    await using postgres = await openEmbeddedPostgres({ directory });

    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(directory)).filter((name) => name.startsWith('data.new-'))).toEqual([]);
  });

  test('works below blanks, Han characters, and a path that is too long for a socket', async () => {
    for (const name of ['数据 目录', 'x'.repeat(120)]) {
      await using postgres = await openEmbeddedPostgres({ directory: await prepared(name) });

      expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    }
  });

  test('works below a closed parent, and for an ordinary user', async () => {
    const closed = path.join(root, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await using below = await openEmbeddedPostgres({ directory: await prepared('closed/db') });
    expect(await query(below.url, 'select 1 as one')).toEqual([{ one: 1 }]);

    // In a user namespace root is an ordinary user, wherever this checkout lies.
    const ordinary = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'] : [];
    const { child, url } = await user(path.join(root, 'ordinary'), ordinary);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    child.stdin?.end();
    await once(child, 'exit');
  });
});

describe('what cannot work says so', () => {
  test('a data directory of a version that is not installed is refused and not touched', async () => {
    const directory = path.join(root, 'db');
    await mkdir(path.join(directory, 'data'), { recursive: true });
    await writeFile(path.join(directory, 'data', 'PG_VERSION'), '9\n');

    await expect(openEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'DB_VERSION', message: expect.stringContaining('PostgreSQL 9') });
    expect(await readdir(path.join(directory, 'data'))).toEqual(['PG_VERSION']);
  });

  test('a folder with something else in it is not taken for a database', async () => {
    const directory = path.join(root, 'db');
    await mkdir(path.join(directory, 'data'), { recursive: true });
    await writeFile(path.join(directory, 'data', 'holiday.txt'), '');

    await expect(openEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'DB_CORRUPT' });
  });

  test('no programs at all names both ways to get one', async () => {
    await expect(openEmbeddedPostgres({ directory: path.join(root, 'db'), programs: [] })).rejects.toMatchObject({
      code: 'DB_ENGINE_MISSING', hint: expect.stringMatching(/npm install.*system's packages.*DATABASE_URL/),
    });
  });

  test('a damaged data directory tells the server\'s own words and is kept', async () => {
    const directory = await prepared();
    const control = path.join(directory, 'data', 'global', 'pg_control');
    await writeFile(control, (await readFile(control)).fill(0));

    await expect(openEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'DB_CORRUPT', hint: expect.stringContaining('restore') });
    expect((await readFile(control)).every((byte) => byte === 0)).toBe(true);
  });

  test('a place that is a file is refused in one sentence', async () => {
    await writeFile(path.join(root, 'file'), '');

    await expect(openEmbeddedPostgres({ directory: path.join(root, 'file') })).rejects.toMatchObject({ code: 'DB_UNSAFE_DIRECTORY', hint: expect.stringContaining('DATA_DIR') });
  });
});

test('findPostgres prefers the packaged programs', async () => {
  const [first] = await findPostgres();

  expect(first).toMatchObject({ source: 'npm', version: { major: 18 } });
});
