import { isSyncError } from '@1688/core';
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
  const session: Session = {
    query: async <Row extends object>(sql: string, values?: unknown[]) => {
      try {
        return (await client.query(sql, values)).rows as Row[];
      } catch (error) {
        throw ours(error, doing);
      }
    },
    copyOut: (sql) => copyOut(db, client, sql, doing),
    async copyIn(sql, body) {
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
    await pin(session, searchPath);
    return session;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function pin(session: Session, searchPath: readonly string[]): Promise<void> {
  const settings = { ...pinned, search_path: searchPath.map(quoteName).join(', ') };
  const [version] = await session.query<{ number: number }>(`select current_setting('server_version_num')::int as number`);
  const newer = (version?.number ?? 0) >= 170_000 ? { transaction_timeout: '0' } : {};
  const all = Object.entries({ ...settings, ...newer });
  await session.query('select pg_catalog.set_config(name, value, false) from unnest($1::text[], $2::text[]) as t(name, value)', [all.map(([name]) => name), all.map(([, value]) => value)]);
}

async function* copyOut(db: Database, client: DirectConnection['client'], sql: string, doing: string): AsyncIterable<Uint8Array> {
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
      const { processID } = client as DirectConnection['client'] & { processID: number | null };
      await db.knex.raw('select pg_cancel_backend(?)', [processID]);
      copy.resume();
      await over;
    }
  }
}

function ours(error: unknown, doing: string): unknown {
  return isSyncError(error) || !isDriverError(error) ? error : toSyncError(error, doing);
}
