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

/** Two grams of one query stand together more often than by chance. */
const togetherness = 4;

export async function gramStatistics(client: pg.ClientBase, schema: string, grams: readonly string[]): Promise<GramStatistics> {
  const s = quoteName(schema);
  const { rows } = await client.query<{ total: number; least: number | null; grams: string[] | null; shares: number[] | null }>(
    `select least_share as least, grams, shares,
       case when least_share is null then (select count(*) from (select from ${s}.products limit 50000) counted)
         else (select greatest(reltuples, 1) from pg_class where oid = $1::regclass) end::float8 as total
     from ${s}.gram_statistics($1::regclass, $2)`, [`${s}.products`, grams]);
  const { total = 0, least = null, grams: names, shares } = rows[0] ?? {};
  const common = new Map((names ?? []).map((gram, at) => [gram, Math.round((shares?.[at] ?? 0) * total)]));
  return { total, common, rareUpTo: least === null ? null : Math.ceil(least * total) };
}

/** Titles with a gram, about. */
export function expectedTitles(gram: string, { total, common, rareUpTo }: GramStatistics): number {
  return common.get(gram) ?? Math.ceil((rareUpTo ?? total) / 4);
}

/** Titles that hold all of these grams, about; 0 where nothing is known. */
export function expectedTogether(grams: readonly string[], statistics: GramStatistics): number {
  const { total, rareUpTo } = statistics;
  if (rareUpTo === null || total === 0) return 0;
  const share = grams.reduce((product, gram) => product * (expectedTitles(gram, statistics) / total), 1);
  return total * Math.min(1, share * togetherness ** (grams.length - 1));
}
