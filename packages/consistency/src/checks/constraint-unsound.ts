import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { referencesOf } from '../known-model.ts';
import { expectedKeys, isUpheld } from '../natural-key.ts';

/** Constraints and unique indexes that are missing, not valid, or switched off: what they should forbid can happen. */
export const constraintUnsound = defineCheck({
  id: 'constraint-unsound',
  title: 'Foreign keys and unique indexes that are missing, not validated, or switched off',
  titleZh: '外键或唯一索引缺失、未验证或被停用',
  severity: 'high',
  kind: 'sql',
  async *find({ catalog }) {
    for (const { name, table, columns, parent, declared, validated, enforced } of referencesOf(catalog)) {
      const problem = !declared ? 'missing' : !enforced ? 'switched off' : !validated ? 'not validated' : null;
      if (problem) yield fault('foreign keys', `${table}.${name}`, { problem, columns, refersTo: parent });
    }
    for (const key of expectedKeys(catalog)) {
      const table = catalog.tables.get(key.table);
      if (!table || isUpheld(table, key)) continue;
      const index = table.keys.find((each) => !each.valid && each.columns.join() === key.columns.join());
      yield fault('unique indexes', `${key.table}.${key.columns.join('+')}`, { problem: index ? 'not valid' : 'missing', index: index?.name ?? null });
    }
  },
});
