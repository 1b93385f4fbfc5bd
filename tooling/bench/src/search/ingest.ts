import path from 'node:path';
import { runImporter } from '../importer/run-importer.ts';
import { interleaved } from '../interleaved.ts';
import type { Figure } from '../benchmark.ts';
import { writeOffers } from '../offers/offer-file.ts';
import type { TitleSource } from '../offers/title-source.ts';
import type { BenchServer } from '../store/bench-server.ts';
import { schema } from '../store/filled-tables.ts';

const unsearchable = 'unsearchable';

export interface IngestOptions {
  readonly rows: number;
  readonly runs: number;
  readonly titles: TitleSource;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * A fresh import as it is (`ingest`), and into a schema in which nothing serves the search (`ingestBare`): every function that makes
 * a tsvector gives an empty one, and products have no index on such a column. Counting grams at the end is part of both.
 */
export async function ingestRates(server: BenchServer, { rows, runs, titles, folder, signal }: IngestOptions): Promise<Figure[]> {
  const file = path.join(folder, 'ingest.jsonl');
  await writeOffers(file, { rows, titles, signal });
  await server.fresh(unsearchable);
  await server.with(unsearchable, (client) => client.query(emptied));
  const rate = (template?: string) => async (): Promise<number> => {
    const { seconds } = await runImporter({ address: await server.fresh('ingest', template), file, folder, rows, signal });
    await server.drop('ingest');
    return rows / seconds;
  };
  const figures = await interleaved([{ who: 'ingest', run: rate() }, { who: 'ingestBare', run: rate(unsearchable) }], { runs, unit: 'offers/s', signal });
  await server.drop(unsearchable);
  return figures;
}

const emptied = `
do $$
declare
  name text;
begin
  for name in
    select format('create or replace function %s(%s) returns tsvector language sql immutable strict parallel safe return ''''::tsvector',
      p.oid::regproc, pg_get_function_arguments(p.oid))
    from pg_proc p where p.pronamespace = '${schema}'::regnamespace and p.prorettype = 'tsvector'::regtype and p.prokind = 'f'
  loop
    execute name;
  end loop;
  for name in
    select distinct i.indexrelid::regclass::text from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = '${schema}.products'::regclass and a.atttypid = 'tsvector'::regtype
  loop
    execute 'drop index ' || name;
  end loop;
end
$$`;
