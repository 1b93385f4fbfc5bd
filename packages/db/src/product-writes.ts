import { parseProduct, SyncError, type Change, type Product, type Sku } from '@1688/core';
import { appendChanges, type NewChange } from './changes.ts';
import { differences, normalValue, storable, toColumns, type Column, type FieldValues } from './columns.ts';
import type { Transaction } from './connection.ts';
import { historyRows } from './history-rows.ts';
import { productColumns, skuColumns } from './model-columns.ts';
import { toldGroups } from './observed-groups.ts';
import { normalTiers, replacePriceTiers, type TierList } from './price-tiers.ts';
import { changedFields } from './product-changes.ts';
import { addressed, positionedImages, replaceImages } from './product-image-list.ts';
import { emptyState, mergeTelling, type Telling } from './product-merge.ts';
import { productStates } from './product-state-reader.ts';
import type { ProductState } from './product-state.ts';
import { quoteName } from './quote-name.ts';
import { ProductRow, rowsOf, SupplierRow } from './rows.ts';
import { replaceSkus } from './skus.ts';
import { upsertSupplier } from './suppliers.ts';
import { supersededTimes } from './superseded-times.ts';
import { supersededValues } from './superseded-values.ts';
import { writeToldTimes } from './told-times-writer.ts';
import { markOf } from './told-times.ts';
import { withClient } from './transaction.ts';

/** What may be told of a product: any field of the model, and its supplier either as such or by our id. */
export type ProductInput = Product & { readonly supplierId?: string | null };

/**
 * Stores what is told of one product, with everything that belongs to it, and tells the feed. Writes nothing where nothing changed.
 * @returns our id of the product
 */
export async function upsertProduct(trx: Transaction, input: ProductInput): Promise<string> {
  const { supplierId: toldSupplierId, ...told } = input;
  const product = normalProduct(parseProduct(storable(told)));
  const entries: NewChange[] = [];
  const supplierId = await supplierOf(trx, toldSupplierId, product, entries);
  const inserted = (await locked(trx, product.offerId)) ? null : await insert(trx, product);
  // Whoever came second with the same new offer waited in `insert` for the first, and finds its row here.
  const row = inserted ?? (await locked(trx, product.offerId)) ?? missing(product.offerId);
  const before = inserted ? null : await stateOf(trx, row);
  const now = toldNow(before ?? { ...emptyState(product.offerId), id: row.id }, product, supplierId);
  const updated = before ? await updateColumns(trx, row, product) : false;
  const moved = await setSupplier(trx, row, supplierId);
  const listed = await updateLists(trx, row.id, product);
  if (!before) {
    await writeToldTimes(trx, now);
    entries.push({ entity: 'product', sourceId: product.offerId, kind: 'created' });
  } else if (updated || moved || listed) {
    await touch(trx, row.id, product);
    await writeToldTimes(trx, now);
    await writeHistory(trx, before, now);
    entries.push({ entity: 'product', sourceId: product.offerId, kind: 'updated', fields: await changesOf(trx, before) });
  }
  await appendChanges(trx, entries);
  return row.id;
}

/** The currency's column is never null: "none" means the default. A SKU that is told twice counts where it came first, as in an import. */
function normalProduct(product: Product): Product {
  const own = product.currency === null ? { ...product, currency: 'CNY' } : product;
  return own.skus ? { ...own, skus: firstOfEach(own.skus) } : own;
}

function firstOfEach(skus: readonly Sku[]): Sku[] {
  const met = new Set<string>();
  return skus.filter(({ skuId }) => !met.has(skuId) && met.add(skuId));
}

/** The row's lock keeps others from what hangs on it, too. */
async function stateOf(trx: Transaction, row: ProductRow): Promise<ProductState> {
  const [state] = await withClient(trx, (client) => productStates(client, trx.schema, [row as unknown as Readonly<Record<string, unknown>>]));
  return state ?? missing(row.source_id);
}

async function changesOf(trx: Transaction, before: ProductState): Promise<Change['fields']> {
  const row = await rowsOf(ProductRow, trx).findById(before.id ?? '');
  const { supplier, ...fields } = changedFields(before, await stateOf(trx, row ?? missing(before.offerId)));
  if (!supplier) return fields;
  const ids = [supplier.before, supplier.after].filter((id) => typeof id === 'string');
  const rows = await rowsOf(SupplierRow, trx).whereIn('id', ids).select('id', 'source_id');
  const sourceIdOf = (id: unknown): string | null => rows.find((each) => each.id === id)?.source_id ?? null;
  return { ...fields, supplier: { before: sourceIdOf(supplier.before), after: sourceIdOf(supplier.after) } };
}

async function supplierOf(trx: Transaction, id: string | null | undefined, { supplier }: Product, entries: NewChange[]): Promise<string | null | undefined> {
  if (id !== undefined && supplier) throw new SyncError('ARGUMENT_INVALID', 'Expected either supplierId or supplier, received both.');
  if (id !== undefined) return id;
  if (!supplier) return supplier;
  const { id: found, change } = await upsertSupplier(trx, supplier);
  if (change) entries.push(change);
  return found;
}

async function locked(trx: Transaction, offerId: string): Promise<ProductRow | undefined> {
  return rowsOf(ProductRow, trx).findOne({ source_id: offerId }).forUpdate();
}

/** @returns null when the offer has been stored by somebody else in the meantime */
async function insert(trx: Transaction, product: Product): Promise<ProductRow | null> {
  const values = {
    source_id: product.offerId, ...toColumns(productColumns, product), ...observed(trx, product), first_observed_at: trx.knex.fn.now(),
    title_grams: grams(trx, product.title),
  };
  const table = trx.knex.withSchema(trx.schema).table('products');
  const [row] = (await table.insert(values).onConflict('source_id').ignore().returning('*')) as ProductRow[];
  return row ?? null;
}

