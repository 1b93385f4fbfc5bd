import { moneySchema, normalizeMoney, SyncError } from '@1688/core';
import { withClient, type Connection } from '@1688/db';
import { readCursor, writeCursor } from '../read/cursor.ts';
import { asker } from './asker.ts';
import { exactPage, type PageRequest } from './exact-page.ts';
import { explainSearch, type SearchExplanation } from './explain-search.ts';
import type { FoundRow } from './found-row.ts';
import { gramQuery } from './gram-query.ts';
import { gramStatistics, type GramStatistics } from './gram-statistics.ts';
import { rankedPage } from './ranked-page.ts';
import { countFound, facetsOf, searchFacets, type FacetName, type Facets, type FoundCount, type FoundSet } from './search-facets.ts';
import type { SearchFilter } from './search-filter.ts';
import { searchSorts, type Position, type SearchSort } from './search-sort.ts';
import { queryGrams } from './title-score.ts';

export interface SearchOptions extends SearchFilter {
  /**
   * `exact`: only titles in which every term stands as it was given. `ranked`: also those that share characters, best first. Default
   * `auto`: exact for one term that stands in any title, else ranked.
   */
  readonly mode?: 'auto' | 'exact' | 'ranked';
  /** The same as mode `exact`. Default false. */
  readonly exact?: boolean;
  /** 1 to 200. Default 20. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | null;
  /** Default 'relevance'. */
  readonly sort?: SearchSort;
  /** Also counts what is found on all pages. Default false. */
  readonly count?: boolean;
  /** Also tells how what is found is spread over these. Default none. */
  readonly facets?: readonly FacetName[];
  /** Also tells how the answer was found. Default false. */
  readonly explain?: boolean;
}

export interface SearchItem {
  readonly offerId: string;
  readonly title: string;
  readonly titleTranslated: string | null;
  readonly priceMinCny: string | null;
  readonly priceMaxCny: string | null;
  readonly minOrderQuantity: number | null;
  readonly soldQuantity: number | null;
  readonly supplierName: string | null;
  readonly updatedAt: Date;
  /**
   * How much of the query the title has, rare characters and pairs counting more, and 1 more when all terms stand in it as given: 0 to 2;
   * and in part what its category, attributes and supplier add.
   */
  readonly score: number;
}

export interface SearchResult {
  readonly items: readonly SearchItem[];
  /** For the next page; null after the last. */
  readonly nextCursor: string | null;
  /** 'all' when the text has no term: then only the filter counts. */
  readonly mode: FoundMode;
  /** Null unless `count` was asked for. */
  readonly count: FoundCount | null;
  /** Null unless `facets` were asked for. */
  readonly facets: Facets | null;
  /** Null unless `explain` was asked for. */
  readonly explain: SearchExplanation | null;
}

export type FoundMode = 'exact' | 'ranked' | 'all';

const foundModes: readonly string[] = ['exact', 'ranked', 'all'] satisfies FoundMode[];
/** Mode, score, key and id. */
const keyPatterns = [/^(exact|ranked|all)$/, /^-?\d+(\.\d+)?$/, /^(|\d[\dT:.Z-]{0,40})$/, /^\d{1,19}$/];
/** So many grams are rare enough together: what a walk would need to know is not worth asking for. */
const mostForWalk = 3;

/**
 * Finds products by their titles, in Chinese or any other script, through an index of single characters and pairs. Terms are
 * separated by blanks; `"…"` is one term with its blanks, `-…` leaves titles out; width, case and traditional characters do not matter.
 * @throws ARGUMENT_INVALID for a limit, filter or cursor that does not fit
 */
