import { products, type Connection, type ListProductsOptions, type StoredProduct } from '@1688/db';

/** Ready-made lists: best sold, rated 4.5 and more, to be had, changed last, and those whose sync waits or failed. */
export const productLists = ['hot', 'high-rated', 'available', 'recent', 'pending-sync', 'failed-sync'] as const;
export type ProductListName = (typeof productLists)[number];

const options: Readonly<Record<ProductListName, ListProductsOptions>> = {
  hot: { order: 'sold', direction: 'desc' },
  'high-rated': { minRating: 4.5, order: 'sold', direction: 'desc' },
  available: { delisted: false },
  recent: { order: 'updated', direction: 'desc' },
  'pending-sync': { syncStatus: 'pending' },
  'failed-sync': { syncStatus: 'failed' },
};

export interface ProductListOptions extends Omit<ListProductsOptions, 'order' | 'direction' | 'after'> {
  /** Default 'hot'. */
  readonly list?: ProductListName;
}

/**
 * A ready-made list, page by page by keyset; any filter of the products repository narrows it. Available is what is not delisted and
 * has stock, or does not tell its stock.
 */
export async function* listProducts(db: Connection, { list = 'hot', limit = Infinity, ...filter }: ProductListOptions = {}): AsyncGenerator<StoredProduct, void> {
  let left = limit;
  for await (const product of products(db).list({ ...filter, ...options[list] })) {
    if (list === 'available' && product.stockQuantity === 0) continue;
    if (left <= 0) return;
    left -= 1;
    yield product;
  }
}
