import type { ComponentChildren } from 'preact';
import { supplierAddress } from '../../components/product-grid.tsx';
import { en } from '../../messages/en/product.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import { ago, count, date, dateTime, money } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo } from '../../state/place.ts';
import type { Product } from './page.tsx';

/** The short facts beside the pictures; what is not known is left out. */
export function Facts({ product }: { readonly product: Product }) {
  const t = wordsOf(en, zhCn);
  const { supplier, categoryId, categoryName, unit, minOrderQuantity, stockQuantity, soldQuantity, rating, consignPriceCny, retailPriceCny, lastSyncedAt, createdAtSource } = product;
  const withUnit = (quantity: number): string => `${count(quantity)}${unit === null ? '' : ` ${unit}`}`;
  const lines: readonly (readonly [string, ComponentChildren])[] = [
    [t.offer, <span class="number">{product.offerId}</span>],
    [t.supplier, supplier && <a href={supplierAddress(supplier.sourceId)}>{supplier.companyName ?? supplier.name ?? supplier.sourceId}</a>],
    [t.category, categoryId && <a href={addressTo('/products', {}, { category: categoryId })}>{categoryName ?? categoryId}</a>],
    [t.minOrder, minOrderQuantity === null ? null : withUnit(minOrderQuantity)], [t.stock, stockQuantity === null ? null : withUnit(stockQuantity)], [t.sold, soldQuantity === null ? null : withUnit(soldQuantity)],
    [t.rating, rating], [t.consign, consignPriceCny && money(consignPriceCny)], [t.retail, retailPriceCny && money(retailPriceCny)],
    [t.created, createdAtSource && date(createdAtSource)], [t.synced, lastSyncedAt && <span title={dateTime(lastSyncedAt)}>{ago(lastSyncedAt)}</span>],
  ];
  return <dl class="facts">{lines.flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>]))}</dl>;
}
