import { existsSync, readdirSync } from 'node:fs';
import { migrate, openDatabase } from '@1688/db';
import { startPostgres } from '@1688/vitest/server';
import pg from 'pg';

/** The server that all contenders write to, each into an empty database of its own. */
export interface BenchServer extends AsyncDisposable {
  /** PostgreSQL's own words for its version. */
  readonly version: string;
  /** Address of a database by name. */
  address(name: string): string;
  /** A database like `template`, without what another of this name held; the server is at rest afterwards. */
  fresh(name: string, template?: string): Promise<string>;
  drop(name: string): Promise<void>;
  /** Runs `work` with one connection to a database. */
  with<Result>(name: string, work: (client: pg.Client) => Promise<Result>): Promise<Result>;
}

/** Name of the migrated, empty database. */
export const template = 'migrated';

/** What PostgreSQL ships with, instead of what suits throw-away tests: nobody's commits are cheaper than in earnest. */
const asShipped = ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on', 'autovacuum=on', 'shared_buffers=128MB', 'max_connections=100', 'max_wal_size=1GB'];

/** Starts a PostgreSQL, the system's own if there is one, and migrates the template. */
export async function startBenchServer(): Promise<BenchServer> {
  const postgres = process.env['TEST_POSTGRES'] ?? systemPostgres();
  const server = await startPostgres({ ...(postgres === undefined ? {} : { postgres }), settings: asShipped });
  const address = (name: string): string => Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const withClient = async <Result>(name: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
    const client = new pg.Client({ connectionString: address(name) });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const drop = async (name: string): Promise<void> => {
    await withClient('postgres', (client) => client.query(`drop database if exists "${name}" with (force)`));
  };
  const fresh = async (name: string, like = template): Promise<string> => {
    await drop(name);
    await withClient('postgres', async (client) => {
      await client.query(`create database "${name}" template "${like}"`);
      await client.query('checkpoint');
    });
    return address(name);
  };
  await withClient('postgres', (client) => client.query(`create database ${template} template template0 encoding 'UTF8'`));
  const db = await openDatabase(address(template));
  await migrate(db).finally(() => db.close());
  const version = await withClient('postgres', async (client) => (await client.query<{ version: string }>('select version()')).rows[0]?.version ?? '');
  return { version, address, fresh, drop, with: withClient, [Symbol.asyncDispose]: () => server.close() };
}

function systemPostgres(): string | undefined {
  const home = '/usr/lib/postgresql';
  if (!existsSync(home)) return undefined;
  const majors = readdirSync(home).map(Number).filter((major) => major >= 14 && existsSync(`${home}/${major}/bin/initdb`));
  return majors.length === 0 ? undefined : String(Math.max(...majors));
}
