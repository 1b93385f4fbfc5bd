import { quoteName, type Connection } from '@1688/db';
import type pg from 'pg';

/** How often grams occur, as the server's own statistics have it: every ANALYZE keeps them up to date, at no cost of ours. */
export interface TitleStatistics {
  /** Products, about; where the table was never analyzed they are counted, up to 50,000. */
  readonly total: number;
  /** Titles with a gram, of those that are common. */
  readonly common: ReadonlyMap<string, number>;
  /** Any other gram is in at most so many titles; null where nothing is known. */
  readonly rareUpTo: number | null;
}

export interface GramStatistics extends TitleStatistics {
  /** Words that stand beside the titles of thousands of products: `否`, `是`, a large category. They find nobody in particular. */
  readonly everywhereBeside: ReadonlySet<string>;
}

/** Products that a word beside the title may lead to. */
const mostBeside = 5_000;

/** Two grams of one query stand together more often than by chance. */
const togetherness = 4;
/** Statistics steer the way to an answer, never the answer: a minute late is no harm, and reading them takes longer than many a search. */
const keptMs = 60_000;

const kept = new WeakMap<Connection, { readonly readAt: number; readonly schema: string; readonly statistics: GramStatistics }>();

/** Read once a minute for each open database. */
export async function gramStatistics(client: pg.ClientBase, db: Connection): Promise<GramStatistics> {
  const known = kept.get(db);
  if (known && known.schema === db.schema && performance.now() - known.readAt < keptMs) return known.statistics;
  const statistics = await readStatistics(client, db.schema);
  if (statistics.rareUpTo !== null) kept.set(db, { readAt: performance.now(), schema: db.schema, statistics });
  return statistics;
}

async function readStatistics(client: pg.ClientBase, schema: string): Promise<GramStatistics> {
  const products = `${quoteName(schema)}.products`;
  // Behind the shares of single elements stand the least and the greatest of them, and the share of nulls.
  const { rows } = await client.query<{ titles: number; grams: string[]; shares: number[] }>(
    `select greatest(c.reltuples, 1)::float8 as titles, s.most_common_elems::text::text[] as grams, s.most_common_elem_freqs::float8[] as shares
     from pg_stats s join pg_class c on c.relname = s.tablename join pg_namespace n on n.oid = c.relnamespace and n.nspname = s.schemaname
     where c.oid = $1::regclass and s.attname = 'title_grams' and s.most_common_elems is not null`, [products]);
  if (!rows[0]) {
    const { rows: [counted] } = await client.query<{ titles: number }>(`select count(*)::float8 as titles from (select from ${products} limit 50000) counted`);
    return { total: counted?.titles ?? 0, common: new Map(), rareUpTo: null, everywhereBeside: new Set() };
  }
  const { titles: total, grams, shares } = rows[0];
  return {
    total,
    common: new Map(grams.map((gram, at) => [gram, Math.round((shares[at] ?? 0) * total)])),
    rareUpTo: Math.ceil((shares[grams.length] ?? 0) * total),
    everywhereBeside: await wordsEverywhere(client, schema, total),
  };
}

async function wordsEverywhere(client: pg.ClientBase, schema: string, total: number): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ word: string }>(
    `select e.word from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs[1:cardinality(s.most_common_elems::text::text[])]) e (word, share)
     where s.schemaname = $1 and s.tablename = 'products_context' and s.attname = 'context_grams' and e.share * $2::float8 > ${mostBeside}`, [schema, total]);
  return new Set(rows.map(({ word }) => word));
}

/** Titles with a gram, about. */
export function expectedTitles(gram: string, { total, common, rareUpTo }: TitleStatistics): number {
  return common.get(gram) ?? Math.ceil((rareUpTo ?? total) / 4);
}

/** Titles that hold all of these grams, about; 0 where nothing is known. */
export function expectedTogether(grams: readonly string[], statistics: TitleStatistics): number {
  const { total, rareUpTo } = statistics;
  if (rareUpTo === null || total === 0) return 0;
  const share = grams.reduce((product, gram) => product * (expectedTitles(gram, statistics) / total), 1);
  return total * Math.min(1, share * togetherness ** (grams.length - 1));
}
