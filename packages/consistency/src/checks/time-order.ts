import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowId } from '../fix-step.ts';
import { keyOfRow } from '../row-key.ts';
import { joined } from '../session.ts';
import { touched } from '../touched.ts';

/** Of each pair the first cannot be before the second. */
const orders = [['updated_at', 'created_at'], ['last_seen_at', 'first_seen_at'], ['valid_to', 'valid_from'], ['expires_at', 'started_at']] as const;

/** Times that contradict each other. A second is let pass: clocks of two machines differ. */
export const timeOrder = defineCheck({
  id: 'time-order',
  title: 'Rows that were changed before they were made',
  titleZh: '时间先后矛盾（如更新时间早于创建时间）',
  severity: 'low',
  kind: 'sql',
  async *find(context) {
    const { session, catalog } = context;
    for (const table of catalog.tables.values()) {
      const known = orders.filter((pair) => pair.every((name) => table.columns.get(name)?.type === 'timestamp with time zone'));
      if (known.length === 0) continue;
      const wrong = known.map(([later, earlier]) => session.sql("? < ? - interval '1 second'", [session.column(later), session.column(earlier)]));
      const rows = session.stream<{ key: Record<string, string> }>(session.sql(
        'select ? as key from ? as t where ? and (?)', [keyOfRow(session, table), session.named(table.name), touched(context, table.name), joined(session, wrong, ' or ')],
      ));
      for await (const { key } of rows) yield fault(table.name, rowId(key), { pairs: known.map((pair) => pair.join(' before ')) }, { key, fixable: false });
    }
  },
});
