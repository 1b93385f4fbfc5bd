import { moneySchema, normalizeMoney, SyncError } from '@1688/core';
import { withClient, type Connection } from '@1688/db';
import type pg from 'pg';
import { readCursor, writeCursor } from './cursor.ts';
import { gramQuery, type GramQuery } from './gram-query.ts';
import { rankedPage } from './ranked-page.ts';
import { exactStatement, searchSorts, type SearchFilter, type SearchRow, type SearchSort, type StatementInput } from './search-statement.ts';

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
  /** How much of the query the title has, rare characters and pairs counting more, and 1 more when all terms stand in it as given: 0 to 2. */
  readonly score: number;
}

export interface SearchResult {
  readonly items: readonly SearchItem[];
  /** For the next page; null after the last. */
  readonly nextCursor: string | null;
  /** 'all' when the text has no term: then only the filter counts. */
  readonly mode: 'exact' | 'ranked' | 'all';
}

const keyPatterns = [/^-?\d+(\.\d+)?$/, /^-?\d+(\.\d+)?$/, /^\d{1,19}$/];

/**
 * Finds products by their titles, in Chinese or any other script, through an index of single characters and pairs. Terms are
 * separated by blanks; `"…"` is one term with its blanks, `-…` leaves titles out; width and case do not matter.
 * @throws ARGUMENT_INVALID for a limit, filter or cursor that does not fit
 */
export async function search(db: Connection, text: string, options: SearchOptions = {}): Promise<SearchResult> {
  const { mode, exact = false, limit = 20, cursor = null, sort = 'relevance', ...filter } = options;
  checkOptions(options);
  const wanted = exact ? 'exact' : (mode ?? 'auto');
  const question = [text, wanted, sort, Object.entries(filter).toSorted()];
  const start = cursor === null ? null : readCursor(question, cursor, keyPatterns);
  return withClient(db, async (client) => {
    const query = await gramQuery(client, db.schema, text);
    const input: StatementInput = { ...filter, sort, start, limit };
    const listed = async (): Promise<SearchRow[]> => {
      const statement = exactStatement(db.schema, query, input);
      return (await client.query<SearchRow>(statement.text, statement.values)).rows;
    };
    const answer = (rows: readonly SearchRow[], found: SearchResult['mode']): SearchResult => {
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(toItem),
        nextCursor: rows.length > limit && last ? writeCursor(question, [last.first_key, last.second_key, last.id]) : null,
        mode: found,
      };
    };
    if (query.every === null) return answer(await listed(), 'all');
    const isExact = wanted === 'exact' || (wanted === 'auto' && query.terms.length === 1 && (await hasExactHit(client, db.schema, query, filter)));
    return isExact ? answer(await listed(), 'exact') : answer(await rankedPage(client, db.schema, query, input), 'ranked');
  });
}

async function hasExactHit(client: pg.ClientBase, schema: string, query: GramQuery, filter: SearchFilter): Promise<boolean> {
  const { text, values } = exactStatement(schema, query, { ...filter, sort: 'relevance', start: null, limit: 0 }, 'exists');
  return (await client.query<{ found: boolean }>(text, values)).rows[0]?.found === true;
}

function toItem(row: SearchRow): SearchItem {
  const money = (value: string | null): string | null => (value === null ? null : normalizeMoney(value));
  const count = (value: string | null): number | null => (value === null ? null : Number(value));
  return {
    offerId: row.source_id,
    title: row.title,
    titleTranslated: row.title_translated,
    priceMinCny: money(row.price_min),
    priceMaxCny: money(row.price_max),
    minOrderQuantity: count(row.min_order_quantity),
    soldQuantity: count(row.sold_quantity),
    supplierName: row.supplier_name,
    updatedAt: row.updated_at,
    score: Number(row.score),
  };
}

function checkOptions({ mode = 'auto', limit = 20, sort = 'relevance', priceMinCny, priceMaxCny, minOrderQuantityMax, ratingMin }: SearchOptions): void {
  const check = (fits: boolean, what: string, expected: string, received: unknown): void => {
    if (!fits) throw new SyncError('ARGUMENT_INVALID', `Expected ${what} to be ${expected}, received ${String(received)}.`);
  };
  check(Number.isInteger(limit) && limit >= 1 && limit <= 200, 'limit', 'a whole number from 1 to 200', limit);
  check(['auto', 'exact', 'ranked'].includes(mode), 'mode', 'auto, exact or ranked', mode);
  check(searchSorts.includes(sort), 'sort', searchSorts.join(', '), sort);
  for (const [name, value] of Object.entries({ priceMinCny, priceMaxCny })) {
    check(value === undefined || moneySchema.safeParse(value).success, name, 'a decimal number of yuan such as 12.50', value);
  }
  check(minOrderQuantityMax === undefined || Number.isSafeInteger(minOrderQuantityMax), 'minOrderQuantityMax', 'a whole number', minOrderQuantityMax);
  check(ratingMin === undefined || (ratingMin >= 0 && ratingMin <= 5), 'ratingMin', 'a number from 0 to 5', ratingMin);
}
