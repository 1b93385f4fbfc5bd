import { SyncError, shown, type ProductSyncStatus } from '@1688/core';
import type { Connection } from './connection.ts';
import { preparedQuery } from './prepared-query.ts';
import { toProduct, type StoredProduct } from './product-mapping.ts';
import { ProductImageRow, ProductRow, rowsOf } from './rows.ts';

export interface ProductFilter {
  readonly supplierId?: string;
  readonly categoryId?: string;
  readonly syncStatus?: ProductSyncStatus;
  /** Products whose lowest price is at least this. */
  readonly priceMinCny?: string;
  /** Products whose lowest price is at most this. */
  readonly priceMaxCny?: string;
  readonly minRating?: number;
  /** true: only delisted (下架), false: only those still offered. */
  readonly delisted?: boolean;
  readonly hasImages?: boolean;
  readonly updatedSince?: Date;
  /** Also those the user removed. Default false. */
  readonly includeRemoved?: boolean;
}

/** `id` is the order of arrival. */
export const productOrders = ['id', 'updated', 'price', 'sold'] as const;
export type ProductOrder = (typeof productOrders)[number];

export interface ProductPageOptions extends ProductFilter {
  /** Products without a value come last, whatever the direction. Default `id`. */
  readonly order?: ProductOrder;
  readonly direction?: 'asc' | 'desc';
  /** 1 to 1,000; default 50. */
  readonly limit?: number;
  /** `nextCursor` of the page before, with the same order and direction. */
  readonly cursor?: string | null;
}

export interface ProductPage {
  readonly items: StoredProduct[];
  /** For the next page; null after the last. */
  readonly nextCursor: string | null;
}

interface Position {
  /** Value of the order's column as PostgreSQL writes it (a Date would lose microseconds); null among those without one. */
  readonly key: string | null;
  readonly id: string;
}

const orderColumns = { id: null, updated: 'updated_at', price: 'price_min', sold: 'sold_quantity' } as const;

/** A page behind a position, never by counting rows: what is inserted or removed meanwhile neither repeats nor hides a product. */
export async function productPage(db: Connection, options: ProductPageOptions): Promise<ProductPage> {
  const { ids, nextCursor } = await productIdPage(db, options);
  return { items: await withGraphs(db, ids), nextCursor };
}

/** The same page as our ids alone, for who reads less of each product. */
export async function productIdPage(db: Connection, options: ProductPageOptions): Promise<{ readonly ids: readonly string[]; readonly nextCursor: string | null }> {
  const { order = 'id', direction = 'asc', limit = 50, cursor = null, ...where } = options;
  if (!Object.hasOwn(orderColumns, order)) throw new SyncError('ARGUMENT_INVALID', `Expected order to be one of ${Object.keys(orderColumns).join(', ')}, received ${shown(order)}.`);
  if (direction !== 'asc' && direction !== 'desc') throw new SyncError('ARGUMENT_INVALID', `Expected direction to be asc or desc, received ${shown(direction)}.`);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw new SyncError('ARGUMENT_INVALID', `Expected limit to be 1 to 1000, received ${limit}.`);
  const start = cursor === null ? null : readCursor(cursor, order, direction);
  const rows = await positioned(db, { order, direction, limit: limit + 1, start, where });
  const listed = rows.slice(0, limit);
  const last = listed.at(-1);
  return { ids: listed.map((row) => row.id), nextCursor: rows.length > limit && last ? writeCursor(order, direction, last) : null };
}

/** The cursor of what comes after this product. @throws NOT_FOUND */
export async function cursorAfter(db: Connection, offerId: string, order: ProductOrder, direction: 'asc' | 'desc'): Promise<string> {
  const column = orderColumns[order];
  const key = column === null ? db.knex.raw('null as key') : db.knex.raw('??::text as key', [column]);
  const row = await rowsOf(ProductRow, db).findOne({ source_id: offerId }).select('id', key);
  if (row) return writeCursor(order, direction, row as unknown as Position);
  throw new SyncError('NOT_FOUND', `Expected a product with the offer id ${JSON.stringify(offerId)} to go on after, found none.`);
}