async function updateColumns(trx: Transaction, row: ProductRow, product: Product): Promise<boolean> {
  const changed = differences(productColumns, row, product);
  if (changed.length === 0) return false;
  const values = toColumns(productColumns, product);
  const columns = Object.fromEntries(changed.map(({ column }) => [column, values[column]]));
  const titled = 'title' in columns ? { title_grams: grams(trx, product.title) } : {};
  await rowsOf(ProductRow, trx).findById(row.id).patch({ ...columns, ...titled } as object);
  return true;
}

async function setSupplier(trx: Transaction, row: ProductRow, supplierId: string | null | undefined): Promise<boolean> {
  if (supplierId === undefined || supplierId === row.supplier_id) return false;
  await rowsOf(ProductRow, trx).findById(row.id).patch({ supplier_id: supplierId });
  return true;
}

/** Each list that is told replaces what is stored; null is an empty list. */
async function updateLists(trx: Transaction, productId: string, { skus, priceTiers, images }: Product): Promise<boolean> {
  const tierLists: TierList[] = priceTiers === undefined ? [] : [{ skuId: null, tiers: priceTiers ?? [] }];
  const replaced = skus === undefined ? null : await replaceSkus(trx, productId, skus ?? []);
  for (const sku of skus ?? []) if (sku.priceTiers !== undefined) tierLists.push({ skuId: replaced?.ids.get(sku.skuId) ?? null, tiers: sku.priceTiers ?? [] });
  const retiered = tierLists.length > 0 && (await replacePriceTiers(trx, productId, tierLists));
  const pictured = images !== undefined && (await replaceImages(trx, productId, images ?? []));
  return replaced?.changed === true || retiered || pictured;
}

async function touch(trx: Transaction, id: string, product: Product): Promise<void> {
  await rowsOf(ProductRow, trx).findById(id).patch({ updated_at: trx.knex.fn.now(), ...observed(trx, product) } as object);
}

/** What a caller tells is seen now, so that an older observation that an import brings later does not undo it. */
function observed(trx: Transaction, product: Product): Record<string, unknown> {
  const { supplier, priceTiers: tiers, images } = product;
  const skus = product.skus && product.skus.map((sku) => ({ fields: sku, tiers: sku.priceTiers }));
  const groups = toldGroups({ fields: product, supplier, tiers, skus, images });
  return Object.fromEntries(groups.map((group) => [`${group}_observed_at`, trx.knex.fn.now()]));
}

/** What was superseded becomes history, as in an import; it has no run. */
async function writeHistory(trx: Transaction, before: ProductState, after: ProductState): Promise<void> {
  const { id: productId, firstObservedAt: knownSince } = before;
  const until = new Date(Math.max(Date.now(), lastMark(before)));
  const times = supersededTimes(before, after, until);
  if (times) {
    await trx.knex.withSchema(trx.schema).table('tellings').insert({
      product_id: productId, observed_at: times.observedAt, late: times.late, told_times: times.toldTimes, sku_told_times: times.skuTimes && JSON.stringify(times.skuTimes),
    });
  }
  const superseded = supersededValues(before, after).map((value) => ({ ...value, productId: productId ?? '', knownSince, until }));
  if (superseded.length === 0) return;
  const rows = await withClient(trx, (client) => historyRows(client, trx.schema, superseded));
  await trx.knex.withSchema(trx.schema).table('history_points').insert(rows.map(({ productId: product, skuId, field, value, from, to }) =>
    ({ product_id: product, sku_source_id: skuId, field, value: JSON.stringify(value), valid_from: from, valid_to: to })));
}

/**
 * The state with what is told, and with when: now, or at the last time that anything was told, should that lie ahead of our clock. A
 * caller's word replaces everything, as a detail document does.
 */
function toldNow(state: ProductState, product: Product, supplierId: string | null | undefined): ProductState {
  const fieldsOf = (columns: readonly Column[], model: object): FieldValues => {
    const values = model as Readonly<Record<string, unknown>>;
    return Object.fromEntries(columns.filter(({ field }) => values[field] !== undefined).map(({ field, type }) => [field, normalValue(type, values[field])]));
  };
  const { priceTiers: tiers, skus, images } = product;
  const telling: Telling = {
    fields: fieldsOf(productColumns, product),
    supplierId,
    tiers: tiers === undefined ? undefined : normalTiers(tiers ?? []),
    skus: skus === undefined ? undefined : (skus ?? []).map((sku) => ({
      skuId: sku.skuId, fields: fieldsOf(skuColumns, sku), tiers: sku.priceTiers === undefined ? undefined : normalTiers(sku.priceTiers ?? []),
    })),
    images: images === undefined ? undefined : positionedImages((images ?? []).map(addressed)),
  };
  return mergeTelling(state, telling, { teller: 'caller', mark: Math.max(markOf(new Date(), 'caller'), lastMark(state)) });
}

function lastMark({ told, skus, images }: ProductState): number {
  const marks = [told, ...skus.map((sku) => sku.told), images.map((image) => image.told)].flatMap((times) => [...times]);
  return marks.reduce((last, mark) => (mark > last ? mark : last), -Infinity);
}

function missing(offerId: string): never {
  throw new SyncError('DB_CONFLICT', `Product ${offerId} was purged while it was written.`, { retryable: true });
}

function grams(trx: Transaction, title: string) {
  return trx.knex.raw(`${quoteName(trx.schema)}.grams(?)`, [title]);
}
