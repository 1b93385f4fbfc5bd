import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import type { RunPostgres } from './run-postgres.ts';

/** Starts the run's PostgreSQL and migrates the template; the returned function stops and removes both. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? theirs(given) : await startPostgres();
  const prefix = `test1688_${randomBytes(4).toString('hex')}`;
  const template = `${prefix}_template`;
  const problem = await migrateTemplate(server.url, template).then(
    () => null,
    (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  const provided: RunPostgres = { url: server.url, prefix, template, problem };
  project.provide('postgres', provided);
  return () => cleanUp(server, prefix);
}

/** A server that was there before us stays. */
function theirs(url: string): PostgresServer {
  const close = (): Promise<void> => Promise.resolve();
  return { url, close, [Symbol.asyncDispose]: close };
}

async function migrateTemplate(serverUrl: string, template: string): Promise<void> {
  const admin = await connect(serverUrl);
  try {
    await admin.query(`create database ${template} template template0 encoding 'UTF8'`);
    const url = new URL(serverUrl);
    url.pathname = `/${template}`;
    const { migrate, openDatabase } = await import('@1688/db');
    const db = await openDatabase(url.href);
    await migrate(db).finally(() => db.close());
    // A database that somebody is connected to cannot be cloned: nobody shall connect to this one again.
    await admin.query(`alter database ${template} allow_connections false`);
  } finally {
    await admin.end();
  }
}

async function cleanUp(server: PostgresServer, prefix: string): Promise<void> {
  if (process.env['TEST_DATABASE_URL']) {
    const admin = await connect(server.url);
    const { rows } = await admin.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [prefix]);
    for (const { datname } of rows) await admin.query(`drop database if exists "${datname}" with (force)`);
    await admin.end();
  }
  await server.close();
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
