import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowId } from '../fix-step.ts';
import { keyOfRow } from '../row-key.ts';
import { joined } from '../session.ts';
import { touched } from '../touched.ts';

/** Columns that tell of something that has happened; others, such as `next_attempt_at`, may lie ahead. */
const past = ['created_at', 'updated_at', 'deleted_at', 'last_synced_at', 'started_at', 'heartbeat_at', 'finished_at', 'fetched_at', 'changed_at'];

/** Times that have not come yet: a clock was wrong, and whatever looks for what is new is misled. */
export const futureTime = defineCheck({
  id: 'future-time',
  title: 'Times of past events that lie in the future',
  titleZh: '过去事件的时间在未来',
  severity: 'low',
  kind: 'sql',
  async *find(context) {
    const { session, catalog } = context;
    for (const table of catalog.tables.values()) {
      const columns = past.filter((name) => table.columns.get(name)?.type === 'timestamp with time zone');
      if (columns.length === 0) continue;
      const ahead = columns.map((name) => session.sql("? > now() + interval '5 minutes'", [session.column(name)]));
      const times = columns.map((name) => session.sql('?', [session.column(name)]));
      const rows = session.stream<{ key: Record<string, string>; latest: Date }>(session.sql(
        'select ? as key, greatest(?) as latest from ? as t where ? and (?)',
        [keyOfRow(session, table), joined(session, times, ', '), session.named(table.name), touched(context, table.name), joined(session, ahead, ' or ')],
      ));
      for await (const { key, latest } of rows) yield fault(table.name, rowId(key), { latest: latest.toISOString() }, { key, fixable: false });
    }
  },
});
