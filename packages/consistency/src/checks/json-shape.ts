import { has } from '../catalog.ts';
import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowId } from '../fix-step.ts';
import { keyOfRow } from '../row-key.ts';
import { touched } from '../touched.ts';

/** What kind of JSON each column holds; another one stops every program that reads the row. */
const shapes: readonly { readonly column: string; readonly kind: 'array' | 'object' }[] = [
  { column: 'products.attributes', kind: 'array' },
  { column: 'products.specifications', kind: 'object' },
  { column: 'products.field_locks', kind: 'object' },
  { column: 'products.delisted_evidence', kind: 'object' },
  { column: 'skus.attributes', kind: 'array' },
  { column: 'sync_records.errors', kind: 'array' },
  { column: 'changes.fields', kind: 'object' },
];

export const jsonShape = defineCheck({
  id: 'json-shape',
  title: 'JSON of another kind than its column holds',
  titleZh: 'JSON 结构与字段不符',
  severity: 'medium',
  kind: 'sql',
  needs: ['store.lineage', 'products.attributes'],
  async *find(context) {
    const { session, catalog } = context;
    for (const { column, kind } of shapes) {
      const [name = '', field = ''] = column.split('.');
      const table = catalog.tables.get(name);
      if (!table || !has(catalog, [column])) continue;
      const rows = session.stream<{ key: Record<string, string>; found: string }>(session.sql(
        'select ? as key, jsonb_typeof(?) as found from ? as t where ? and ? is not null and jsonb_typeof(?) <> ?',
        [keyOfRow(session, table), session.column(field), session.named(name), touched(context, name), session.column(field), session.column(field), kind],
      ));
      for await (const { key, found } of rows) yield fault(column, rowId(key), { expected: kind, found }, { key, fixable: false });
    }
  },
});
