import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { embeddedStatus, openEmbeddedPostgres } from '../src/index.ts';
import { embeddedPlace, query, removeTemplate, serverOf, type EmbeddedPlace } from './embedded-place.ts';

let place: EmbeddedPlace;
beforeEach(async () => { place = await embeddedPlace(); });
afterEach(async () => { await place[Symbol.asyncDispose](); });
afterAll(removeTemplate);

test('a process that hangs disturbs nobody; killed, its server is taken over and stops with the last user', async () => {
  const directory = await place.prepared();
  const { child, url } = await place.user(directory);
  await query(url, 'create table kept as select 1 as number');
  const before = await serverOf(directory);
  child.kill('SIGSTOP');
  const next = await openEmbeddedPostgres({ directory });
  const whileItHangs = await embeddedStatus(directory);

  child.kill('SIGKILL');
  await once(child, 'exit');
  const numbers = await query(next.url, 'select number from kept');
  const afterwards = await embeddedStatus(directory);
  await next.close();

  expect(whileItHangs.users).toBe(2);
  expect(afterwards).toMatchObject({ state: 'ready', pid: before?.pid, users: 1 });
  expect(numbers).toEqual([{ number: 1 }]);
  expect(await embeddedStatus(directory)).toMatchObject({ state: 'stopped', users: 0 });
});

test('a server that was killed in the middle of a query is started again with all that was committed', async () => {
  const directory = await place.prepared();
  const first = await openEmbeddedPostgres({ directory });
  await query(first.url, 'create table kept as select 1 as number');
  const busy = query(first.url, 'select count(*) from generate_series(1, 1e9)').catch((error: Error) => error.message);
  await sleep(300);
  process.kill((await serverOf(directory))?.pid ?? 0, 'SIGKILL');
  while (await serverOf(directory)) await sleep(2);

  await using next = await openEmbeddedPostgres({ directory });

  expect(await busy).toMatch(/terminat|closed|reset/i);
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 1 }]);
  await first.close();
  expect(await embeddedStatus(directory)).toMatchObject({ state: 'ready', users: 1 });
});

test('files of a crash whose numbers now belong to other programs fool nobody', async () => {
  const directory = await place.prepared();
  const data = path.join(directory, 'data');
  const other = spawn('sleep', ['60'], { cwd: data });
  await mkdir(path.join(directory, 'socket'), { recursive: true, mode: 0o700 });
  await writeFile(path.join(directory, 'socket', '.s.PGSQL.5432.lock'), `${other.pid}\n${data}\n1\n5432\n${directory}/socket\n`);
  await writeFile(path.join(data, 'postmaster.pid'), `${other.pid}\n${data}\n1\n5432\n${directory}/socket\n\n\nready   \n`);
  await writeFile(path.join(directory, 'users', `${process.pid}-other.1-x`), '');

  const postgres = await openEmbeddedPostgres({ directory });
  const status = await embeddedStatus(directory);
  const rows = await query(postgres.url, 'select 1 as one');
  await postgres.close();

  expect(rows).toEqual([{ one: 1 }]);
  expect(status).toMatchObject({ state: 'ready', users: 1 });
  expect(other.exitCode).toBeNull();
  other.kill();
});

test('a server whose process cannot be seen but which answers is never joined by a second one', async () => {
  const directory = await place.prepared();
  const socket = path.join(directory, 'socket');
  const data = path.join(directory, 'data');
  await rm(socket, { recursive: true, force: true });
  await mkdir(socket);
  const other = createServer().listen(path.join(socket, '.s.PGSQL.5432'));
  await writeFile(path.join(data, 'postmaster.pid'), `4194303\n${data}\n1\n5432\n${socket}\n\n\nready   \n`);
  await writeFile(path.join(directory, 'users', '4194302-elsewhere.1-x'), '');

  await expect(openEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'LOCKED', message: expect.stringContaining('another container') });

  expect(await readdir(path.join(directory, 'users'))).toEqual(['4194302-elsewhere.1-x']);
  expect(other.listening).toBe(true);
  other.close();
});

test('a database whose making was killed half-way is made anew, also while the rest of it still runs', async () => {
  const directory = path.join(place.root, 'db');
  const child = place.start(directory);
  const hasBegun = async (): Promise<boolean> => (await readdir(directory).catch(() => [])).some((name) => name.startsWith('data.new-'));
  while (!(await hasBegun())) await sleep(5);
  await sleep(150);
  child.kill('SIGKILL');
  await once(child, 'exit');

  await using postgres = await openEmbeddedPostgres({ directory });

  expect(await query(postgres.url, 'select current_database() as name')).toEqual([{ name: '1688sync' }]);
  expect(await embeddedStatus(directory)).toMatchObject({ state: 'ready', users: 1 });
});

test('a process that is killed while the server starts or stops leaves one that the next can use', async () => {
  const directory = await place.prepared();
  for (const waitMs of [0, 15, 60]) {
    const child = place.start(directory);
    while (!(await serverOf(directory))) await sleep(2);
    await sleep(waitMs);
    child.kill('SIGKILL');
    const server = await serverOf(directory);
    if (server && waitMs === 60) process.kill(server.pid, 'SIGINT');

    const postgres = await openEmbeddedPostgres({ directory });

    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await postgres.close();
    expect(await serverOf(directory)).toBeNull();
  }
});
