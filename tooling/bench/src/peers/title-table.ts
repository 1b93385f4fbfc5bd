import pg from 'pg';
import type { Query } from '../search/query-classes.ts';
import type { BenchServer } from '../store/bench-server.ts';
import { schema } from '../store/filled-tables.ts';

/** Titles and sales alone in a narrow table, the best that a scan can be given; searched without us. */
export interface TitleTable extends AsyncDisposable {
  /** Reads the whole table. */
  scan(query: Query): Promise<void>;
  /** Is forced onto a pg_trgm index; null where the server does not come with that extension. */
  readonly trigrams: ((query: Query) => Promise<void>) | null;
}

const scanOnly = ['enable_indexscan', 'enable_bitmapscan', 'enable_indexonlyscan'];
const indexOnly = ['enable_seqscan', 'enable_indexscan', 'enable_indexonlyscan'];

/** Copies the titles of a store into a table of their own beside it, with a trigram index if there can be one. */
export async function openTitleTable(server: BenchServer, database: string): Promise<TitleTable> {
  const hasTrigrams = await server.with(database, async (client) => {
    await client.query(`create table public.titles as select id, title, sold_quantity from ${schema}.products order by id`);
    const { rowCount } = await client.query(`select from pg_available_extensions where name = 'pg_trgm'`);
    if (rowCount !== null && rowCount > 0) {
      await client.query('create extension pg_trgm schema public');
      await client.query(`set maintenance_work_mem = '512MB'`);
      await client.query('create index titles_trigrams on public.titles using gin (title public.gin_trgm_ops)');
    }
    await client.query('vacuum (analyze) public.titles');
    return (rowCount ?? 0) > 0;
  });
  const scanning = await without(scanOnly, server.address(database));
  const indexed = hasTrigrams ? await without(indexOnly, server.address(database)) : null;
  return {
    scan: (query) => firstPage(scanning, query),
    trigrams: indexed === null ? null : (query) => firstPage(indexed, query),
    async [Symbol.asyncDispose]() {
      await scanning.end();
      await indexed?.end();
    },
  };
}

async function without(settings: readonly string[], connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (const setting of settings) await client.query(`set ${setting} = off`);
  return client;
}

async function firstPage(client: pg.Client, { terms }: Query): Promise<void> {
  const patterns = terms.map((term) => `%${term.replace(/[\\%_]/g, (character) => `\\${character}`)}%`);
  await client.query(
    `select id, title, sold_quantity from public.titles where ${patterns.map((_, index) => `title ilike $${index + 1}`).join(' and ')} order by sold_quantity desc, id desc limit 20`, patterns);
}
