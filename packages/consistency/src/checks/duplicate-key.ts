import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { expectedKeys, isUpheld, keyCondition } from '../natural-key.ts';
import { keyOfRow } from '../row-key.ts';

/** Equal natural keys where no valid unique index forbids them. Which row is right only a person can say. */
export const duplicateKey = defineCheck({
  id: 'duplicate-key',
  title: 'Rows that share a key which must be unique',
  titleZh: '重复的唯一键',
  severity: 'critical',
  kind: 'sql',
  async *find({ session, catalog }) {
    for (const key of expectedKeys(catalog)) {
      const table = catalog.tables.get(key.table);
      if (!table || isUpheld(table, key)) continue;
      const columns = key.columns.map((column) => session.column(column));
      const list = session.sql(columns.map(() => '?').join(', '), columns);
      const texts = session.sql(columns.map(() => '?::text').join(', '), columns);
      const groups = session.stream<{ value: string; rows: number; keys: Record<string, string>[] }>(session.sql(
        "select concat_ws('/', ?) as value, count(*)::int as rows, (array_agg(?))[1:10] as keys from ? as t where ? group by ? having count(*) > 1",
        [texts, keyOfRow(session, table), session.named(key.table), keyCondition(session, key), list],
      ));
      for await (const { value, rows, keys } of groups) {
        yield fault(`${key.table}.${key.columns.join('+')}`, value, { rows, keys }, { fixable: false });
      }
    }
  },
});