export async function search(db: Connection, text: string, options: SearchOptions = {}): Promise<SearchResult> {
  const { mode, exact = false, limit = 20, cursor = null, sort = 'relevance', count = false, facets = [], explain = false, ...filter } = options;
  checkOptions(options);
  const started = performance.now();
  const wanted = exact ? 'exact' : (mode ?? 'auto');
  const question = [text, wanted, sort, Object.entries(filter).toSorted()];
  const { before, start } = cursor === null ? { before: null, start: null } : positionOf(readCursor(question, cursor, keyPatterns));
  return withClient(db, async (client) => {
    const query = await gramQuery(client, db.schema, text);
    const grams = queryGrams(query.terms);
    const request: PageRequest = { query, filter, sort, start, limit: limit + 1 };
    const asking = asker(client, db.schema, { explain });
    const found = await findPage();
    const shown = found.rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(toItem),
      nextCursor: found.rows.length > limit && last ? writeCursor(question, [found.mode, String(last.score), last.key ?? '', last.id]) : null,
      mode: found.mode,
      count: count ? await countFound(client, request, found.set, db.schema) : null,
      facets: facets.length > 0 ? await facetsOf(client, request, found.set, { schema: db.schema, facets }) : null,
      explain: explain ? explainSearch({ query, grams, statistics: found.statistics, candidates: found.set.candidates?.length ?? null, plans: asking.plans, started }) : null,
    };

    async function findPage(): Promise<{ rows: (FoundRow & { readonly score: number })[]; mode: FoundMode; set: FoundSet; statistics: GramStatistics | null }> {
      const isExact = before === null ? wanted === 'exact' || (wanted === 'auto' && query.terms.length === 1) : before === 'exact';
      if (query.terms.length === 0 || isExact) {
        const statistics = query.grams.length > 0 && query.grams.length <= mostForWalk ? await gramStatistics(client, db) : null;
        const rows = await exactPage(asking, request, statistics);
        const isAnswer = query.terms.length === 0 || rows.length > 0 || wanted === 'exact' || before !== null;
        const [score, name]: [number, FoundMode] = query.terms.length === 0 ? [0, 'all'] : [2, 'exact'];
        if (isAnswer) return { rows: rows.map((row) => ({ ...row, score })), mode: name, set: { candidates: null, isCut: false }, statistics };
      }
      const statistics = await gramStatistics(client, db);
      const { rows, ...set } = await rankedPage(asking, request, statistics);
      return { rows, mode: 'ranked', set, statistics };
    }
  });
}

function positionOf([mode = '', score = '', key = '', id = '']: readonly string[]): { before: string | null; start: Position } {
  return { before: foundModes.includes(mode) ? mode : null, start: { score: Number(score), key: key === '' ? null : key, id } };
}

function toItem(row: FoundRow & { readonly score: number }): SearchItem {
  const money = (value: string | null): string | null => (value === null ? null : normalizeMoney(value));
  const number = (value: string | null): number | null => (value === null ? null : Number(value));
  return {
    offerId: row.source_id,
    title: row.title,
    titleTranslated: row.title_translated,
    priceMinCny: money(row.price_min),
    priceMaxCny: money(row.price_max),
    minOrderQuantity: number(row.min_order_quantity),
    soldQuantity: number(row.sold_quantity),
    supplierName: row.supplier_name,
    updatedAt: row.updated_at,
    score: row.score,
  };
}

function checkOptions({ mode = 'auto', limit = 20, sort = 'relevance', facets = [], priceMinCny, priceMaxCny, minOrderQuantityMax, ratingMin }: SearchOptions): void {
  const check = (fits: boolean, what: string, expected: string, received: unknown): void => {
    if (!fits) throw new SyncError('ARGUMENT_INVALID', `Expected ${what} to be ${expected}, received ${String(received)}.`);
  };
  check(Number.isInteger(limit) && limit >= 1 && limit <= 200, 'limit', 'a whole number from 1 to 200', limit);
  check(['auto', 'exact', 'ranked'].includes(mode), 'mode', 'auto, exact or ranked', mode);
  check(searchSorts.includes(sort), 'sort', searchSorts.join(', '), sort);
  for (const facet of facets) check(searchFacets.includes(facet), 'facets', searchFacets.join(', '), facet);
  for (const [name, value] of Object.entries({ priceMinCny, priceMaxCny })) {
    check(value === undefined || moneySchema.safeParse(value).success, name, 'a decimal number of yuan such as 12.50', value);
  }
  check(minOrderQuantityMax === undefined || Number.isSafeInteger(minOrderQuantityMax), 'minOrderQuantityMax', 'a whole number', minOrderQuantityMax);
  check(ratingMin === undefined || (ratingMin >= 0 && ratingMin <= 5), 'ratingMin', 'a number from 0 to 5', ratingMin);
}
