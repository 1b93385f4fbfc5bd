import { moneySchema, normalizeMoney, SyncError } from '@1688/core';
import { quoteName, withClient, type Connection } from '@1688/db';
import { readCursor, writeCursor } from './cursor.ts';
import { gramQuery, type GramQuery } from './gram-query.ts';

export const searchSorts = ['relevance', 'updated', 'price', 'sold'] as const;
/** Best, newest, cheapest or best sold first; products without a value come last. */
export type SearchSort = (typeof searchSorts)[number];

export interface SearchFilter {
  /** Source id of the supplier. */
  readonly supplier?: string;
  /** Category id. */
  readonly category?: string;
  /** The lowest price is at least this. */
  readonly priceMinCny?: string;
  /** The lowest price is at most this. */
  readonly priceMaxCny?: string;
  readonly minOrderQuantityMax?: number;
  /** The source's own word, such as `published`. */
  readonly status?: string;
  /** 0 to 5. */
  readonly ratingMin?: number;
  readonly hasImages?: boolean;
  readonly updatedSince?: Date;
  /** true: only delisted (下架) products, false: none of them. Default: both. */
  readonly delisted?: boolean;
}

export interface SearchOptions extends SearchFilter {
  /** Only titles in which every term stands as it was given. Default false: titles that share a pair of characters are found too. */
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
  /** Share of the query's pairs that the title has, and 1 more when all terms stand in it as given: 0 to 2. */
  readonly score: number;
}

export interface SearchResult {
  readonly items: readonly SearchItem[];
  /** For the next page; null after the last. */
  readonly nextCursor: string | null;
  /** 'all' when the text has no term: then only the filter counts. */
  readonly mode: 'exact' | 'ranked' | 'all';
}

/**
 * Finds products by their titles, in Chinese or any other script, through an index of single characters and pairs. Terms are
 * separated by blanks; width and case do not matter.
 * @throws ARGUMENT_INVALID for a limit, filter or cursor that does not fit
 */
export async function search(db: Connection, text: string, options: SearchOptions = {}): Promise<SearchResult> {
  const { exact = false, limit = 20, cursor = null, sort = 'relevance', ...filter } = options;
  checkOptions(options);
  const question = [text, exact, sort, Object.entries(filter).toSorted()];
  const start = cursor === null ? null : readCursor(question, cursor, keyPatterns);
  return withClient(db, async (client) => {
    const query = await gramQuery(client, db.schema, text);
    const statement = searchStatement(db.schema, query, { ...filter, exact, sort, start, limit });
    const { rows } = await client.query<SearchRow>(statement.text, statement.values);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(toItem),
      nextCursor: rows.length > limit && last ? writeCursor(question, [last.first_key, last.second_key, last.id]) : null,
      mode: query.every === null ? 'all' : exact ? 'exact' : 'ranked',
    };
  });
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

interface StatementInput extends SearchFilter {
  readonly exact: boolean;
  readonly sort: SearchSort;
  /** Keys of the item to go on after. */
  readonly start: readonly string[] | null;
  readonly limit: number;
}

/** Two keys and the id make a total order, all falling: the cheapest come first by the negative price. */
const sortKeys: Readonly<Record<SearchSort, readonly [string, string]>> = {
  relevance: ['score', 'coalesce(sold_quantity, -1)'],
  updated: [`extract(epoch from updated_at)`, '0'],
  price: ['coalesce(-price_min, -99999999999)', '0'],
  sold: ['coalesce(sold_quantity, -1)', '0'],
};
const keyPatterns = [/^-?\d+(\.\d+)?$/, /^-?\d+(\.\d+)?$/, /^\d{1,19}$/];

