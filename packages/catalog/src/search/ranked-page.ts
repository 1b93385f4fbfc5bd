import { foldText } from '@1688/core';
import type { Asker } from './asker.ts';
import { contextQuery } from './context-query.ts';
import { foundColumns, keyText, type FoundRow } from './found-row.ts';
import { gramsOf, lexeme, likePattern } from './gram-query.ts';
import type { GramStatistics } from './gram-statistics.ts';
import { candidateQuery, mostCandidates, mostUnknown } from './ranked-candidates.ts';
import { listedConditions } from './search-filter.ts';
import { comparePositions, sortColumns, type Position } from './search-sort.ts';
import { queryGrams, rarity, titleScore, type QueryGrams, type ScoredQuery } from './title-score.ts';
import type { PageRequest } from './exact-page.ts';

export interface RankedPage {
  readonly rows: (FoundRow & { readonly score: number })[];
  /** Ids of all that were looked at and share something with the query. */
  readonly candidates: readonly string[];
  /** Whether there may be more than the candidates. */
  readonly isCut: boolean;
}

interface CandidateRow { id: string; title: string; key: string | null; supplier_id: string | null }

/** For a title of the best whose category or attributes have a piece of the query, and for one of a supplier that is named in it. */
const contextScore = 0.15;
const supplierScore = 0.4;
/** Titles of the best score that are asked for what stands beside them. */
const mostWithContext = 60;
/** Products that come in by what stands beside the title alone, where titles give few. */
const mostByContext = 500;
const fewByTitle = 500;
const mostSuppliers = 20;
const longestName = 64;

/** Grams whose frequency a ranked search asks for. */
export function rankedGrams({ singles, pairs, words }: QueryGrams): string[] {
  return [...singles, ...words, ...pairs.map(([first, second]) => first + second)];
}

/**
 * A page of the products that share the query's rarer characters, best first: the index gives the candidates, this process scores them.
 * What stands beside the title (category, attributes, the supplier's name) counts for less than the title.
 */
export async function rankedPage(asker: Asker, request: PageRequest, statistics: GramStatistics): Promise<RankedPage> {
  const { query, sort, start, limit } = request;
  const grams = queryGrams(query.terms);
  if (rankedGrams(grams).length === 0) return { rows: [], candidates: [], isCut: false };
  const most = statistics.rareUpTo === null ? mostUnknown : 2 * mostCandidates;
  const byTitle = await candidates(asker, request, (bind) => `p.title_grams @@ ${bind(candidateQuery(grams, statistics))}::tsquery`, most);
  const suppliers = await namedSuppliers(asker, query.terms);
  const context = contextQuery(query.terms);
  const rareContext = byTitle.length < fewByTitle ? contextQuery(query.terms, statistics.everywhereBeside) : null;
  const beside = [
    ...(suppliers.length > 0 ? await candidates(asker, request, (bind) => `p.supplier_id = any(${bind(suppliers)}::bigint[])`, mostByContext) : []),
    ...(rareContext === null ? [] : await candidates(asker, request, (bind, s) => `${contextOf(s)} @@ ${bind(rareContext)}::tsquery`, mostByContext)),
  ];
  const rows = [...new Map([...byTitle, ...beside].map((row) => [row.id, { ...row, title: foldText(row.title) }])).values()];
  const scored = weighed(query.terms, grams, statistics, rows);
  const named = new Set(suppliers);
  const positions = rows.map(({ id, title, key, supplier_id }): Position => ({ id, key, score: titleScore(scored, title) + (named.has(supplier_id ?? '') ? supplierScore : 0) }));
  const compare = comparePositions(sort);
  const best = await withContext(asker, positions.toSorted(comparePositions('relevance')), context);
  const listed = best.filter(({ score }) => score > 0);
  const page = listed.toSorted(compare).filter((each) => start === null || compare(start, each) < 0).slice(0, limit);
  return { rows: await rowsOf(asker, request, page), candidates: listed.map(({ id }) => id), isCut: byTitle.length === most };
}

