import { has } from '../catalog.ts';
import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowId } from '../fix-step.ts';
import { keyOfRow } from '../row-key.ts';
import { touched } from '../touched.ts';

/** What a column must not hold. Constraints forbid most of it, as long as nobody dropped them. */
const rules: readonly { readonly column: string; readonly problem: string; readonly condition: string }[] = [
  { column: 'products.title', problem: 'blank', condition: "btrim(t.title, E' \\t\\r\\n\\u00A0\\u3000') = '' or t.title is null" },
  { column: 'products.source_id', problem: 'not an id', condition: "t.source_id is null or t.source_id !~ '^[^[:space:][:cntrl:]]{1,64}$'" },
  { column: 'products.currency', problem: 'not a currency', condition: "t.currency is null or t.currency !~ '^[A-Z]{3}$'" },
  { column: 'products.sync_status', problem: 'unknown status', condition: "t.sync_status is null or t.sync_status not in ('pending', 'syncing', 'completed', 'failed')" },
  { column: 'products.pricing_mode', problem: 'unknown mode', condition: "t.pricing_mode not in ('tiers', 'sku', 'shared-tiers', 'sku-tiers')" },
  { column: 'suppliers.source_id', problem: 'not an id', condition: "t.source_id is null or t.source_id !~ '^[^[:space:][:cntrl:]]{1,64}$'" },
  { column: 'skus.source_id', problem: 'not an id', condition: "t.source_id is null or t.source_id !~ '^[^[:space:][:cntrl:]]{1,64}$'" },
  { column: 'price_tiers.min_quantity', problem: 'not above zero', condition: 't.min_quantity is null or t.min_quantity < 1' },
  { column: 'product_images.canonical_url', problem: 'blank', condition: "t.canonical_url is null or btrim(t.canonical_url) = ''" },
  { column: 'product_images.role', problem: 'unknown role', condition: "t.role is null or t.role not in ('main', 'gallery', 'sku', 'description')" },
  { column: 'product_images.state', problem: 'unknown state', condition: "t.state is null or t.state not in ('pending', 'stored', 'failed', 'gone') or (t.state = 'stored') <> (t.sha256 is not null)" },
  { column: 'image_objects.state', problem: 'unknown state', condition: "t.state is null or t.state not in ('live', 'deleting', 'missing', 'quarantined')" },
  { column: 'image_objects.size_bytes', problem: 'not above zero', condition: 't.size_bytes is null or t.size_bytes < 1' },
  { column: 'sync_records.status', problem: 'unknown status', condition: "t.status is null or t.status not in ('running', 'completed', 'partial', 'failed', 'cancelled', 'interrupted')" },
];

/** Blank where something must stand, and states that no program of ours knows. */
export const requiredValue = defineCheck({
  id: 'required-value',
  title: 'Required values that are blank, and states that do not exist',
  titleZh: '必填值为空，或状态值无效',
  severity: 'medium',
  kind: 'sql',
  needs: ['store.lineage', 'products.title', 'product_images.sha256'],
  async *find(context) {
    const { session, catalog } = context;
    for (const { column, problem, condition } of rules) {
      const [name = '', field = ''] = column.split('.');
      const table = catalog.tables.get(name);
      if (!table || !has(catalog, [column])) continue;
      const rows = session.stream<{ key: Record<string, string>; value: string | null }>(session.sql(
        `select ? as key, left(?::text, 80) as value from ? as t where ? and (${condition.replaceAll('?', '\\?')})`, [keyOfRow(session, table), session.column(field), session.named(name), touched(context, name)],
      ));
      for await (const { key, value } of rows) yield fault(`${column} (${problem})`, rowId(key), { value, problem }, { key, fixable: false });
    }
  },
});
