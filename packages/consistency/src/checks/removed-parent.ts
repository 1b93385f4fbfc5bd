import { has } from '../catalog.ts';
import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowId } from '../fix-step.ts';
import { referencesOf } from '../known-model.ts';
import { keyOfRow } from '../row-key.ts';
import { joined } from '../session.ts';

/**
 * Live rows below a removed one (软删除). Removing a product leaves its SKUs and pictures as they are, so that restoring it brings
 * all of it back: this is worth knowing before a clean-up, and nothing to mend.
 */
export const removedParent = defineCheck({
  id: 'removed-parent',
  title: 'Live rows that belong to a removed row',
  titleZh: '父记录已软删除但子记录仍有效',
  severity: 'low',
  kind: 'sql',
  async *find({ session, catalog }) {
    for (const { table: name, columns, parent, parentSchema, parentColumns } of referencesOf(catalog)) {
      const table = catalog.tables.get(name);
      if (!table || parentSchema !== catalog.schema || parent === name || !has(catalog, [`${name}.deleted_at`, `${parent}.deleted_at`])) continue;
      const equal = columns.map((column, index) => session.sql('? = ?', [session.column(parentColumns[index] ?? column, 'parent'), session.column(column)]));
      const rows = session.stream<{ key: Record<string, string>; removed: Date }>(session.sql(
        'select ? as key, parent.deleted_at as removed from ? as t join ? as parent on ? where t.deleted_at is null and parent.deleted_at is not null',
        [keyOfRow(session, table), session.named(name), session.named(parent), joined(session, equal, ' and ')],
      ));
      for await (const { key, removed } of rows) {
        yield fault(`${name}.${columns.join('+')}`, rowId(key), { parent, removedAt: removed.toISOString() }, { key, fixable: false });
      }
    }
  },
});
