import { quoteName } from '@1688/db';
import type pg from 'pg';

/** How often grams occur, as the server's own statistics have it: every ANALYZE keeps them up to date, at no cost of ours. */
export interface GramStatistics {
  /** Products, about; where the table was never analyzed they are counted, up to 50,000. */
  readonly total: number;
  /** Titles with a gram, of those asked for that are common. */
  readonly common: ReadonlyMap<string, number>;
  /** Any other gram is in at most so many titles; null where nothing is known. */
  readonly rareUpTo: number | null;
}

export async function gramStatistics(client: pg.ClientBase, schema: string, grams: readonly string[]): Promise<GramStatistics> {
  const { rows } = await client.query<{ total: number; least: number | null; grams: string[] | null; shares: number[] | null }>(
    `select case when s.elems is not null then greatest(c.reltuples, 1) else (select count(*) from (select from ${quoteName(schema)}.products limit 50000) counted) end::float8 as total, s.most_common_elem_freqs[cardinality(s.elems)]::float8 as least,
       (select array_agg(gram) from unnest(s.elems) gram where gram = any($3)) as grams,
       (select array_agg(share::float8) from unnest(s.elems, s.most_common_elem_freqs) e (gram, share) where gram = any($3)) as shares
     from pg_class c
     left join lateral (select most_common_elem_freqs, most_common_elems::text::text[] as elems from pg_stats
       where schemaname = $1 and tablename = 'products' and attname = 'title_grams' offset 0) s on true
     where c.oid = $2::regclass`, [schema, `${quoteName(schema)}.products`, grams]);
  const { total = 0, least = null, grams: names, shares } = rows[0] ?? {};
  const common = new Map((names ?? []).map((gram, at) => [gram, Math.round((shares?.[at] ?? 0) * total)]));
  return { total, common, rareUpTo: least === null ? null : Math.ceil(least * total) };
}
