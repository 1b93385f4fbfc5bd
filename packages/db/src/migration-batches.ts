import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '@1688/core';
import type pg from 'pg';
import { sqlStateOf } from './database-error.ts';
import { quoteName } from './quote-name.ts';

/** Rows that one transaction of a refill looks at: few enough that nobody waits long for one of them. */
const rowsAtOnce = 2_000;
const mostAttempts = 8;

/** Runs the statement of a migration of mode `batches` until it has seen the last row. */
export async function runInBatches(client: pg.Client, sql: string, signal: AbortSignal | undefined): Promise<void> {
  for (let after: string | null = '0'; after !== null;) {
    throwIfAborted(signal, 'Migrating');
    after = await runBatch(client, sql.replaceAll(':after:', BigInt(after).toString()).replaceAll(':rows:', String(rowsAtOnce)));
  }
}

/** Writers that hold rows of a batch may wait for each other with it: the server ends one of them, and the batch is tried again. */
async function runBatch(client: pg.Client, sql: string): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { rows } = await client.query<{ last: string | null }>(sql);
      return rows[0]?.last ?? null;
    } catch (error) {
      if (attempt === mostAttempts || !['40P01', '40001', '55P03'].includes(sqlStateOf(error) ?? '')) throw error;
      await sleep(50 * 2 ** attempt * Math.random());
    }
  }
}

/** Makes an index that nobody waits for; one that an interrupted run left unfinished goes first. */
export async function makeIndex(client: pg.Client, sql: string, schema: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and not i.indisvalid`, [schema]);
  const index = /create (?:unique )?index (\w+)/.exec(sql)?.[1];
  if (rows.some(({ name }) => name === index)) await client.query(`drop index concurrently ${quoteName(schema)}.${quoteName(index ?? '')}`);
  await client.query(sql.replace(/(create (?:unique )?index) (\w+)/, '$1 concurrently if not exists $2'));
}
