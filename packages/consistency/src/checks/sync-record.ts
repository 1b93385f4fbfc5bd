import { defineCheck } from '../check.ts';
import { fault, type Severity } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';

/** What a sync record must not say at once. Only the end that was never written can be filled in. */
const contradictions: readonly { readonly problem: string; readonly condition: string; readonly severity: Severity }[] = [
  { problem: 'it has ended, but has no time of its end', condition: "status <> 'running' and finished_at is null", severity: 'medium' },
  { problem: 'it is running, but has a time of its end', condition: "status = 'running' and finished_at is not null", severity: 'medium' },
  { problem: 'it ended before it started', condition: 'finished_at < started_at', severity: 'medium' },
  { problem: 'a count is negative', condition: 'least(read_count, created_count, updated_count, unchanged_count, rejected_count, duplicate_count) < 0', severity: 'medium' },
  {
    problem: 'its counts do not add up',
    condition: "kind = 'import' and status in ('completed', 'partial') and read_count <> created_count + updated_count + unchanged_count + rejected_count + duplicate_count",
    severity: 'low',
  },
];

const [noEnd] = contradictions;

export const syncRecord = defineCheck({
  id: 'sync-record',
  title: 'Sync records that contradict themselves',
  titleZh: '同步记录自相矛盾',
  severity: 'medium',
  kind: 'sql',
  needs: ['sync_records.finished_at', 'sync_records.duplicate_count'],
  async *find({ session }) {
    for (const { problem, condition, severity } of contradictions) {
      const rows = session.stream<{ id: string; kind: string; status: string }>(session.sql(
        `select id::text, kind, status from ? where ${condition}`, [session.named('sync_records')],
      ));
      for await (const { id, kind, status } of rows) {
        yield fault(`sync_records (${problem})`, id, { kind, status, problem }, { key: { id }, severity, fixable: problem === noEnd?.problem });
      }
    }
  },
  fix: {
    action: 'close',
    population: 'sync_records',
    steps: [{
      kind: 'row',
      name: 'close',
      values: ({ session }) => ({ finished_at: session.sql('greatest(t.heartbeat_at, t.started_at)') }),
      stillBroken: ({ session }) => session.sql("t.status <> 'running' and t.finished_at is null"),
    }],
    plan: async (_, { key }) => [rowTarget('close', 'sync_records', key)],
  },
});
