import { call } from '../../api/call.ts';
import { PageHead, Section } from '../../components/page-head.tsx';
import { ProductGrid } from '../../components/product-grid.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/overview.ts';
import { zhCn } from '../../messages/zh-cn/overview.ts';
import { ago, count, percent } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo } from '../../state/place.ts';
import { useLoad } from '../../state/use-load.ts';
import { Attention } from './attention.tsx';
import { FigureTiles, type Stats } from './figure-tiles.tsx';
import './overview.css';

const shownProducts = 12;

/** How much there is, what needs somebody, and what moved last. */
export function OverviewPage() {
  const t = wordsOf(en, zhCn);
  const stats = useLoad((signal) => call('GET /stats', { signal }), []);
  const backups = useLoad((signal) => call('GET /backups', { signal }), []);
  const last = backups.data?.items.at(-1) ?? null;
  return (
    <>
      <PageHead title={t.title}>{stats.data && t.counted(ago(stats.data.computedAt))}</PageHead>
      <Loaded of={stats} lines={8}>
        {(data) => (data.products.total === 0 && data.syncs.total === 0 ? <NothingYet /> : (
          <>
            <FigureTiles stats={data} backup={last} />
            <div class="overview-halves">
              <Loaded of={backups}>{() => <Attention stats={data} backup={last} />}</Loaded>
              <Categories stats={data} />
            </div>
            <Latest />
          </>
        ))}
      </Loaded>
    </>
  );
}

function NothingYet() {
  const t = wordsOf(en, zhCn);
  return <Empty title={t.empty}><p>{t.emptyHint}</p><code>1688sync import FILE</code><a class="button primary" href="/import">{t.toImport}</a></Empty>;
}

function Categories({ stats }: { readonly stats: Stats }) {
  const t = wordsOf(en, zhCn);
  const { byCategory, total } = stats.products;
  const most = Math.max(1, ...byCategory.map((each) => each.count));
  return (
    <Section title={t.categories}>
      <ul class="plain shares">
        {byCategory.slice(0, 7).map(({ categoryId, name, count: held }) => (
          <li key={categoryId}>
            {categoryId === '' ? <span>{t.noCategory}</span> : <a href={addressTo('/products', {}, { category: categoryId })}>{name ?? categoryId}</a>}
            <meter aria-label={name ?? t.noCategory} min={0} max={most} value={held} />
            <span class="number" title={percent(held / Math.max(1, total))}>{count(held)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Latest() {
  const t = wordsOf(en, zhCn);
  const latest = useLoad((signal) => call('GET /search', { query: { sort: 'updated', limit: shownProducts }, signal }), []);
  return (
    <Section title={t.latest} isPlain actions={<a href="/products">{t.all}</a>}>
      <Loaded of={latest} lines={5}>{({ items }) => <ProductGrid items={items} />}</Loaded>
    </Section>
  );
}