/** Exported for the test that reads its plan. */
export function searchStatement(schema: string, query: GramQuery, { exact, sort, start, limit, ...filter }: StatementInput): Statement {
  const s = quoteName(schema);
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = ['p.deleted_at is null', ...filterConditions(s, filter, bind)];
  const likes = query.patterns.map((pattern) => `${s}.fold(p.title) like ${bind(pattern)}`);
  if (query.every !== null) conditions.push(`p.title_grams @@ ${bind(exact ? query.every : query.grams.join(' | '))}::tsquery`);
  if (exact) conditions.push(...likes);
  const [first, second] = sortKeys[sort];
  const behind = start === null ? '' : `where (first_key, second_key, id) < (${start.map((key, index) => `${bind(key)}::${index < 2 ? 'numeric' : 'bigint'}`).join(', ')})`;
  const text = `with found as (
      select p.*, ${exact ? '2' : scoreOf(query, likes, bind)}::numeric as score from ${s}.products p where ${conditions.join(' and ')}),
    keyed as (select found.*, (${first})::numeric as first_key, (${second})::numeric as second_key from found)
    select keyed.id, source_id, title, title_translated, price_min, price_max, min_order_quantity, sold_quantity, keyed.updated_at, score,
      first_key, second_key, (select name from ${s}.suppliers where id = keyed.supplier_id) as supplier_name
    from keyed ${behind} order by first_key desc, second_key desc, id desc limit ${bind(limit + 1)}`;
  return { text, values };
}

function scoreOf({ grams }: GramQuery, likes: readonly string[], bind: (value: unknown) => string): string {
  if (grams.length === 0) return '0';
  const matched = grams.map((gram) => `(p.title_grams @@ ${bind(gram)}::tsquery)::integer`);
  return `(round((${matched.join(' + ')})::numeric / ${grams.length}, 4) + (${likes.join(' and ')})::integer)`;
}

function filterConditions(s: string, filter: SearchFilter, bind: (value: unknown) => string): string[] {
  const { supplier, category, priceMinCny, priceMaxCny, minOrderQuantityMax, status, ratingMin, hasImages, updatedSince, delisted } = filter;
  const conditions: string[] = [];
  if (supplier !== undefined) conditions.push(`p.supplier_id = (select id from ${s}.suppliers where source_id = ${bind(supplier)})`);
  if (category !== undefined) conditions.push(`p.category_id = ${bind(category)}`);
  if (priceMinCny !== undefined) conditions.push(`p.price_min >= ${bind(priceMinCny)}::numeric`);
  if (priceMaxCny !== undefined) conditions.push(`p.price_min <= ${bind(priceMaxCny)}::numeric`);
  if (minOrderQuantityMax !== undefined) conditions.push(`p.min_order_quantity <= ${bind(minOrderQuantityMax)}::bigint`);
  if (status !== undefined) conditions.push(`p.source_status = ${bind(status)}`);
  if (ratingMin !== undefined) conditions.push(`p.rating >= ${bind(ratingMin)}::numeric`);
  if (updatedSince !== undefined) conditions.push(`p.updated_at >= ${bind(updatedSince)}`);
  if (delisted !== undefined) conditions.push(`p.delisted_at is ${delisted ? 'not ' : ''}null`);
  if (hasImages !== undefined) {
    conditions.push(`${hasImages ? '' : 'not '}exists (select from ${s}.product_images i where i.product_id = p.id and i.deleted_at is null)`);
  }
  return conditions;
}

interface SearchRow {
  id: string;
  source_id: string;
  title: string;
  title_translated: string | null;
  price_min: string | null;
  price_max: string | null;
  min_order_quantity: string | null;
  sold_quantity: string | null;
  supplier_name: string | null;
  updated_at: Date;
  score: string;
  first_key: string;
  second_key: string;
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

function checkOptions({ limit = 20, sort = 'relevance', priceMinCny, priceMaxCny, minOrderQuantityMax, ratingMin }: SearchOptions): void {
  const check = (fits: boolean, what: string, expected: string, received: unknown): void => {
    if (!fits) throw new SyncError('ARGUMENT_INVALID', `Expected ${what} to be ${expected}, received ${String(received)}.`);
  };
  check(Number.isInteger(limit) && limit >= 1 && limit <= 200, 'limit', 'a whole number from 1 to 200', limit);
  check(searchSorts.includes(sort), 'sort', searchSorts.join(', '), sort);
  for (const [name, value] of Object.entries({ priceMinCny, priceMaxCny })) {
    check(value === undefined || moneySchema.safeParse(value).success, name, 'a decimal number of yuan such as 12.50', value);
  }
  check(minOrderQuantityMax === undefined || Number.isSafeInteger(minOrderQuantityMax), 'minOrderQuantityMax', 'a whole number', minOrderQuantityMax);
  check(ratingMin === undefined || (ratingMin >= 0 && ratingMin <= 5), 'ratingMin', 'a number from 0 to 5', ratingMin);
}
