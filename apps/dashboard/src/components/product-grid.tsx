import { pageAddresses } from '../../files/addresses.ts';
import { en } from '../messages/en/common.ts';
import { zhCn } from '../messages/zh-cn/common.ts';
import { moneyRange } from '../state/format.ts';
import { wordsOf } from '../state/language.ts';
import { addressTo } from '../state/place.ts';
import { Picture } from './picture.tsx';
import './product-grid.css';

export interface GridProduct {
  readonly offerId: string;
  readonly title: string;
  readonly priceMinCny: string | null;
  readonly priceMaxCny: string | null;
  readonly supplierName: string | null;
  readonly picture: { readonly sha256: string; readonly thumbnail: string | null } | null;
}

/** Products as pictures with title and price. */
export function ProductGrid({ items }: { readonly items: readonly GridProduct[] }) {
  const t = wordsOf(en, zhCn);
  return (
    <ul class="product-grid plain">
      {items.map(({ offerId, title, priceMinCny, priceMaxCny, supplierName, picture }) => (
        <li key={offerId}>
          <a class="product-card" href={productAddress(offerId)}>
            <Picture sha256={picture?.sha256} variant={picture?.thumbnail === null ? 'original' : 'thumbnail'} alt="" />
            <span class="product-card-title" lang="zh">{title}</span>
            <span class="product-card-price number">{moneyRange(priceMinCny, priceMaxCny) ?? t.onRequest}</span>
            {supplierName !== null && <span class="product-card-supplier small soft">{supplierName}</span>}
          </a>
        </li>
      ))}
    </ul>
  );
}

export function productAddress(offerId: string): string {
  return addressTo(pageAddresses.product, { offerId });
}
export function supplierAddress(id: string): string {
  return addressTo(pageAddresses.supplier, { id });
}
