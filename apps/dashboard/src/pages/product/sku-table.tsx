import { DataTable } from '../../components/data-table.tsx';
import { en } from '../../messages/en/product.ts';
import { zhCn } from '../../messages/zh-cn/product.ts';
import { count, money } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import type { Product } from './page.tsx';
import { matrixAxes, matrixKey } from './sku-axes.ts';

export type Sku = Product['skus'][number];
const mostRows = 400;

/** `红色 / M`, or the id. */
export function skuName({ attributes, skuId }: Pick<Sku, 'attributes' | 'skuId'>): string {
  return (attributes ?? []).map((each) => each.value).join(' / ') || skuId;
}

/** SKUs of two attributes as a matrix, others as a list. */
export function SkuTable({ skus }: { readonly skus: Product['skus'] }) {
  const t = wordsOf(en, zhCn);
  const axes = matrixAxes(skus);
  if (axes === null) return <SkuList skus={skus} />;
  const bySku = new Map(skus.map((sku) => [matrixKey(sku.attributes?.[0]?.value, sku.attributes?.[1]?.value), sku]));
  return (
    <DataTable<string> caption={t.skus(count(skus.length))} rows={axes.rows} rowKey={(row) => row} columns={[
      { id: 'row', label: axes.names.join(' / '), cell: (row) => row },
      ...axes.columns.map((column) => ({ id: column, label: column, isNumber: true, cell: (row: string) => <Cell sku={bySku.get(matrixKey(row, column))} /> })),
    ]} />
  );
}

function Cell({ sku }: { readonly sku: Sku | undefined }) {
  const t = wordsOf(en, zhCn);
  if (!sku) return <span class="soft">–</span>;
  return <span class="sku-cell">{money(sku.priceCny)}<br /><Stock quantity={sku.stockQuantity} soldOut={t.soldOut} inStock={t.inStock} /></span>;
}

function Stock({ quantity, soldOut, inStock }: { readonly quantity: number | null; readonly soldOut: string; readonly inStock: (count: string) => string }) {
  if (quantity === null) return <span class="small soft">–</span>;
  return quantity === 0 ? <span class="small sold-out">{soldOut}</span> : <span class="small soft">{inStock(count(quantity))}</span>;
}

function SkuList({ skus }: { readonly skus: Product['skus'] }) {
  const t = wordsOf(en, zhCn);
  return (
    <>
      <DataTable<Sku> caption={t.skus(count(skus.length))} rows={skus.slice(0, mostRows)} rowKey={(sku) => sku.skuId} columns={[
        { id: 'sku', label: t.sku, cell: skuName },
        { id: 'price', label: t.skuPrice, isNumber: true, cell: (sku) => money(sku.priceCny) },
        { id: 'stock', label: t.stock, isNumber: true, cell: (sku) => <Stock quantity={sku.stockQuantity} soldOut={t.soldOut} inStock={(quantity) => quantity} /> },
        { id: 'article', label: t.article, isExtra: true, cell: (sku) => sku.articleNumber ?? '–' },
      ]} />
      {skus.length > mostRows && <p class="small soft">{t.moreSkus(count(skus.length - mostRows))}</p>}
    </>
  );
}
