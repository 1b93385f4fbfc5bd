import { SyncError } from '@1688/core';
import {
  lowestPrice as lowestOf, productsAsOf as asOf, productSeries as seriesOf, supplierTrends as trendsOf,
  type LowestPrice, type LowestPriceOptions, type ProductAsOf, type ProductSeries, type ProductSeriesOptions, type ProductsAsOfPage, type SupplierTrend, type SupplierTrendsOptions,
} from '@1688/catalog';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';

type Loose<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

/** One product as it was seen at a time. @throws NOT_FOUND when it was not known then, HISTORY_PRUNED */
export async function productAsOf(mirror: Mirror, offerId: string, date: Date): Promise<ProductAsOf> {
  const product = await asOf(mirror.db, date).find(offerId);
  if (product) return product;
  throw new SyncError('NOT_FOUND', `Expected an offer id that was known at ${date.toISOString()}, received ${JSON.stringify(offerId)}.`);
}

/** A page of all products that were known at a time; see `productsAsOf` of `@1688/catalog`. */
export function productsAsOf(mirror: Mirror, date: Date, options: Loose<{ limit: number; cursor: string }> = {}): Promise<ProductsAsOfPage> {
  return asOf(mirror.db, date).page(defined(options));
}

/** The lowest prices of the last days; see `lowestPrice` of `@1688/catalog`. */
export function lowestPrice(mirror: Mirror, offerId: string, options: Loose<LowestPriceOptions> = {}): Promise<LowestPrice> {
  return lowestOf(mirror.db, offerId, defined(options) as LowestPriceOptions);
}

/** One value over time, for a chart; see `productSeries` of `@1688/catalog`. */
export function productSeries(mirror: Mirror, offerId: string, options: Loose<ProductSeriesOptions> = {}): Promise<ProductSeries> {
  return seriesOf(mirror.db, offerId, defined(options) as ProductSeriesOptions);
}

/** What a supplier's offers did from period to period; see `supplierTrends` of `@1688/catalog`. */
export function supplierTrends(mirror: Mirror, supplierId: string, options: Loose<SupplierTrendsOptions> = {}): Promise<readonly SupplierTrend[]> {
  return trendsOf(mirror.db, supplierId, defined(options) as SupplierTrendsOptions);
}
