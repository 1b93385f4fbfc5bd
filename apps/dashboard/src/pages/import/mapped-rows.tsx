import { Badge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/page-head.tsx';
import { Empty } from '../../components/states.tsx';
import { en } from '../../messages/en/import.ts';
import { zhCn } from '../../messages/zh-cn/import.ts';
import { count, moneyRange } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import type { FilePreview } from './preview.tsx';

type Row = FilePreview['records'][number];

/** The first rows as the products they become, or why they do not. */
export function MappedRows({ records, isStale }: { readonly records: readonly Row[]; readonly isStale: boolean }) {
  const t = wordsOf(en, zhCn);
  const rejected = records.filter((each) => each.rejected !== null).length;
  const text = (row: Row, field: string): string => shown(row.product?.[field]);
  return (
    <Section title={t.rows} actions={rejected === 0 && records.length > 0 ? <Badge tone="good">{t.allFit}</Badge> : null}>
      {records.length === 0 ? <Empty title={t.noRows} /> : (
        <div aria-busy={isStale}>
          {rejected > 0 && <p class="rows-rejected">{t.willReject(rejected)}</p>}
          <DataTable caption={t.rows} rows={records} rowKey={(row) => `${row.line ?? ''} ${row.pointer}`} columns={[
            { id: 'line', label: t.line, isNumber: true, cell: ({ line, pointer }) => line ?? pointer },
            { id: 'state', label: t.state, cell: ({ rejected: why }) => (why === null ? <Badge tone="good">{t.fits}</Badge> : <><Badge tone="bad">{t.rejected}</Badge> <span class="small">{why.message}</span></>) },
            { id: 'offer', label: t.offer, cell: (row) => <span class="mono whole">{text(row, 'offerId')}</span> },
            { id: 'title', label: t.title, cell: (row) => text(row, 'title') },
            { id: 'price', label: t.price, isNumber: true, cell: (row) => moneyRange(textOrNull(row.product?.['priceMinCny']), textOrNull(row.product?.['priceMaxCny'])) ?? '–' },
            { id: 'minOrder', label: t.minOrder, isNumber: true, isExtra: true, cell: (row) => text(row, 'minOrderQuantity') },
            { id: 'supplier', label: t.supplier, isExtra: true, cell: (row) => supplierOf(row) },
            { id: 'pictures', label: t.pictures, isNumber: true, isExtra: true, cell: (row) => count(listOf(row.product?.['images']).length) },
          ]} />
        </div>
      )}
    </Section>
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '–';
}
function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
function supplierOf({ product }: Row): string {
  const supplier = product?.['supplier'];
  return typeof supplier === 'object' && supplier !== null && 'name' in supplier ? shown(supplier.name) : '–';
}
