import { throwIfAborted } from '@1688/core';
import { isDriverError, quoteName, toSyncError, type Connection } from '@1688/db';

/** A piece of SQL with its bindings. It may be a binding of another piece; never `await` one, that would run it. */
export type Sql = ReturnType<Connection['knex']['raw']>;
export type Binding = Sql | string | number | boolean | null | Date | readonly string[];

/** One connection, pool or transaction, and the schema that is looked at. */
export interface Session {
  readonly connection: Connection;
  readonly schema: string;
  readonly signal: AbortSignal | undefined;
  /** `?` stands for a value or a piece. */
  sql(text: string, bindings?: readonly Binding[]): Sql;
  /** The qualified name of a table, sequence or function of the schema. */
  named(name: string, schema?: string): Sql;
  /** The same as a value, for casts such as `?::regclass`. */
  quoted(name: string): string;
  column(name: string, alias?: string): Sql;
  /** A bare name, as in a list of columns. */
  name(name: string): Sql;
  rows<Row>(sql: Sql): Promise<Row[]>;
  /** Reads through a cursor, a few hundred rows at a time; needs a transaction. */
  stream<Row>(sql: Sql): AsyncGenerator<Row>;
}

const fetchedRows = 500;

export function openSession(connection: Connection, schema: string, signal?: AbortSignal): Session {
  const { knex } = connection;
  let cursors = 0;
  const sql = (text: string, bindings: readonly Binding[] = []): Sql => knex.raw(text, bindings as readonly string[]);
  async function rows<Row>(piece: Sql): Promise<Row[]> {
    throwIfAborted(signal, 'The work');
    try {
      const result = (await piece) as unknown as { rows: Row[] };
      return result.rows;
    } catch (error) {
      throw isDriverError(error) ? toSyncError(error) : error;
    }
  }
  return {
    connection, schema, signal, sql, rows,
    named: (name, of = schema) => sql(`${plainName(of)}.${plainName(name)}`),
    quoted: (name) => `${quoteName(schema)}.${quoteName(name)}`,
    column: (name, alias = 't') => sql(`${plainName(alias)}.${plainName(name)}`),
    name: (name) => sql(plainName(name)),
    async *stream<Row>(piece: Sql) {
      cursors += 1;
      const cursor = `observed_${cursors}`;
      await rows(sql(`declare ${cursor} no scroll cursor for ?`, [piece]));
      for (;;) {
        const page = await rows<Row>(sql(`fetch ${fetchedRows} from ${cursor}`));
        yield* page;
        if (page.length < fetchedRows) break;
      }
      await rows(sql(`close ${cursor}`));
    },
  };
}

/** Several pieces with `separator` between them; no pieces give an empty piece. */
export function joined(session: Session, pieces: readonly Sql[], separator: string): Sql {
  return session.sql(pieces.map(() => '?').join(separator), pieces);
}

/**
 * Runs `work` in one read-only snapshot: what it finds fits together, and it cannot change anything.
 * @throws what `work` throws; the snapshot is always given back
 */
export async function inSnapshot<Result>(connection: Connection, schema: string, signal: AbortSignal | undefined, work: (session: Session) => Promise<Result>): Promise<Result> {
  const trx = await connection.knex.transaction({ isolationLevel: 'repeatable read', readOnly: true }).catch((error: unknown) => {
    throw isDriverError(error) ? toSyncError(error) : error;
  });
  try {
    const session = openSession({ knex: trx, schema: connection.schema }, schema, signal);
    await steadyForm(session);
    return await work(session);
  } finally {
    await trx.rollback().catch(() => undefined); // a broken connection has given its snapshot back already
  }
}

/** Within this transaction a row has the same form as JSON wherever and whenever it is read: images of it can be compared. */
export async function steadyForm(session: Session): Promise<void> {
  const settings = { timezone: 'UTC', bytea_output: 'hex', extra_float_digits: '1', intervalstyle: 'postgres' };
  await session.rows(session.sql(`select ${Object.keys(settings).map(() => 'set_config(?, ?, true)').join(', ')}`, Object.entries(settings).flat()));
}

/** A quoted name in which knex sees no place for a value; `??` would cut it at a dot. */
function plainName(name: string): string {
  return quoteName(name).replaceAll('?', '\\?');
}
