import { SyncError } from '@1688/core';
import {
  listingEvents, productHistory as historyOf, sameText as sameTextOf, search as searchCatalog, suggest as suggestOf,
  type HistoryPoint, type ListingEvent, type SameText, type SameTextOptions, type SearchOptions, type SearchResult, type Suggestion, type SuggestOptions,
} from '@1688/catalog';
import { products, suppliers, type StoredProduct, type StoredSupplier, type SupplierSummary } from '@1688/db';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';

/** Finds products; see `search` of `@1688/catalog`. */
export function search(mirror: Mirror, text: string, options: { readonly [Name in keyof SearchOptions]?: SearchOptions[Name] | undefined } = {}): Promise<SearchResult> {
  return searchCatalog(mirror.db, text, defined(options) as SearchOptions);
}

/** How a text that is being typed may go on; see `suggest` of `@1688/catalog`. */
export function suggest(mirror: Mirror, typed: string, options: SuggestOptions = {}): Promise<readonly Suggestion[]> {
  return suggestOf(mirror.db, typed, options);
}

/** Products of other suppliers with nearly the same title; see `sameText` of `@1688/catalog`. @throws NOT_FOUND */
export function sameText(mirror: Mirror, offerId: string, options: SameTextOptions = {}): Promise<readonly SameText[]> {
  return sameTextOf(mirror.db, offerId, options);
}

/** @throws NOT_FOUND */
export async function getProduct(mirror: Mirror, offerId: string): Promise<StoredProduct> {
  return (await products(mirror.db).find(offerId)) ?? notFound('product', offerId);
}

/** @throws NOT_FOUND */
export async function getSupplier(mirror: Mirror, id: string): Promise<StoredSupplier> {
  return (await suppliers(mirror.db).find(id)) ?? notFound('supplier', id);
}

/** Values over time, oldest first; the last point of a field is what holds now. `listing` tells how the offer went and came back, and why. @throws NOT_FOUND */
export async function productHistory(mirror: Mirror, offerId: string, options: { readonly skuId?: string | undefined; readonly field?: string | undefined } = {}): Promise<{ readonly points: readonly HistoryPoint[]; readonly listing: readonly ListingEvent[] }> {
  const { points } = await historyOf(mirror.db, offerId);
  const chosen = points.filter((point) => (options.skuId === undefined || point.skuId === options.skuId) && (options.field === undefined || point.field === options.field));
  return { points: chosen, listing: options.skuId === undefined && (options.field === undefined || options.field === 'status') ? await listingEvents(mirror.db, offerId) : [] };
}

export interface ListOptions {
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** Products in the order in which they came. */
export async function listProducts(mirror: Mirror, options: ListOptions & { readonly supplier?: string | undefined; readonly syncStatus?: string | undefined; readonly delisted?: boolean | undefined } = {}): Promise<ListPage<StoredProduct>> {
  const { limit = 50, cursor = null, supplier, syncStatus, delisted } = options;
  const supplierId = supplier === undefined ? undefined : (await getSupplier(mirror, supplier)).id;
  const where = defined({ supplierId, delisted, syncStatus: syncStatus === undefined ? undefined : checkStatus(syncStatus) });
  return products(mirror.db).page({ limit, cursor, ...where });
}

/** Suppliers in the order in which they came; a cursor is the source id of the last one. @throws NOT_FOUND for another cursor */
export async function listSuppliers(mirror: Mirror, { limit = 50, cursor, province, supplierType }: ListOptions & { readonly province?: string | undefined; readonly supplierType?: string | undefined } = {}): Promise<ListPage<StoredSupplier>> {
  const items: StoredSupplier[] = [];
  for await (const supplier of suppliers(mirror.db).list({ limit: limit + 1, ...defined({ after: cursor, province, supplierType }) })) items.push(supplier);
  const more = items.length > limit;
  if (more) items.pop();
  return { items, nextCursor: more ? (items.at(-1)?.sourceId ?? null) : null };
}

/** A supplier and what it has on offer here. @throws NOT_FOUND */
export async function supplierDetails(mirror: Mirror, id: string): Promise<StoredSupplier & { readonly summary: SupplierSummary }> {
  const supplier = await getSupplier(mirror, id);
  const summary = (await suppliers(mirror.db).summary(supplier.sourceId)) ?? notFound('supplier', id);
  return { ...supplier, summary };
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

function checkStatus(status: string): 'pending' | 'syncing' | 'completed' | 'failed' {
  if (status === 'pending' || status === 'syncing' || status === 'completed' || status === 'failed') return status;
  throw new SyncError('ARGUMENT_INVALID', `Expected a sync status of pending, syncing, completed or failed, received ${JSON.stringify(status)}.`);
}

function notFound(noun: string, id: string): never {
  throw new SyncError('NOT_FOUND', `Expected a ${noun} with the id ${JSON.stringify(id)}, found none.`, { hint: `Look for it with "1688sync ${noun === 'supplier' ? 'supplier list' : 'search'}".` });
}
