import type { Asker, Statement } from './asker.ts';
import { foundColumns, type FoundRow } from './found-row.ts';
import { gramsOf, lexeme, likePattern, type GramQuery } from './gram-query.ts';
import { expectedTogether, type GramStatistics } from './gram-statistics.ts';
import { listedConditions, type Conditions, type SearchFilter } from './search-filter.ts';
import { sortColumns, type Position, type SearchSort } from './search-sort.ts';

export interface PageRequest {
  readonly query: GramQuery;
  readonly filter: SearchFilter;
  readonly sort: SearchSort;
  /** Where the page before ended. */
  readonly start: Position | null;
  /** Rows, at most. */
  readonly limit: number;
}

/**
 * How a page is found. `index`: every title that the index of grams gives is looked at, then sorted. `walk`: products are looked at in the
 * order of the sort, so many at most, until the page is full; for terms that are everywhere. `valued` and `without`: no term, only
 * products with or without a value to sort by.
 */
export type Way = 'index' | 'valued' | 'without' | { readonly walk: number };

const longestWalk = 20_000;

/** Products whose titles hold every term, in the order of the sort; all products where there is no term. */
export async function exactPage(asker: Asker, request: PageRequest, statistics: GramStatistics | null): Promise<FoundRow[]> {
  const { query, start, limit } = request;
  const ask = (way: Way, part: PageRequest = request): Promise<FoundRow[]> => asker.ask<FoundRow>(exactStatement(asker.schema, part, way));
  if (query.terms.length > 0) {
    const walk = start?.key === null ? null : walkFor(request, statistics);
    const walked = walk === null ? [] : await ask({ walk });
    return walked.length === limit ? walked : ask('index');
  }
  const valued = start?.key === null ? [] : await ask('valued');
  if (valued.length === limit) return valued;
  return [...valued, ...(await ask('without', { ...request, start: start?.key === null ? start : null, limit: limit - valued.length }))];
}

/** Walking pays where it passes fewer products than the index would give. @returns how many products to pass at most */
function walkFor({ query, limit }: PageRequest, statistics: GramStatistics | null): number | null {
  const found = statistics && expectedTogether(query.grams, statistics);
  if (!found) return null;
  const passed = (limit * statistics.total) / found;
  return 2 * passed < found ? Math.min(longestWalk, Math.ceil(8 * passed)) : null;
}

/** One statement of a page. Exported for the tests that read plans. */
export function exactStatement(schema: string, { query, filter, sort, start, limit }: PageRequest, way: Way): Statement {
  const conditions = listedConditions(schema, query, filter);
  const { s, values, bind } = conditions;
  const column = sortColumns[sort];
  const { name, type, direction } = column;
  const key = way === 'without' ? '' : `p.${name} ${direction}${way === 'index' ? ' nulls last' : ''}, `;
  const order = `order by ${key}p.id ${direction}`;
  const after = direction === 'asc' ? '>' : '<';
  const none = `p.${name} is null`;
  const position = (): string => {
    if (start === null) return { index: 'true', without: none }[way as string] ?? `p.${name} is not null`;
    if (start.key === null) return `${none} and p.id ${after} ${bind(start.id)}::bigint`;
    const behind = `(p.${name}, p.id) ${after} (${bind(start.key)}::${type}, ${bind(start.id)}::bigint)`;
    return way === 'index' ? `(${behind} or ${none})` : behind;
  };
  const matches = matching(query, conditions);
  const products = `${s}.products p`;
  const from = typeof way === 'object'
    ? `(select p.* from ${products} where ${position()} ${order} limit ${bind(way.walk)}) p where ${matches}`
    : `${products} where ${matches} and ${position()}`;
  // Kept apart, as the planner takes the order of the sort for a shortcut to rare titles otherwise, and walks the whole table.
  const text = `with found as ${way === 'index' ? 'materialized ' : ''}(select p.id, p.${name} from ${from}),
    page as (select p.id from found p ${order} limit ${bind(limit)})
    select ${foundColumns(s, column)} from page join ${products} using (id) ${order}`;
  return { text, values };
}

/** Conditions that a product is listed and its title holds every term. */
export function matching({ terms, grams }: GramQuery, { s, bind, text }: Conditions): string {
  if (terms.length === 0) return text;
  return [text, `p.title_grams @@ ${bind(grams.map(lexeme).join(' & '))}::tsquery`, ...terms.flatMap((term) => holding(term, s, bind))].join(' and ');
}

/** A term that is one gram needs no second look; one of Chinese characters only mostly stands in the title as it is, which is quickly seen. */
function holding(term: string, s: string, bind: (value: unknown) => string): string[] {
  if (gramsOf(term).join() === term) return [];
  const pattern = bind(likePattern(term));
  const folded = `${s}.fold(p.title) like ${pattern}`;
  return [/^\p{Script=Han}+$/u.test(term) ? `(p.title like ${pattern} or ${folded})` : folded];
}
