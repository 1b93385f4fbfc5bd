import { quoteName } from '@1688/db';
import type { GramQuery } from './gram-query.ts';

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

/** Text and values of a query. */
export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

export interface StatementInput extends SearchFilter {
  readonly sort: SearchSort;
  /** Keys of the item to go on after. */
  readonly start: readonly string[] | null;
  readonly limit: number;
}

/** Two keys and the id make a total order, all falling: the cheapest come first by the negative price. Equal scores leave it to sales. */
export const sortKeys: Readonly<Record<SearchSort, readonly [string, string]>> = {
  relevance: ['coalesce(sold_quantity, -1)', '0'],
  updated: [`extract(epoch from updated_at)`, '0'],
  price: ['coalesce(-price_min, -99999999999)', '0'],
  sold: ['coalesce(sold_quantity, -1)', '0'],
};

/** Products whose titles hold every term, in a total order. Exported for the test that reads its plan. */
export function exactStatement(schema: string, query: GramQuery, { sort, start, limit, ...filter }: StatementInput, ask: 'page' | 'exists' = 'page'): Statement {
  const s = quoteName(schema);
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = titleConditions(s, query, filter, bind);
  if (query.every !== null) conditions.push(`p.title_grams @@ ${bind(query.every)}::tsquery`, ...query.patterns.map((pattern) => `${s}.fold(p.title) like ${bind(pattern)}`));
  const found = `from ${s}.products p where ${conditions.join(' and ')}`;
  if (ask === 'exists') return { text: `select exists (select ${found}) as found`, values };
  const [first, second] = sortKeys[sort];
  const behind = start === null ? '' : `where (first_key, second_key, id) < (${start.map((key, index) => `${bind(key)}::${index < 2 ? 'numeric' : 'bigint'}`).join(', ')})`;
  const text = `with found as (select p.* ${found}),
    keyed as (select found.*, (${first})::numeric as first_key, (${second})::numeric as second_key from found)
    select ${itemColumns(s)}, ${query.every === null ? 0 : 2} as score, first_key, second_key
    from keyed ${behind} order by first_key desc, second_key desc, id desc limit ${bind(limit + 1)}`;
  return { text, values };
}

/** What `SearchRow` takes of a product that is called `keyed`. */
export function itemColumns(s: string): string {
  return `keyed.id, source_id, title, title_translated, price_min, price_max, min_order_quantity, sold_quantity, keyed.updated_at,
      (select name from ${s}.suppliers where id = keyed.supplier_id) as supplier_name`;
}

/** Living products that fit the filter and hold nothing that is left out. */
export function titleConditions(s: string, { excluded }: GramQuery, filter: SearchFilter, bind: (value: unknown) => string): string[] {
  return ['p.deleted_at is null', ...filterConditions(s, filter, bind), ...excluded.map((pattern) => `${s}.fold(p.title) not like ${bind(pattern)}`)];
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

/** As the server gives a product that was found. */
export interface SearchRow {
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
