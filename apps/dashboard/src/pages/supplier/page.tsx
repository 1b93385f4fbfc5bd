import { call, type Reply } from '../../api/call.ts';
import { PageHead, Section } from '../../components/page-head.tsx';
import { ProductGrid } from '../../components/product-grid.tsx';
import { Loaded } from '../../components/states.tsx';
import { Tile } from '../../components/tile.tsx';
import { en } from '../../messages/en/supplier.ts';
import { zhCn } from '../../messages/zh-cn/supplier.ts';
import type { PageProps } from '../../page.ts';
import { ago, count, dateTime, money, moneyRange } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo } from '../../state/place.ts';
import { useLoad } from '../../state/use-load.ts';
import { Trends } from './trends.tsx';

type SupplierDetail = Reply<'GET /suppliers/{id}'>;
const shownProducts = 24;

/** One supplier: who it is, what it offers, how that moved. */
export function SupplierPage({ params: { id = '' } }: PageProps) {
  const supplier = useLoad((signal) => call('GET /suppliers/{id}', { params: { id }, signal }), [id]);
  return <Loaded of={supplier} lines={8}>{(data) => <Shown supplier={data} />}</Loaded>;
}

function Shown({ supplier }: { readonly supplier: SupplierDetail }) {
  const t = wordsOf(en, zhCn);
  const { summary, sourceId, companyName, name, url } = supplier;
  return (
    <>
      <p class="small"><a href="/suppliers">← {t.back}</a></p>
      <PageHead title={companyName ?? name ?? sourceId} actions={url !== null && /^https?:\/\//i.test(url) && <a class="button" href={url} target="_blank" rel="noreferrer noopener nofollow">{t.at1688} ↗</a>}>{[supplier.province, supplier.city].filter(Boolean).join(' ')}</PageHead>
      <div class="tiles">
        <Tile label={t.products} value={count(summary.products)} href={addressTo('/products', {}, { supplier: sourceId })} note={summary.delisted > 0 ? t.delisted(count(summary.delisted)) : undefined} />
        <Tile label={t.price} value={moneyRange(summary.price.min, summary.price.max) ?? '–'} note={summary.price.average === null ? undefined : t.average(money(summary.price.average))} />
        <Tile label={t.sold} value={count(summary.soldQuantity)} />
        <Tile label={t.pictures} value={count(summary.images)} />
        <Tile isText label={t.synced} value={ago(summary.lastSyncedAt)} title={dateTime(summary.lastSyncedAt)} />
      </div>
      <Trends id={sourceId} />
      <Section title={t.id}><Identity supplier={supplier} /></Section>
      <Products id={sourceId} />
    </>
  );
}

function Identity({ supplier }: { readonly supplier: SupplierDetail }) {
  const t = wordsOf(en, zhCn);
  const lines = [
    [t.id, supplier.sourceId], [t.company, supplier.companyName], [t.shop, supplier.name], [t.type, supplier.supplierType], [t.years, supplier.yearsActive], [t.rating, supplier.rating], [t.productRating, supplier.summary.averageRating],
    [t.aliases, supplier.aliases.map(({ kind, value }) => `${kind}: ${value}`).join(' · ')],
  ] as const;
  return <dl class="facts">{lines.flatMap(([label, value]) => (value === null || value === '' ? [] : [<dt key={label}>{label}</dt>, <dd key={`${label} value`}>{value}</dd>]))}</dl>;
}

function Products({ id }: { readonly id: string }) {
  const t = wordsOf(en, zhCn);
  const found = useLoad((signal) => call('GET /search', { query: { supplier: id, sort: 'sold', limit: shownProducts }, signal }), [id]);
  return (
    <Section title={t.shown} isPlain actions={<a href={addressTo('/products', {}, { supplier: id })}>{t.all}</a>}>
      <Loaded of={found} lines={5}>{({ items }) => (items.length === 0 ? <p class="soft">{t.noProducts}</p> : <ProductGrid items={items} />)}</Loaded>
    </Section>
  );
}
