import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { embeddedStatus, findPostgres, openEmbeddedPostgres, type EmbeddedNotice } from '../src/index.ts';
import { embeddedPlace, query, removeTemplate, serverOf, type EmbeddedPlace } from './embedded-place.ts';

let place: EmbeddedPlace;
beforeEach(async () => { place = await embeddedPlace(); });
afterEach(async () => { await place[Symbol.asyncDispose](); });
afterAll(removeTemplate);

const isRoot = process.getuid?.() === 0;
/** Root plays another user, where that one can reach this checkout at all. */
const another = isRoot && spawnSync('test', ['-r', import.meta.filename], { uid: 65_534, gid: 65_534 }).status === 0 && spawnSync('test', ['-x', process.execPath], { uid: 65_534, gid: 65_534 }).status === 0
  ? { uid: 65_534, gid: 65_534 } : {};

describe('an embedded database', () => {
  test('is a real PostgreSQL with UTF-8, checksums and fsync, and knows Chinese letters', async () => {
    const notices: EmbeddedNotice[] = [];
    await using postgres = await openEmbeddedPostgres({ directory: path.join(place.root, 'new'), onNotice: (notice) => notices.push(notice) });

    const [row] = await query(postgres.url, `select current_database() as name, current_setting('fsync') as fsync, current_setting('data_checksums') as checksums,
      current_setting('server_encoding') as encoding, datlocprovider::text as provider, datlocale as locale, '连衣裙' ~ '^[[:alpha:]]+$' as letters
      from pg_database where datname = current_database()`);

    expect(row).toEqual({ name: '1688sync', fsync: 'on', checksums: 'on', encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', letters: true });
    expect(postgres.version).toMatchObject({ major: 18 });
    expect(notices).toEqual(['creating', 'starting']);
  });

  test('is shared, stops with its last user, and keeps what was committed', async () => {
    const directory = await place.prepared();
    const first = await openEmbeddedPostgres({ directory });
    const second = await openEmbeddedPostgres({ directory });
    await query(first.url, 'create table kept as select 7 as number');
    const shared = await embeddedStatus(directory);

    await first.close();
    await first.close();
    const whileOneIsLeft = await embeddedStatus(directory);
    await second.close();

    expect(second.url).toBe(first.url);
    expect(second.version).toEqual(first.version);
    expect(shared).toMatchObject({ state: 'ready', major: 18, users: 2 });
    expect(whileOneIsLeft).toMatchObject({ state: 'ready', pid: shared.pid, users: 1 });
    expect(await embeddedStatus(directory)).toMatchObject({ state: 'stopped', major: 18, pid: null, users: 0 });
    await using again = await openEmbeddedPostgres({ directory });
    expect(await query(again.url, 'select number from kept')).toEqual([{ number: 7 }]);
  });

  test('is one server for eight processes that ask at once for a new one', async () => {
    const directory = path.join(place.root, 'db');

    const users = await Promise.all(Array.from({ length: 8 }, () => place.user(directory)));
    const starts = await Promise.all(users.map(({ url }) => query<{ at: Date }>(url, 'select pg_postmaster_start_time() as at')));
    await Promise.all(users.map((user) => user.leave()));

    expect(new Set(starts.map(([row]) => row?.at.getTime())).size).toBe(1);
    expect(await embeddedStatus(directory)).toMatchObject({ state: 'stopped', users: 0 });
  });

  test('works below blanks and Han characters, and on a path that is too long for a socket, which leaves nothing in the temporary folder', async () => {
    await using short = await openEmbeddedPostgres({ directory: await place.prepared('数据 目录') });
    const long = await openEmbeddedPostgres({ directory: await place.prepared('x'.repeat(120)) });

    expect(await query(short.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await query(long.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const elsewhere = new URL(long.url.replace('///', '//_/')).searchParams.get('host') ?? '';
    expect(elsewhere.length).toBeLessThan(86);
    expect((await stat(elsewhere)).mode & 0o777).toBe(0o700);
    await long.close();
    await expect(stat(elsewhere)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('works below a closed parent', async () => {
    const closed = path.join(place.root, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await using postgres = await openEmbeddedPostgres({ directory: await place.prepared('closed/db') });

    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('works for an ordinary user, whose files stay that user\'s when root joins', async () => {
    const directory = path.join(place.root, 'open', 'db');
    await mkdir(path.dirname(directory));
    await Promise.all([chmod(place.root, 0o755), chmod(path.dirname(directory), 0o777)]);
    const user = await place.user(directory, another);
    await query(user.url, 'create table kept as select 7 as number');
    await user.leave();
    const { uid } = await stat(path.join(directory, 'data'));

    await using postgres = await openEmbeddedPostgres({ directory });

    expect(await query(postgres.url, 'select number from kept')).toEqual([{ number: 7 }]);
    expect(uid).toBe(another.uid ?? process.getuid?.());
    for (const name of ['data', 'users', 'socket', 'database.log', 'server.json', 'data/postmaster.pid']) expect((await stat(path.join(directory, name))).uid).toBe(uid);
  });
});

describe('what cannot work says so', () => {
  test('a data directory of a version that is not installed is refused and not touched', async () => {
    const directory = path.join(place.root, 'db');
    await mkdir(path.join(directory, 'data'), { recursive: true });
    await writeFile(path.join(directory, 'data', 'PG_VERSION'), '9\n');

    await expect(openEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'DB_VERSION', message: expect.stringContaining('PostgreSQL 9') });
    expect(await readdir(path.join(directory, 'data'))).toEqual(['PG_VERSION']);
    expect(await embeddedStatus(directory)).toMatchObject({ state: 'stopped', major: 9, users: 0 });
  });

  test.each([['data/holiday.txt', 'DB_CORRUPT'], ['data/PG_VERSION', 'DB_CORRUPT'], ['data', 'DB_CORRUPT'], ['holiday.txt', 'DB_UNSAFE_DIRECTORY']])('a folder that already holds %s is not taken for a database', async (name, code) => {
    const file = path.join(place.root, 'db', name);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, '照片');

    await expect(openEmbeddedPostgres({ directory: path.join(place.root, 'db') })).rejects.toMatchObject({ code });
    expect(await readFile(file, 'utf8')).toBe('照片');
  });

  test('no programs at all names both ways to get one', async () => {
    const binaries = path.join(place.root, 'no-programs');

    await expect(openEmbeddedPostgres({ directory: path.join(place.root, 'db'), binaries })).rejects.toMatchObject({
      code: 'DB_ENGINE_MISSING', hint: expect.stringMatching(/npm install.*system's packages.*DATABASE_URL/),
    });
  });

  test('a damaged data directory tells the server\'s own words and is kept', async () => {
    const directory = await place.prepared();
    const control = path.join(directory, 'data', 'global', 'pg_control');
    await writeFile(control, (await readFile(control)).fill(0));

    await expect(openEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'DB_CORRUPT', message: expect.stringContaining('it said: '), hint: expect.stringContaining('restore') });
    expect((await readFile(control)).every((byte) => byte === 0)).toBe(true);
    expect(await serverOf(directory)).toBeNull();
  });

  test.each(['file', 'file/below', '/proc/nothing/db'])('a place that cannot be written, %s, is refused in one sentence with one that can', async (name) => {
    await writeFile(path.join(place.root, 'file'), '');

    await expect(openEmbeddedPostgres({ directory: path.resolve(place.root, name) })).rejects.toMatchObject({ code: 'DB_UNSAFE_DIRECTORY', hint: expect.stringMatching(/DATA_DIR.*1688sync-data/) });
  });

  test('a folder that another user owns is refused to an ordinary user, and stays as it is', async () => {
    const directory = isRoot ? path.join(place.root, 'db') : '/var';
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await chmod(place.root, 0o755);
    if (another.uid === undefined && isRoot) await writeFile(path.join(directory, 'of-somebody-else.txt'), '');

    const user = await place.user(directory, another);

    expect(user).toMatchObject({ code: 'DB_UNSAFE_DIRECTORY', message: expect.stringContaining(directory) });
    expect((await stat(directory)).mode & 0o777).toBe(0o755);
  });

  test('what was cancelled before it began leaves nothing running', async () => {
    const directory = path.join(place.root, 'db');

    await expect(openEmbeddedPostgres({ directory, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await embeddedStatus(directory)).toMatchObject({ state: 'absent', major: null, users: 0 });
  });

  test('a name that no database may have is refused', async () => {
    await expect(openEmbeddedPostgres({ directory: path.join(place.root, 'db'), database: 'a\nb' })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});

test('findPostgres prefers the packaged programs', async () => {
  const [first] = await findPostgres();

  expect(first).toMatchObject({ source: 'npm', version: { major: 18 } });
});
