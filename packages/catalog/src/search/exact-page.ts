import type { Asker, Statement } from './asker.ts';
import { foundColumns, keyText, type FoundRow } from './found-row.ts';
import { gramsOf, lexeme, likePattern, type GramQuery } from './gram-query.ts';
import { expectedTogether, type GramStatistics } from './gram-statistics.ts';
import { listedConditions, type Conditions, type SearchFilter } from './search-filter.ts';
import { sortColumns, type Position, type SearchSort, type SortColumn } from './search-sort.ts';

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
 * order of the sort, so many at most, until the page is full; for terms that are everywhere. `window`: of what the index gives only that
 * which stands before `end` in the order of the sort, so that few products are looked at. `valued` and `without`: no term, only products
 * with or without a value to sort by.
 */
export type Way = 'index' | 'valued' | 'without' | { readonly walk: number } | { readonly end: string };

const longestWalk = 20_000;
/** So many times as far as a page is expected to reach: where its titles stand is chance. */
const windowShare = 3;
const longestWindow = 200_000;

/** Products whose titles hold every term, in the order of the sort; all products where there is no term. */
export async function exactPage(asker: Asker, request: PageRequest, statistics: GramStatistics | null): Promise<FoundRow[]> {
  const { query, start, limit } = request;
  const ask = (way: Way, part: PageRequest = request): Promise<FoundRow[]> => asker.ask<FoundRow>(exactStatement(asker.schema, part, way));
  if (query.terms.length > 0) {
    const way = start?.key === null ? 'index' : await wayOf(asker, request, statistics);
    const rows = await ask(way);
    return way === 'index' || rows.length === limit ? rows : ask('index');
  }
  const valued = start?.key === null ? [] : await ask('valued');
  if (valued.length === limit) return valued;
  return [...valued, ...(await ask('without', { ...request, start: start?.key === null ? start : null, limit: limit - valued.length }))];
}

/** The way that looks at the fewest products, as far as statistics tell. */
async function wayOf(asker: Asker, request: PageRequest, statistics: GramStatistics | null): Promise<Way> {
  const found = statistics && expectedTogether(request.query.grams, statistics);
  if (!found) return 'index';
  const passed = (request.limit * statistics.total) / found;
  const window = Math.ceil(windowShare * passed);
  // In products looked at; an entry of an index or of a list of grams is some fiftieth of that.
  const costs = { index: found, walk: 2 * passed, window: (window + found) / 50 + windowShare * request.limit };
  if (window <= longestWindow && costs.window < Math.min(costs.index, costs.walk)) {
    const end = await endOf(asker, request, window);
    return end === null ? 'index' : { end };
  }
  return costs.walk < costs.index ? { walk: Math.min(longestWalk, Math.ceil(8 * passed)) } : 'index';
}

/** The value of the product that stands so far behind the start of the page; null when there are not so many that have one. */
async function endOf({ ask, schema }: Asker, { sort, start }: PageRequest, window: number): Promise<string | null> {
  const { s, bind, values } = listedConditions(schema, { terms: [], excluded: [], grams: [] }, {});
  const column = sortColumns[sort];
  const { name, direction } = column;
  const behind = start === null ? `p.${name} is not null` : isBehind(column, start, bind);
  const rows = await ask<{ key: string }>({
    text: `select ${keyText(`p.${name}`, column)} as key from ${s}.products p where ${behind} order by p.${name} ${direction}, p.id ${direction} offset ${bind(window)}::bigint limit 1`, values,
  });
  return rows[0]?.key ?? null;
}

function isBehind({ name, type, direction }: SortColumn, { key, id }: Position, bind: (value: unknown) => string): string {
  return `(p.${name}, p.id) ${direction === 'asc' ? '>' : '<'} (${bind(key)}::${type}, ${bind(id)}::bigint)`;
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
  const isWindow = typeof way === 'object' && 'end' in way;
  const position = (): string => {
    if (start === null) return { index: 'true', without: none }[way as string] ?? `p.${name} is not null`;
    if (start.key === null) return `${none} and p.id ${after} ${bind(start.id)}::bigint`;
    const behind = isBehind(column, start, bind);
    return way === 'index' ? `(${behind} or ${none})` : behind;
  };
  const matches = matching(query, conditions);
  const products = `${s}.products p`;
  const within = isWindow ? ` and p.${name} ${direction === 'asc' ? '<=' : '>='} ${bind(way.end)}::${type}` : '';
  const from = typeof way === 'object' && 'walk' in way
    ? `(select p.* from ${products} where ${position()} ${order} limit ${bind(way.walk)}) p where ${matches}`
    : `${products} where ${matches} and ${position()}${within}`;
  // Kept apart, as the planner takes the order of the sort for a shortcut to rare titles otherwise, and walks the whole table.
  const text = `with found as ${way === 'index' || isWindow ? 'materialized ' : ''}(select p.id, p.${name} from ${from}),
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
