import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, type FragilePostgres } from '@1688/vitest';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { health, migrate, openDatabase, suppliers, transaction, type Connection, type Database } from '../src/index.ts';
import { expectClean } from './fixtures/clean.ts';

let server: FragilePostgres;
let made = 0;

beforeAll(async () => {
  // Without fsync, too, what is written outlives the processes that are killed here; the machine stays.
  server = await startPostgres({ settings: ['max_connections=20', 'superuser_reserved_connections=3', 'synchronous_commit=on'] });
});
afterAll(() => server.close());

async function freshDatabase(options: Parameters<typeof openDatabase>[1] = {}): Promise<Database> {
  made += 1;
  const url = new URL(server.url);
  url.pathname = `/faults_${made}`;
  const db = await openDatabase(url.href, options);
  await migrate(db);
  return db;
}

async function add(db: Connection, sourceId: string): Promise<void> {
  await db.knex.withSchema(db.schema).table('suppliers').insert({ source_id: sourceId });
}

async function count(db: Connection): Promise<number> {
  const [row] = await db.knex.withSchema(db.schema).table('suppliers').count({ rows: '*' }) as { rows: string }[];
  return Number(row?.rows);
}

async function committed(db: Connection, sourceId: string): Promise<boolean> {
  return (await db.knex.withSchema(db.schema).table('suppliers').where({ source_id: sourceId }).forUpdate().select('id') as unknown[]).length === 1;
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await sleep(5);
}

test('Q01: a server that comes up while an opening waits is opened', async () => {
  const url = server.url;
  await server.stop('fast');
  const started = performance.now();

  const opening = openDatabase(url, { waitMs: 30_000 });
  await sleep(600);
  await expect(openDatabase(url)).rejects.toMatchObject({ code: 'DB_UNAVAILABLE', retryable: true });
  await server.start();
  const db = await opening;
  await db.close();

  expect(performance.now() - started).toBeLessThan(10_000);
});

test('Q01: a server that wants TLS is DB_AUTH with what to set', async () => {
  await using db = await openDatabase(server.url);
  const { rows } = await db.knex.raw<{ rows: { hba_file: string }[] }>('show hba_file');
  const file = rows[0]?.hba_file ?? '';
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, 'local all all trust\nhostssl all all all scram-sha-256\n');
  await db.knex.raw('select pg_reload_conf()');
  await sleep(200);

  const failure = await openDatabase(server.url).catch((error: unknown) => error);
  writeFileSync(file, before);
  await db.knex.raw('select pg_reload_conf()');

  expect(failure).toMatchObject({ code: 'DB_AUTH', retryable: false, hint: expect.stringContaining('DB_SSLMODE') });
  await sleep(200);
});

test('Q05: eight writers live through restarts with outages, a fast one and a kill: each row is there once, and they go on within five seconds', async () => {
  await using db = await freshDatabase({ poolMax: 8 });
  let acknowledged = 0;
  let startedAt = Infinity;
  const pausesMs: number[] = [];

  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let row = 0; row < 60; row += 1) {
      const name = `${writer} ${row}`;
      await transaction(db, (trx) => add(trx, name), { reconnectMs: 20_000, committed: (other) => committed(other, name) });
      acknowledged += 1;
      if (performance.now() > startedAt) pausesMs.push(performance.now() - startedAt);
      startedAt = Infinity;
      await sleep(2);
    }
  });
  const outages = (async () => {
    for (const how of ['fast', 'kill'] as const) {
      const before = acknowledged;
      await until(() => acknowledged >= before + 100);
      await server.stop(how);
      await sleep(600);
      await server.start();
      startedAt = performance.now();
    }
  })();
  await Promise.all([...writers, outages]);

  expect(await count(db)).toBe(480);
  expect(pausesMs).toHaveLength(2);
  expect(Math.max(...pausesMs)).toBeLessThan(5_000);
  await expectClean(db);
}, 180_000);

test('Q09: a server whose connections are all taken is DB_UNAVAILABLE, retryable, and heals', async () => {
  await using db = await freshDatabase();
  await db.knex.raw(`do $$ begin create role crowd login password 'crowd'; exception when duplicate_object then null; end $$`);
  await db.knex.raw('grant all on schema sync1688 to crowd');
  const url = new URL(db.url.replace(':***', ''));
  url.port = new URL(server.url).port;
  url.username = 'crowd';
  url.password = 'crowd';
  const others: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => {});
    if (await client.connect().then(() => false, () => true)) break;
    others.push(client);
  }

  const failure = await openDatabase(url.href).catch((error: unknown) => error);
  const waiting = openDatabase(url.href, { waitMs: 10_000 });
  await others.pop()?.end();
  await others.pop()?.end();
  const opened = await waiting;

  expect(failure).toMatchObject({ code: 'DB_UNAVAILABLE', retryable: true, details: { sqlState: '53300' } });
  await expect(opened.knex.raw('select 1')).resolves.toMatchObject({ rowCount: 1 });
  await opened.close();
  await Promise.all(others.map((each) => each.end()));
});

test('Q24: a server that takes no writes is DB_READONLY, seen in its health, and waited for until another takes over', async () => {
  await using db = await freshDatabase();
  const name = new URL(db.url).pathname.slice(1);
  await db.knex.raw('alter database ?? set default_transaction_read_only = on', [name]);
  await using standby = await openDatabase(new URL(`/${name}`, server.url).href, { applicationName: 'standby' });

  const seen = await health(standby);
  const refused = await transaction(standby, (trx) => add(trx, 'refused')).catch((error: unknown) => error);
  const repository = await suppliers(standby).upsert({ sourceId: 's', name: 's' }).catch((error: unknown) => error);
  const waiting = transaction(standby, (trx) => add(trx, 'waited'), { reconnectMs: 10_000 });
  await sleep(200);
  await db.knex.raw('set default_transaction_read_only = off');
  await db.knex.raw('alter database ?? reset default_transaction_read_only', [name]);
  await db.knex.raw(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'standby'`);
  await waiting;

  expect(seen.readOnly).toBe(true);
  for (const failure of [refused, repository]) expect(failure).toMatchObject({ code: 'DB_READONLY', retryable: true, details: { sqlState: '25006' } });
  expect(await count(db)).toBe(1);
});
