import type { Knex } from 'knex';
import type pg from 'pg';

/** What repositories take: the pool, or a transaction. Table names are always qualified by `schema`, never by the search path. */
export interface Connection {
  readonly knex: Knex;
  readonly schema: string;
}

/** A transaction that is open. Inside it only this is used: a stray `db` would wait for another connection of the pool. */
export interface Transaction extends Connection {
  readonly knex: Knex.Transaction;
}

/** A pool of connections to one PostgreSQL database. */
export interface Database extends Connection, AsyncDisposable {
  /** Where it is, with the password masked. */
  readonly url: string;
  /** Waits for statements that run, then closes every connection. A second call does nothing. */
  close(): Promise<void>;
  /**
   * A connection of its own outside the pool: for LISTEN, exported snapshots and locks that are held for long. It has neither a
   * statement time-out nor a limit for idle transactions. The caller closes it.
   * @param options `database`: another database of the same server, such as one for a rehearsal
   * @throws DB_UNAVAILABLE, DB_AUTH
   */
  connect(options?: { readonly database?: string }): Promise<DirectConnection>;
}

export interface DirectConnection extends AsyncDisposable {
  /** When the server cuts it, statements fail and `end` is emitted; nothing is thrown into the process. */
  readonly client: pg.Client;
  close(): Promise<void>;
}
