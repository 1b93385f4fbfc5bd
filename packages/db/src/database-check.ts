import { SyncError } from '@1688/core';
import pg from 'pg';
import { createdbLine, maskedUrl, type DatabaseAddress } from './database-address.ts';
import { sqlStateOf, toSyncError } from './database-error.ts';
import { quoteName } from './quote-name.ts';

const oldestVersion = 140_000;

/**
 * Makes sure that the server is one we can work with and that the database exists.
 * @throws DB_VERSION, DB_MISSING, CONFIG_INVALID, and what a connection attempt throws
 */
export async function prepareServer(settings: pg.ClientConfig, address: DatabaseAddress, createMissing: boolean): Promise<void> {
  try {
    await withDirectClient(settings, (client) => checkServer(client, address, settings));
  } catch (error) {
    if (sqlStateOf(error) !== '3D000') throw error;
    if (!createMissing) throw missing(address, error);
    await createDatabase(settings, address);
    await withDirectClient(settings, (client) => checkServer(client, address, settings));
  }
}

async function checkServer(client: pg.Client, address: DatabaseAddress, { connectionTimeoutMillis = 0 }: pg.ClientConfig): Promise<void> {
  const question: pg.QueryConfig & { query_timeout: number } = {
    text: `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
                  current_setting('server_encoding') as encoding`,
    query_timeout: connectionTimeoutMillis, // the network may fall silent just after it let us in
  };
  const { rows } = await client.query<{ number: number; version: string; encoding: string }>(question);
  const { number = 0, version = 'none', encoding = '' } = rows[0] ?? {};
  if (number < oldestVersion) {
    throw new SyncError('DB_VERSION', `Expected PostgreSQL 14 or newer at ${maskedUrl(address)}, received ${version}.`, {
      hint: 'Upgrade the server, or leave DATABASE_URL out to use the embedded one.',
    });
  }
  if (encoding !== 'UTF8') {
    throw new SyncError('CONFIG_INVALID', `Expected the database ${address.database} to have the encoding UTF8, received ${encoding}.`, {
      hint: `Create another one: ${createdbLine(address)}`,
    });
  }
}

/** Several processes may try at once: who comes second finds the database there. */
async function createDatabase(settings: pg.ClientConfig, address: DatabaseAddress): Promise<void> {
  try {
    await withMaintenanceClient(settings, (client) => client.query(`create database ${quoteName(address.database)} encoding 'UTF8' template template0`));
  } catch (error) {
    const state = sqlStateOf(error);
    if (state === '42P04' || state === '23505') return;
    if (state === '42501' || state === '3D000' || state?.startsWith('28')) throw missing(address, error);
    throw toSyncError(error, `Creating the database ${address.database}`);
  }
}

/** Every server has one of these two, to be connected to while the wanted one does not exist. */
async function withMaintenanceClient<Value>(settings: pg.ClientConfig, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  return withDirectClient({ ...settings, database: 'postgres' }, work).catch((error: unknown) => {
    if (sqlStateOf(error) !== '3D000') throw error;
    return withDirectClient({ ...settings, database: 'template1' }, work);
  });
}

async function withDirectClient<Value>(settings: pg.ClientConfig, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client(settings);
  client.on('error', () => {}); // the statement that runs fails with it
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function missing(address: DatabaseAddress, cause: unknown): SyncError {
  return new SyncError('DB_MISSING', `Expected the database ${address.database} to exist at ${maskedUrl(address)}, and it could not be created.`, {
    hint: `Create it: ${createdbLine(address)}`,
    cause,
  });
}