type Condition = (bind: (value: unknown) => string, s: string) => string;

function candidates({ ask, schema }: Asker, { query, filter, sort }: PageRequest, condition: Condition, most: number): Promise<CandidateRow[]> {
  const { s, values, bind, text } = listedConditions(schema, query, filter);
  const column = sortColumns[sort];
  return ask<CandidateRow>({
    text: `select p.id, p.title, p.supplier_id, ${keyText(`p.${column.name}`, column)} as key from ${s}.products p where ${text} and ${condition(bind, s)} limit ${bind(most)}`, values,
  });
}

function contextOf(s: string): string {
  return `${s}.context_grams(p.category_name, p.attributes)`;
}

/** Suppliers in whose name a term of three characters and more stands; many are none: the term is a common word. */
async function namedSuppliers({ ask, schema }: Asker, terms: readonly string[]): Promise<string[]> {
  const names = terms.filter((term) => [...term].length >= 3).map((term) => ({ term, grams: gramsOf(term).slice(0, longestName).map(lexeme).join(' & ') })).filter(({ grams }) => grams !== '');
  if (names.length === 0) return [];
  const { s, values, bind } = listedConditions(schema, { terms: [], excluded: [], grams: [] }, {});
  const each = names.map(({ term, grams }) => `(${s}.grams(name) @@ ${bind(grams)}::tsquery and ${s}.fold(name) like ${bind(likePattern(term))})`);
  const rows = await ask<{ id: string }>({ text: `select id from ${s}.suppliers where deleted_at is null and (${each.join(' or ')}) limit ${mostSuppliers + 1}`, values });
  return rows.length > mostSuppliers ? [] : rows.map(({ id }) => id);
}

/** The best by their titles get what their category and attributes add; the others stand behind them as they are. */
async function withContext({ ask, schema }: Asker, sorted: readonly Position[], context: string | null): Promise<Position[]> {
  const asked = sorted.slice(0, mostWithContext);
  if (context === null || asked.length === 0) return [...sorted];
  const { s, values, bind } = listedConditions(schema, { terms: [], excluded: [], grams: [] }, {});
  const rows = await ask<{ id: string }>({ text: `select p.id from ${s}.products p where p.id = any(${bind(asked.map(({ id }) => id))}::bigint[]) and ${contextOf(s)} @@ ${bind(context)}::tsquery`, values });
  const found = new Set(rows.map(({ id }) => id));
  return sorted.map((each) => (found.has(each.id) ? { ...each, score: each.score + contextScore } : each));
}

/** How rare each gram is: counted among the candidates where these hold all its titles, else as the statistics have it. */
function weighed(terms: readonly string[], { singles, pairs }: QueryGrams, { total, common }: GramStatistics, rows: readonly CandidateRow[]): ScoredQuery {
  const all = Math.max(total, rows.length);
  const documents = (gram: string): number => common.get(gram) ?? rows.reduce((count, { title }) => count + (title.includes(gram) ? 1 : 0), 0);
  return {
    terms,
    singles: new Map(singles.map((character) => [character, rarity(documents(character), all)])),
    pairs: pairs.map(([first, second]) => ({ first, second, weight: rarity(documents(first + second), all) })),
  };
}

async function rowsOf({ ask, schema }: Asker, { sort }: PageRequest, page: readonly Position[]): Promise<RankedPage['rows']> {
  const { s, values, bind } = listedConditions(schema, { terms: [], excluded: [], grams: [] }, {});
  const rows = await ask<FoundRow>({ text: `select ${foundColumns(s, sortColumns[sort])} from ${s}.products p where p.id = any(${bind(page.map(({ id }) => id))}::bigint[])`, values });
  const found = new Map(rows.map((row) => [row.id, row]));
  return page.flatMap(({ id, key, score }) => {
    const row = found.get(id);
    return row ? [{ ...row, key, score: Number(score.toFixed(4)) }] : [];
  });
}
