import { call, type Reply } from '../../api/call.ts';
import { DataTable } from '../../components/data-table.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Pager } from '../../components/pager.tsx';
import { Picture } from '../../components/picture.tsx';
import { productAddress, ProductGrid } from '../../components/product-grid.tsx';
import { Segments } from '../../components/segments.tsx';
import { Empty } from '../../components/states.tsx';
import { en as common } from '../../messages/en/common.ts';
import { en } from '../../messages/en/products.ts';
import { zhCn as commonZhCn } from '../../messages/zh-cn/common.ts';
import { zhCn } from '../../messages/zh-cn/products.ts';
import type { PageProps } from '../../page.ts';
import { ago, count, dateTime, moneyRange } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import { keepChoice, readChoice } from '../../state/stored.ts';
import { usePages } from '../../state/use-pages.ts';
import { Filters } from './filters.tsx';
import { ChosenFilters } from './chosen-filters.tsx';
import { searchQuery } from './search-query.ts';
import './products.css';

type Found = Reply<'GET /search'>;
type FoundProduct = Found['items'][number];
/** The search counts no further. */
const countedExactly = 1_000;
const views = ['grid', 'table'] as const;
const sorts = ['relevance', 'updated', 'price', 'sold'] as const;

/** All products, or what a search finds, narrowed by filters that stand in the address. */
export function ProductsPage({ query }: PageProps) {
  const t = wordsOf(en, zhCn);
  const wanted = searchQuery(query);
  const found = usePages<FoundProduct, Found>(
    (cursor, signal) => call('GET /search', { query: { ...wanted, limit: 48, cursor, ...(cursor === undefined ? { count: 'true', facets: 'category,supplier,status,price' } : {}) }, signal }), [JSON.stringify(wanted)]);
  const view = views.find((each) => each === query.get('view')) ?? readChoice('view', views) ?? 'grid';
  const total = found.first?.count ?? null;
  return (
    <>
      <PageHead title={query.get('q') ?? t.title} actions={(
        <>
          <label class="row"><span class="soft small">{t.sort}</span>
            <select value={wanted.sort} onChange={(event) => { withQuery({ sort: event.currentTarget.value }); }}>{sorts.map((each) => <option key={each} value={each}>{t[each]}</option>)}</select>
          </label>
          <Segments label={t.view} value={view} options={[['grid', t.grid], ['table', t.table]]} onChange={(chosen) => {
            keepChoice('view', chosen);
            withQuery({ view: chosen }, { replace: true });
          }} />
        </>
      )}>{total && (total.isExact ? t.found(count(total.value)) : t.foundMany(count(Math.min(total.value, countedExactly))))}{found.first?.mode === 'ranked' && found.items.length > 0 && <> · {t.ranked}</>}</PageHead>
      <div class="products-layout">
        <Filters query={query} facets={found.first?.facets ?? null} />
        <div class="products-found">
          <ChosenFilters query={query} facets={found.first?.facets ?? null} />
          {!found.isLoading && found.error === undefined && found.items.length === 0 && <Empty title={t.none}><p>{t.noneHint}</p></Empty>}
          {found.items.length > 0 && (view === 'grid' ? <ProductGrid items={found.items} /> : <ProductTable items={found.items} />)}
          <Pager of={found} />
        </div>
      </div>
    </>
  );
}

function ProductTable({ items }: { readonly items: readonly FoundProduct[] }) {
  const t = wordsOf(en, zhCn);
  const c = wordsOf(common, commonZhCn);
  return (
    <DataTable<FoundProduct> caption={t.title} rows={items} rowKey={(item) => item.offerId} columns={[
      { id: 'offer', label: t.offer, cell: (item) => <span class="products-cell"><span class="products-thumb"><Picture sha256={item.picture?.sha256} variant={item.picture?.thumbnail === null ? 'original' : 'thumbnail'} alt="" /></span><span><a href={productAddress(item.offerId)} lang="zh" class="products-title" title={item.title}>{item.title}</a><span class="small soft number">{item.offerId}</span></span></span> },
      { id: 'price', label: t.priceColumn, isNumber: true, cell: (item) => moneyRange(item.priceMinCny, item.priceMaxCny) ?? c.onRequest },
      { id: 'minOrder', label: t.minOrder, isNumber: true, isExtra: true, cell: (item) => count(item.minOrderQuantity) },
      { id: 'sold', label: t.soldColumn, isNumber: true, isExtra: true, cell: (item) => count(item.soldQuantity) },
      { id: 'supplier', label: t.supplierColumn, isExtra: true, cell: (item) => item.supplierName ?? '–' },
      { id: 'updated', label: t.updatedColumn, isExtra: true, cell: (item) => <span title={dateTime(item.updatedAt)}>{ago(item.updatedAt)}</span> },
    ]} />
  );
}
