import type { Database, OpenDatabaseOptions } from '@1688/db';
import pg from 'pg';
import { inject } from 'vitest';
import type { RunPostgres } from './run-postgres.ts';

export interface EmptyDatabase extends AsyncDisposable {
  /** `postgresql://user:password@host:port/name` of the superuser. */
  readonly url: string;
  readonly name: string;
}

export interface TestDatabase extends EmptyDatabase {
  readonly db: Database;
}

let made = 0;
const ofRun = (): RunPostgres => inject('postgres');

/** Superuser on the database `postgres` (or that of TEST_DATABASE_URL) of the run's server. */
export function testServerUrl(): string {
  return ofRun().url;
}

/**
 * A new database with all migrations applied, opened. Disposing closes it and drops the database, cutting what is still connected.
 * @param options handed to `openDatabase`
 */
export async function testDatabase(options: OpenDatabaseOptions = {}): Promise<TestDatabase> {
  const { template, problem } = ofRun();
  if (problem) throw new Error(`The template of the test databases could not be migrated: ${problem}`);
  const database = await create(`template ${template}`);
  try {
    const { openDatabase } = await import('@1688/db');
    const db = await openDatabase(database.url, options);
    const dispose = async (): Promise<void> => {
      await db.close().finally(() => database[Symbol.asyncDispose]());
    };
    return { ...database, db, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

/** A new database without any table, dropped when disposed. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  return create('template template0');
}

async function create(source: string): Promise<EmptyDatabase> {
  made += 1;
  const { prefix } = ofRun();
  const name = `${prefix}_${process.pid}_${made}_${Math.random().toString(36).slice(2, 8)}`;
  await onServer(`create database ${name} ${source}`);
  const drop = (): Promise<void> => onServer(`drop database if exists ${name} with (force)`);
  return { url: withDatabase(testServerUrl(), name), name, [Symbol.asyncDispose]: drop };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testServerUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
