import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { objectTarget } from '../fix-step.ts';

/** Sequences that would hand out a number which a row has already: the next insert fails. */
export const sequenceBehind = defineCheck({
  id: 'sequence-behind',
  title: 'Sequences behind the highest number of their column',
  titleZh: '序列落后于列中的最大值',
  severity: 'critical',
  kind: 'sql',
  async *find({ session, catalog }) {
    for (const table of catalog.tables.values()) {
      for (const { name, column } of table.sequences) {
        const [row] = await session.rows<{ highest: string; last: string }>(session.sql(
          `select h.highest::text, s.last_value::text as last from ? as s, (select max(?) as highest from ? as t) as h
           where h.highest >= case when s.is_called then s.last_value + 1 else s.last_value end`,
          [session.named(name), session.column(column), session.named(table.name)],
        ));
        if (row) yield fault('sequences', name, { table: table.name, column, ...row }, { key: { table: table.name, column } });
      }
    }
  },
  fix: {
    action: 'advance',
    population: null,
    steps: [{ kind: 'sequence', name: 'advance-sequence' }],
    plan: async (_, { id, key }) => [objectTarget('advance-sequence', id, key)],
  },
});
