import { SyncError } from '@1688/core';
import { productHistory as historyOf, search as searchCatalog, type HistoryPoint, type SearchOptions, type SearchPage } from '@1688/catalog';
import { products, suppliers, type StoredProduct, type StoredSupplier } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';

/** Finds products; see `search` of `@1688/catalog`. */
export function search(mirror: Mirror, text: string, options: SearchOptions = {}): Promise<SearchPage> {
  return searchCatalog(mirror.db, text, options);
}

/** @throws NOT_FOUND */
export async function getProduct(mirror: Mirror, offerId: string): Promise<StoredProduct> {
  return (await products(mirror.db).find(offerId)) ?? notFound('product', offerId);
}

/** @throws NOT_FOUND */
export async function getSupplier(mirror: Mirror, id: string): Promise<StoredSupplier> {
  return (await suppliers(mirror.db).find(id)) ?? notFound('supplier', id);
}

/** Values over time, oldest first; the last point of a field is what holds now. @throws NOT_FOUND */
export async function productHistory(mirror: Mirror, offerId: string, options: { readonly skuId?: string | undefined; readonly field?: string | undefined } = {}): Promise<{ readonly points: readonly HistoryPoint[] }> {
  if (!(await products(mirror.db).exists(offerId))) notFound('product', offerId);
  const { points } = await historyOf(mirror.db, offerId);
  return { points: points.filter((point) => (options.skuId === undefined || point.skuId === options.skuId) && (options.field === undefined || point.field === options.field)) };
}

export interface ListOptions {
  readonly limit?: number;
  /** The `nextAfter` of the page before. */
  readonly after?: string | undefined;
}

export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextAfter: string | null;
}

/** Products in order of offer id. */
export async function listProducts(mirror: Mirror, options: ListOptions & { readonly supplier?: string | undefined; readonly syncStatus?: string | undefined } = {}): Promise<ListPage<StoredProduct>> {
  const { limit = 50, after, supplier, syncStatus } = options;
  const supplierId = supplier === undefined ? undefined : (await getSupplier(mirror, supplier)).id;
  const listed = products(mirror.db).list({
    ...(after === undefined ? {} : { after }), ...(supplierId === undefined ? {} : { supplierId }), ...(syncStatus === undefined ? {} : { syncStatus: checkStatus(syncStatus) }),
  });
  return firstOf(listed, limit, (product) => product.offerId);
}

/** Suppliers in order of source id. */
export function listSuppliers(mirror: Mirror, { limit = 50, after }: ListOptions = {}): Promise<ListPage<StoredSupplier>> {
  return firstOf(suppliers(mirror.db).list(after === undefined ? {} : { after }), limit, (supplier) => supplier.sourceId);
}

export interface MarkResult {
  readonly done: readonly string[];
  readonly missing: readonly string[];
}

/** Soft-deletes products (软删除); those that are not there are named. */
export function removeProducts(mirror: Mirror, offerIds: readonly string[]): Promise<MarkResult> {
  return mark(offerIds, (offerId) => products(mirror.db).remove(offerId));
}

/** Brings soft-deleted products back; those that are not removed are named. */
export function restoreProducts(mirror: Mirror, offerIds: readonly string[]): Promise<MarkResult> {
  return mark(offerIds, (offerId) => products(mirror.db).restore(offerId));
}

async function mark(offerIds: readonly string[], act: (offerId: string) => Promise<boolean>): Promise<MarkResult> {
  const done: string[] = [];
  const missing: string[] = [];
  for (const offerId of offerIds) ((await act(offerId)) ? done : missing).push(offerId);
  if (done.length === 0 && missing.length > 0) notFound('product', missing[0] ?? '');
  return { done, missing };
}

async function firstOf<Item>(items: AsyncIterable<Item>, limit: number, keyOf: (item: Item) => string): Promise<ListPage<Item>> {
  const page: Item[] = [];
  for await (const item of items) {
    if (page.length === limit) return { items: page, nextAfter: keyOf(page.at(-1) as Item) };
    page.push(item);
  }
  return { items: page, nextAfter: null };
}

function checkStatus(status: string): 'pending' | 'syncing' | 'completed' | 'failed' {
  if (status === 'pending' || status === 'syncing' || status === 'completed' || status === 'failed') return status;
  throw new SyncError('ARGUMENT_INVALID', `Expected a sync status of pending, syncing, completed or failed, received ${JSON.stringify(status)}.`);
}

function notFound(noun: string, id: string): never {
  throw new SyncError('NOT_FOUND', `Expected a ${noun} with the id ${JSON.stringify(id)}, found none.`, { hint: `Look for it with "1688sync ${noun === 'supplier' ? 'supplier list' : 'search'}".` });
}
