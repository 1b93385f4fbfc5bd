import { isSyncError, SyncError } from '@1688/core';
import { isDriverError, quoteName, toSyncError, type Database, type DirectConnection } from '@1688/db';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';

/** Values that the text of a row or of a definition depends on: the same when writing and when reading, on every server. */
const pinned: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '3',
  bytea_output: 'hex',
  xmloption: 'content',
  lc_monetary: 'C',
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  synchronize_seqscans: 'off',
  check_function_bodies: 'off',
  row_security: 'off',
  statement_timeout: '0',
  lock_timeout: '10s',
  idle_in_transaction_session_timeout: '0',
  client_min_messages: 'warning',
};

/** A connection of its own with pinned settings, used by one statement at a time. */
export interface Session extends AsyncDisposable {
  /** Whether a pooler stands between us and the server: then the process that the server told at first is not the one that answers. */
  readonly isPooled: boolean;
  /** Of the server's process that answers; behind a pooler each statement may have another. */
  backend(): Promise<number>;
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** The bytes that COPY … TO STDOUT gives; ends the statement on the server when the loop is broken off. */
  copyOut(sql: string): AsyncIterable<Uint8Array>;
  /** Sends `body` to COPY … FROM STDIN; returns the number of rows. */
  copyIn(sql: string, body: AsyncIterable<Uint8Array>): Promise<number>;
}

/** @param searchPath schemas in order; without it only pg_catalog is searched */
export async function openSession(db: Database, { searchPath = ['pg_catalog'], doing }: { searchPath?: readonly string[]; doing: string }): Promise<Session> {
  const connection = await db.connect();
  const { client } = connection;
  let backend = 0;
  const session = {
    isPooled: false,
    backend: async () => (await session.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid'))[0]?.pid ?? 0,
    query: async <Row extends object>(sql: string, values?: unknown[]) => {
      try {
        return (await client.query(sql, values)).rows as Row[];
      } catch (error) {
        throw ours(error, doing);
      }
    },
    copyOut: (sql: string) => copyOut(db, client, { sql, doing, backend }),
    async copyIn(sql: string, body: AsyncIterable<Uint8Array>) {
      try {
        const copy = client.query(copyFrom(sql));
        await pipeline(Readable.from(body, { objectMode: false }), copy);
        return copy.rowCount;
      } catch (error) {
        throw ours(error, doing);
      }
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
  try {
    backend = await pin(session, searchPath);
    session.isPooled = backend !== processOf(client);
    return session;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

const looks = 5;

/**
 * Refuses a pooler that lends the server to each transaction anew: two connections that are both open have the same process then. A
 * lock, a setting or a snapshot would go to whoever comes next.
 * @throws REFUSED
 */
export async function refuseLent(db: Database, session: Session, doing: string): Promise<void> {
  if (!session.isPooled) return;
  await using other = await openSession(db, { doing });
  for (let look = 0; look < looks; look += 1) {
    if ((await session.backend()) !== (await other.backend())) continue;
    throw new SyncError('REFUSED', `Expected connections of their own to the server of ${db.url}, received those of a pooler that lends one to each transaction: locks and snapshots would get lost.`, {
      hint: 'Give the address of PostgreSQL itself, or let the pooler work by session.',
    });
  }
}

/** @returns the server's process that answers */
async function pin(session: Pick<Session, 'query'>, searchPath: readonly string[]): Promise<number> {
  const settings = { ...pinned, search_path: searchPath.map(quoteName).join(', ') };
  const [version] = await session.query<{ number: number; pid: number }>(`select current_setting('server_version_num')::int as number, pg_backend_pid() as pid`);
  const newer = (version?.number ?? 0) >= 170_000 ? { transaction_timeout: '0' } : {};
  const all = Object.entries({ ...settings, ...newer });
  await session.query('select pg_catalog.set_config(name, value, false) from unnest($1::text[], $2::text[]) as t(name, value)', [all.map(([name]) => name), all.map(([, value]) => value)]);
  return version?.pid ?? 0;
}

function processOf(client: DirectConnection['client']): number | null {
  return (client as DirectConnection['client'] & { processID: number | null }).processID;
}

async function* copyOut(db: Database, client: DirectConnection['client'], { sql, doing, backend }: { sql: string; doing: string; backend: number }): AsyncIterable<Uint8Array> {
  const copy = client.query(copyTo(sql));
  let ended = false;
  const over = new Promise<void>((resolve) => {
    copy.once('end', resolve);
    copy.once('error', () => resolve());
  });
  try {
    for await (const piece of copy.iterator({ destroyOnReturn: false })) yield piece as Uint8Array;
    ended = true;
  } catch (error) {
    ended = true;
    throw ours(error, doing);
  } finally {
    if (!ended) {
      // The rest would be sent to nobody; a connection in the middle of COPY could not even be closed.
      await db.knex.raw('select pg_cancel_backend(?)', [backend]);
      copy.resume();
      await over;
    }
  }
}

function ours(error: unknown, doing: string): unknown {
  return isSyncError(error) || !isDriverError(error) ? error : toSyncError(error, doing);
}
