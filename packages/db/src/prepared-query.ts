import { hash } from 'node:crypto';
import type pg from 'pg';
import type { Connection } from './connection.ts';
import { sqlStateOf } from './database-error.ts';
import { withClient } from './transaction.ts';

/** What a pooler answers that hands a statement to another connection than the one that prepared it. */
const notPrepared = new Set(['26000', '42P05']);

/**
 * A statement that is asked again and again, planned once for each connection. Behind a pooler that cannot do that, and inside a
 * transaction, which a refusal would abort, it is planned each time.
 */
export async function preparedQuery<Row extends pg.QueryResultRow>(db: Connection, text: string, values: readonly unknown[]): Promise<Row[]> {
  const ask = async (name: string | undefined): Promise<Row[]> =>
    withClient(db, async (client) => (await client.query<Row>({ text, values: [...values], ...(name === undefined ? {} : { name }) })).rows);
  if (db.knex.isTransaction) return ask(undefined);
  try {
    return await ask(`s${hash('sha256', text, 'hex').slice(0, 24)}`);
  } catch (error) {
    if (notPrepared.has(sqlStateOf(error) ?? '')) return ask(undefined);
    throw error;
  }
}
