import { quoteName } from '@1688/db';
import { likePattern, type GramQuery } from './gram-query.ts';

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

/** A statement in the making: conditions on a product `p`, and their values. */
export interface Conditions {
  readonly s: string;
  readonly values: unknown[];
  readonly bind: (value: unknown) => string;
  /** Joined by `and`. */
  readonly text: string;
}

/** Living products that fit the filter and hold nothing that is left out. */
export function listedConditions(schema: string, { excluded }: GramQuery, filter: SearchFilter): Conditions {
  const s = quoteName(schema);
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const all = ['p.deleted_at is null', ...filterConditions(s, filter, bind), ...excluded.map((term) => `${s}.fold(p.title) not like ${bind(likePattern(term))}`)];
  return { s, values, bind, text: all.join(' and ') };
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
