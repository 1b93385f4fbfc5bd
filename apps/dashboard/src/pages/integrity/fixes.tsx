import { call } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { JobView } from '../../components/job-view.tsx';
import { Section } from '../../components/page-head.tsx';
import { Pager } from '../../components/pager.tsx';
import { toast } from '../../components/toast.tsx';
import { en } from '../../messages/en/integrity.ts';
import { zhCn } from '../../messages/zh-cn/integrity.ts';
import { count, dateTime } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { isOperator } from '../../state/session.ts';
import { useJob } from '../../state/use-job.ts';
import { usePages } from '../../state/use-pages.ts';

/** Repairs that were done, each with the way back. */
export function Fixes({ turn, onUndone }: { readonly turn: number; readonly onUndone: () => void }) {
  const t = wordsOf(en, zhCn);
  const fixes = usePages((cursor, signal) => call('GET /fixes', { query: { limit: 20, cursor }, signal }), [turn]);
  const undoing = useJob((job) => {
    if (job.state === 'completed') toast(t.undone);
    onUndone();
  });
  const statuses: Readonly<Record<string, string>> = t.statuses;
  return (
    <Section title={t.fixes}>
      <JobView of={undoing} />
      {fixes.first?.items.length === 0 && <p class="soft">{t.noFixes}</p>}
      {fixes.items.length > 0 && (
        <DataTable caption={t.fixes} rows={fixes.items} rowKey={(each) => each.id} columns={[
          { id: 'fix', label: t.fix, cell: ({ id }) => `${t.fix} ${id}` },
          { id: 'when', label: t.when, cell: ({ startedAt }) => dateTime(startedAt) },
          { id: 'status', label: t.status, cell: ({ status }) => <Badge tone={status === 'completed' ? 'good' : 'warn'}>{statuses[status] ?? status}</Badge> },
          { id: 'mended', label: t.mended, isNumber: true, cell: ({ counts }) => count(Number(counts['done'] ?? 0)) },
          { id: 'skipped', label: t.skipped, isNumber: true, isExtra: true, cell: ({ counts }) => count(Number(counts['skipped'] ?? 0)) },
          ...(isOperator.value ? [{ id: 'undo', label: t.undo, cell: ({ id }: { readonly id: string }) => <button type="button" class="button" disabled={undoing.isBusy} aria-label={`${t.undo} ${t.fix} ${id}`} onClick={() => { undoing.start(() => call('POST /fixes/{id}/undo', { params: { id } })); }}>{t.undo}</button> }] : []),
        ]} />
      )}
      <Pager of={fixes} />
    </Section>
  );
}
