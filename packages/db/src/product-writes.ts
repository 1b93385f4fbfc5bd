import { parseProduct, SyncError, type Product } from '@1688/core';
import { changeFields } from './change-fields.ts';
import { appendChanges, type NewChange } from './changes.ts';
import { differences, storable, toColumns, type Difference } from './columns.ts';
import type { Transaction } from './connection.ts';
import { quoteName } from './quote-name.ts';
import { replacePriceTiers, type TierList } from './price-tiers.ts';
import { replaceImages } from './product-image-list.ts';
import { productColumns } from './product-mapping.ts';
import { ProductRow, rowsOf } from './rows.ts';
import { replaceSkus } from './skus.ts';
import { upsertSupplier } from './suppliers.ts';

/** What may be told of a product: any field of the model, and its supplier either as such or by our id. */
export type ProductInput = Product & { readonly supplierId?: string | null };

type Changed = Omit<Difference, 'column'>;

/** Which fields make a group; the newest time at which something of a group was seen decides what is stale. */
const groups: readonly (readonly [column: string, fields: readonly (keyof Product)[]])[] = [
  ['price_observed_at', ['priceMinCny', 'priceMaxCny', 'consignPriceCny', 'retailPriceCny', 'priceTiers', 'pricingMode']],
  ['stock_observed_at', ['stockQuantity']],
  ['images_observed_at', ['images']],
  ['content_observed_at', ['title', 'description', 'attributes', 'categoryId', 'minOrderQuantity', 'sourceStatus']],
];

/**
 * Stores what is told of one product, with everything that belongs to it, and tells the feed. Writes nothing where nothing changed.
 * @returns our id of the product
 */
export async function upsertProduct(trx: Transaction, input: ProductInput): Promise<string> {
  const { supplierId: toldSupplierId, ...told } = input;
  const product = ownCurrency(parseProduct(storable(told)));
  const entries: NewChange[] = [];
  const supplierId = await supplierOf(trx, toldSupplierId, product, entries);
  const inserted = (await locked(trx, product.offerId)) ? null : await insert(trx, product);
  // Whoever came second with the same new offer waited in `insert` for the first, and finds its row here.
  const row = inserted ?? (await locked(trx, product.offerId)) ?? missing(product.offerId);
  const changed: Changed[] = inserted ? [] : await updateColumns(trx, row, product);
  changed.push(...(await setSupplier(trx, row, supplierId)), ...(await updateLists(trx, row.id, product)));
  if (inserted) entries.push({ entity: 'product', sourceId: product.offerId, kind: 'created' });
  else if (changed.length > 0) {
    await touch(trx, row.id, product);
    entries.push({ entity: 'product', sourceId: product.offerId, kind: 'updated', fields: changeFields(changed) });
  }
  await appendChanges(trx, entries);
  return row.id;
}

/** The column is never null: "no currency" means the default. */
function ownCurrency(product: Product): Product {
  return product.currency === null ? { ...product, currency: 'CNY' } : product;
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

async function updateColumns(trx: Transaction, row: ProductRow, product: Product): Promise<Changed[]> {
  const changed = differences(productColumns, row, product);
  if (changed.length === 0) return [];
  const values = toColumns(productColumns, product);
  const columns = Object.fromEntries(changed.map(({ column }) => [column, values[column]]));
  const titled = 'title' in columns ? { title_grams: grams(trx, product.title) } : {};
  await rowsOf(ProductRow, trx).findById(row.id).patch({ ...columns, ...titled } as object);
  return changed;
}

async function setSupplier(trx: Transaction, row: ProductRow, supplierId: string | null | undefined): Promise<Changed[]> {
  if (supplierId === undefined || supplierId === row.supplier_id) return [];
  await rowsOf(ProductRow, trx).findById(row.id).patch({ supplier_id: supplierId });
  const ids = [row.supplier_id, supplierId].filter((id) => id !== null);
  const rows = await trx.knex.withSchema(trx.schema).table('suppliers').whereIn('id', ids).select('id', 'source_id') as { id: string; source_id: string }[];
  const sourceIdOf = (id: string | null): string | null => rows.find((each) => each.id === id)?.source_id ?? null;
  return [{ field: 'supplier', before: sourceIdOf(row.supplier_id), after: sourceIdOf(supplierId) }];
}

/** Each list that is told replaces what is stored; null is an empty list. */
async function updateLists(trx: Transaction, productId: string, { skus, priceTiers, images }: Product): Promise<Changed[]> {
  const changed: Changed[] = [];
  const tierLists: TierList[] = priceTiers === undefined ? [] : [{ skuId: null, tiers: priceTiers ?? [] }];
  if (skus !== undefined) {
    const { ids, before, after } = await replaceSkus(trx, productId, skus ?? []);
    if (before.length + after.length > 0) changed.push({ field: 'skus', before, after });
    for (const sku of skus ?? []) if (sku.priceTiers !== undefined) tierLists.push({ skuId: ids.get(sku.skuId) ?? null, tiers: sku.priceTiers ?? [] });
  }
  if (tierLists.length > 0) {
    const tiers = await replacePriceTiers(trx, productId, tierLists);
    if (tiers.before && tiers.after) changed.push({ field: 'priceTiers', before: tiers.before, after: tiers.after });
    else if (tiers.changed) changed.push({ field: 'skuPriceTiers', before: null, after: null });
  }
  const pictures = images === undefined ? null : await replaceImages(trx, productId, images ?? []);
  if (pictures) changed.push({ field: 'images', ...pictures });
  return changed;
}

async function touch(trx: Transaction, id: string, product: Product): Promise<void> {
  await rowsOf(ProductRow, trx).findById(id).patch({ updated_at: trx.knex.fn.now(), ...observed(trx, product) } as object);
}

/** What a caller tells is seen now, so that an older observation that an import brings later does not undo it. */
function observed(trx: Transaction, product: Product): Record<string, unknown> {
  const told = groups.filter(([, fields]) => fields.some((field) => product[field] !== undefined));
  return Object.fromEntries(told.map(([column]) => [column, trx.knex.fn.now()]));
}

function missing(offerId: string): never {
  throw new SyncError('DB_CONFLICT', `Product ${offerId} was purged while it was written.`, { retryable: true });
}

function grams(trx: Transaction, title: string) {
  return trx.knex.raw(`${quoteName(trx.schema)}.grams(?)`, [title]);
}
