import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchServer } from './bench-server.ts';
import { schema } from './filled-tables.ts';

/** What a run left in the log and in the tables of one database. */
export interface Traces {
  /**
   * All that the server wrote into its write-ahead log meanwhile. A checkpoint came before, so the whole image of each page that was
   * touched for the first time is in it.
   */
  readonly walBytes: number;
  /** Dead tuples that lie there now and did not before, by table; tables without are not named. */
  readonly deadTuples: ReadonlyMap<string, number>;
}

/** Row versions are vacuumed and the server at rest before `work` begins, so that only its own traces are found after it. */
export async function tracesOf<Result>(server: BenchServer, database: string, work: () => Promise<Result>): Promise<{ result: Result; traces: Traces }> {
  await server.with(database, async (client) => {
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
  });
  const before = { wal: await walPosition(server, database), dead: await deadTuples(server, database) };
  const result = await work();
  const after = await walPosition(server, database);
  await sleep(1_000); // PostgreSQL 14 collects statistics with a delay
  const dead = [...(await deadTuples(server, database))].map(([table, count]) => [table, count - (before.dead.get(table) ?? 0)] as const);
  return { result, traces: { walBytes: after - before.wal, deadTuples: new Map(dead.filter(([, count]) => count > 0)) } };
}

async function walPosition(server: BenchServer, database: string): Promise<number> {
  const { rows } = await server.with(database, (client) => client.query<{ bytes: string }>(`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`));
  return Number(rows[0]?.bytes);
}

async function deadTuples(server: BenchServer, database: string): Promise<Map<string, number>> {
  const { rows } = await server.with(database, (client) => client.query<{ relname: string; dead: string }>('select relname, n_dead_tup as dead from pg_stat_user_tables where schemaname = $1', [schema]));
  return new Map(rows.map(({ relname, dead }) => [relname, Number(dead)]));
}
