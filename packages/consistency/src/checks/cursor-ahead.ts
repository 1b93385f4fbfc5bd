import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';
import type { Session, Sql } from '../session.ts';

/** The highest number that the feed has ever given out. */
function lastOfFeed(session: Session): Sql {
  return session.sql(
    `greatest((select coalesce(max(seq), 0) from ?), (select case when is_called then last_value else last_value - 1 end from ?))`,
    [session.named('changes'), session.named('changes_seq_seq')],
  );
}

/** A watch that waits for entries which are long past: after a restore to an older state it would miss all that comes. */
export const cursorAhead = defineCheck({
  id: 'cursor-ahead',
  title: 'Watches that stand beyond the end of the change feed',
  titleZh: '监控的游标超出变更流末尾（常见于恢复旧备份后）',
  severity: 'high',
  kind: 'sql',
  needs: ['watches.seq', 'changes.seq', 'store.lineage'],
  async *find({ session }) {
    const rows = session.stream<{ id: string; seq: string; last: string }>(session.sql(
      'select id, seq::text, ?::text as last from ? as t where t.seq > ?', [lastOfFeed(session), session.named('watches'), lastOfFeed(session)],
    ));
    for await (const { id, seq, last } of rows) yield fault('watches', id, { seq, last }, { key: { id } });
  },
  fix: {
    action: 'rewind',
    population: null,
    steps: [{
      kind: 'row',
      name: 'rewind',
      values: ({ session }) => ({ seq: lastOfFeed(session) }),
      stillBroken: ({ session }) => session.sql('t.seq > ?', [lastOfFeed(session)]),
    }],
    plan: async (_, { key }) => [rowTarget('rewind', 'watches', key)],
  },
});
