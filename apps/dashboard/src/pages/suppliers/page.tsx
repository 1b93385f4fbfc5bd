import { call } from '../../api/call.ts';
import type { Supplier } from '../../api/operations.ts';
import { DataTable } from '../../components/data-table.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Pager } from '../../components/pager.tsx';
import { supplierAddress } from '../../components/product-grid.tsx';
import { Empty } from '../../components/states.tsx';
import { en } from '../../messages/en/suppliers.ts';
import { zhCn } from '../../messages/zh-cn/suppliers.ts';
import type { PageProps } from '../../page.ts';
import { ago, count, dateTime } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import { useLoad } from '../../state/use-load.ts';
import { usePages } from '../../state/use-pages.ts';

/** Suppliers, narrowed by province and type. */
export function SuppliersPage({ query }: PageProps) {
  const t = wordsOf(en, zhCn);
  const province = query.get('province') ?? undefined;
  const supplierType = query.get('type') ?? undefined;
  const stats = useLoad((signal) => call('GET /stats', { signal }), []);
  const found = usePages((cursor, signal) => call('GET /suppliers', { query: { limit: 50, cursor, province, supplierType }, signal }), [province, supplierType]);
  const counted = stats.data?.suppliers;
  return (
    <>
      <PageHead title={t.title} actions={(
        <>
          <Choice label={t.province} name="province" chosen={province} values={counted?.byProvince ?? {}} />
          <Choice label={t.type} name="type" chosen={supplierType} values={counted?.byType ?? {}} />
        </>
      )}>{counted && t.total(count(counted.total))}</PageHead>
      {!found.isLoading && found.error === undefined && found.items.length === 0 && <Empty title={t.none}><p>{t.noneHint}</p></Empty>}
      {found.items.length > 0 && (
        <DataTable<Supplier> caption={t.title} rows={found.items} rowKey={(supplier) => supplier.sourceId} columns={[
          { id: 'name', label: t.name, cell: (supplier) => <><a href={supplierAddress(supplier.sourceId)}>{supplier.companyName ?? supplier.name ?? supplier.sourceId}</a><br /><span class="small soft">{supplier.sourceId}</span></> },
          { id: 'province', label: t.province, cell: (supplier) => [supplier.province, supplier.city].filter(Boolean).join(' ') || '–' },
          { id: 'type', label: t.type, isExtra: true, cell: (supplier) => supplier.supplierType ?? '–' },
          { id: 'rating', label: t.rating, isNumber: true, cell: (supplier) => supplier.rating ?? '–' },
          { id: 'years', label: t.years, isNumber: true, isExtra: true, cell: (supplier) => count(supplier.yearsActive) },
          { id: 'updated', label: t.updated, isExtra: true, cell: (supplier) => <span title={dateTime(supplier.updatedAt)}>{ago(supplier.updatedAt)}</span> },
        ]} />
      )}
      <Pager of={found} />
    </>
  );
}

function Choice({ label, name, chosen, values }: { readonly label: string; readonly name: string; readonly chosen: string | undefined; readonly values: Readonly<Record<string, number>> }) {
  const t = wordsOf(en, zhCn);
  const known = Object.entries(values).filter(([value]) => value !== '').toSorted(([, a], [, b]) => b - a);
  if (known.length === 0) return null;
  return (
    <label class="row"><span class="soft small">{label}</span>
      <select value={chosen ?? ''} onChange={(event) => { withQuery({ [name]: event.currentTarget.value }); }}><option value="">{t.any}</option>{known.map(([value, held]) => <option key={value} value={value}>{value} ({count(held)})</option>)}</select>
    </label>
  );
}