/** Products with everything that belongs to them, in the order of `ids`. */
export async function withGraphs(db: Connection, ids: readonly string[]): Promise<StoredProduct[]> {
  if (ids.length === 0) return [];
  const rows = await productGraph(db).whereIn('products.id', [...ids]);
  const found = new Map(rows.map((row) => [row.id, toProduct(row)]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** What a product is read with; removed SKUs and pictures are left out. */
export function productGraph(db: Connection) {
  return rowsOf(ProductRow, db)
    .withGraphFetched('[supplier.aliases, priceTiers, skus, images]')
    .modifyGraph('skus', (query) => { query.whereNull('deleted_at'); })
    .modifyGraph('images', (query) => { query.whereNull('deleted_at'); });
}

interface Slice {
  readonly order: ProductOrder;
  readonly direction: 'asc' | 'desc';
  readonly limit: number;
  readonly start: Position | null;
  readonly where: ProductFilter;
}

/** First those with a value, then those without: each half is one range of an index. */
async function positioned(db: Connection, slice: Slice): Promise<Position[]> {
  const column = orderColumns[slice.order];
  if (column === null) return half(db, slice, null, 'none');
  const valued = slice.start !== null && slice.start.key === null ? [] : await half(db, slice, column, 'with');
  if (valued.length >= slice.limit) return valued;
  const start = slice.start?.key === null ? slice.start : null;
  const rest = await half(db, { ...slice, start, limit: slice.limit - valued.length }, column, 'without');
  return [...valued, ...rest];
}

async function half(db: Connection, { direction, limit, start, where }: Slice, column: string | null, part: 'none' | 'with' | 'without'): Promise<Position[]> {
  const query = filteredProducts(db, where).limit(limit);
  const after = direction === 'asc' ? '>' : '<';
  if (part === 'with' && column !== null) {
    query.select('id', db.knex.raw('??::text as key', [column])).whereNotNull(column).orderBy(column, direction);
    if (start) query.whereRaw(`(??, ??) ${after} (?, ?)`, [column, 'id', start.key ?? '', start.id]);
  } else {
    query.select('id', db.knex.raw('null as key'));
    if (column !== null) query.whereNull(column);
    if (start) query.where('id', after, start.id);
  }
  const { sql, bindings } = query.orderBy('id', direction).toKnexQuery().toSQL().toNative();
  return preparedQuery<Position & Record<string, unknown>>(db, sql, bindings);
}

export function filteredProducts(db: Connection, where: ProductFilter) {
  const query = rowsOf(ProductRow, db);
  if (!where.includeRemoved) query.whereNull('products.deleted_at');
  if (where.supplierId !== undefined) query.where('supplier_id', where.supplierId);
  if (where.categoryId !== undefined) query.where('category_id', where.categoryId);
  if (where.syncStatus !== undefined) {
    query.where('sync_status', where.syncStatus);
    // Said apart, as a parameter alone does not let the planner see that the partial index fits.
    if (where.syncStatus !== 'completed') query.whereRaw("sync_status <> 'completed'");
  }
  if (where.priceMinCny !== undefined) query.where('price_min', '>=', where.priceMinCny);
  if (where.priceMaxCny !== undefined) query.where('price_min', '<=', where.priceMaxCny);
  if (where.minRating !== undefined) query.where('rating', '>=', where.minRating);
  if (where.delisted !== undefined) query[where.delisted ? 'whereNotNull' : 'whereNull']('delisted_at');
  if (where.updatedSince !== undefined) query.where('updated_at', '>=', where.updatedSince);
  if (where.hasImages !== undefined) {
    const images = rowsOf(ProductImageRow, db).whereColumn('product_images.product_id', 'products.id').whereNull('product_images.deleted_at');
    query[where.hasImages ? 'whereExists' : 'whereNotExists'](images);
  }
  return query;
}

function writeCursor(order: ProductOrder, direction: string, { key, id }: Position): string {
  return Buffer.from(JSON.stringify([order, direction, key, id])).toString('base64url');
}

function readCursor(cursor: string, order: ProductOrder, direction: string): Position {
  const parts = parsedCursor(cursor);
  const [ofOrder, ofDirection, key, id] = parts;
  const fits = parts.length === 4 && ofOrder === order && ofDirection === direction;
  const keyFits = order === 'id' ? key === null : key === null || (typeof key === 'string' && keyForms[order].test(key));
  if (fits && keyFits && typeof id === 'string' && /^\d{1,19}$/.test(id)) return { key: key as string | null, id };
  throw new SyncError('ARGUMENT_INVALID', `Expected cursor to be the nextCursor of a page in the order ${order} ${direction}, received another text.`);
}

const keyForms = { updated: /^[\d :.+-]{10,40}$/, price: /^\d+(\.\d+)?$/, sold: /^\d{1,19}$/ } as const;

function parsedCursor(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return []; // told as ARGUMENT_INVALID by the caller
  }
}
