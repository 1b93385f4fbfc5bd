import { quoteName } from '@1688/db';
import type pg from 'pg';
import type { GramQuery } from './gram-query.ts';
import { gramStatistics, type GramStatistics } from './gram-statistics.ts';
import { candidateQuery, mostCandidates, mostUnknown } from './ranked-candidates.ts';
import { itemColumns, sortKeys, titleConditions, type SearchRow, type StatementInput } from './search-statement.ts';
import { queryGrams, rarity, titleScore, type QueryGrams, type ScoredQuery } from './title-score.ts';

interface Candidate {
  readonly id: string;
  readonly title: string;
  /** As numeric text of the server, or the score. */
  readonly keys: readonly [string, string];
}

interface CandidateRow { id: string; title: string; first_key: string; second_key: string }

/**
 * A page of the products that share the query's rarer characters, best first: the index gives the candidates, this process scores them.
 * @returns one more than `limit` where there are more
 */
export async function rankedPage(client: pg.ClientBase, schema: string, query: GramQuery, input: StatementInput): Promise<SearchRow[]> {
  const { sort, start, limit, ...filter } = input;
  const s = quoteName(schema);
  const grams = queryGrams(query.terms);
  const names = [...grams.singles, ...grams.pairs.map(([first, second]) => first + second)];
  if (names.length === 0) return [];
  const statistics = await gramStatistics(client, schema, names);
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [...titleConditions(s, query, filter, bind), `p.title_grams @@ ${bind(candidateQuery(grams, statistics))}::tsquery`];
  const [first, second] = sortKeys[sort];
  const most = statistics.rareUpTo === null ? mostUnknown : 2 * mostCandidates;
  const { rows: raw } = await client.query<CandidateRow>(
    `select p.id, p.title, (${first})::numeric as first_key, (${second})::numeric as second_key
     from ${s}.products p where ${conditions.join(' and ')} limit ${bind(most)}`, values);
  const rows = raw.map((row) => ({ ...row, title: row.title.normalize('NFKC').toLowerCase() })); // as fold() has it, without its cost
  const scored = weighed(query.terms, grams, statistics, rows);
  const scores = new Map(rows.map(({ id, title }) => [id, titleScore(scored, title)]));
  const candidates = rows.map(({ id, title, first_key, second_key }): Candidate => ({ id, title, keys: sort === 'relevance' ? [String(scores.get(id)), first_key] : [first_key, second_key] }));
  const page = candidates.toSorted(byKeys).filter((each) => start === null || byKeys({ id: start[2] ?? '', keys: [start[0] ?? '', start[1] ?? ''] }, each) < 0).slice(0, limit + 1);
  return itemsOf(client, s, page, scores);
}

/** How rare each gram is: counted among the candidates where these hold all its titles, else as the statistics have it. */
function weighed(terms: readonly string[], { singles, pairs }: QueryGrams, { total, common }: GramStatistics, rows: readonly CandidateRow[]): ScoredQuery {
  const all = Math.max(total, rows.length);
  const documents = (gram: string): number => common.get(gram) ?? rows.reduce((count, { title }) => count + (title.includes(gram) ? 1 : 0), 0);
  return {
    terms,
    characters: new Set([...singles, ...pairs.flat()]),
    singles: new Map(singles.map((character) => [character, rarity(documents(character), all)])),
    pairs: pairs.map(([first, second]) => ({ first, second, weight: rarity(documents(first + second), all) })),
  };
}

/** Falling, as the statements of `exactStatement` are ordered. */
function byKeys(a: Pick<Candidate, 'id' | 'keys'>, b: Pick<Candidate, 'id' | 'keys'>): number {
  return Number(b.keys[0]) - Number(a.keys[0]) || Number(b.keys[1]) - Number(a.keys[1]) || (BigInt(b.id) > BigInt(a.id) ? 1 : BigInt(b.id) < BigInt(a.id) ? -1 : 0);
}

async function itemsOf(client: pg.ClientBase, s: string, page: readonly Candidate[], scores: ReadonlyMap<string, number>): Promise<SearchRow[]> {
  const { rows } = await client.query<Omit<SearchRow, 'score' | 'first_key' | 'second_key'>>(
    `select ${itemColumns(s)} from ${s}.products keyed where keyed.id = any($1::bigint[])`, [page.map(({ id }) => id)]);
  const found = new Map(rows.map((row) => [row.id, row]));
  return page.flatMap(({ id, keys }) => {
    const row = found.get(id);
    return row ? [{ ...row, score: String(scores.get(id)), first_key: keys[0], second_key: keys[1] }] : [];
  });
}
