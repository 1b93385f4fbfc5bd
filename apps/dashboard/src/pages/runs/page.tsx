import { useEffect } from 'preact/hooks';
import { call, type CallOptions } from '../../api/call.ts';
import { DataTable } from '../../components/data-table.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Pager } from '../../components/pager.tsx';
import { Empty } from '../../components/states.tsx';
import { en } from '../../messages/en/runs.ts';
import { en as shellEn } from '../../messages/en/shell.ts';
import { en as workEn } from '../../messages/en/work.ts';
import { zhCn } from '../../messages/zh-cn/runs.ts';
import { zhCn as shellZhCn } from '../../messages/zh-cn/shell.ts';
import { zhCn as workZhCn } from '../../messages/zh-cn/work.ts';
import type { PageProps } from '../../page.ts';
import { ago, count, duration } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo, withQuery } from '../../state/place.ts';
import { usePages } from '../../state/use-pages.ts';
import { runKind, RunStatus } from './run-status.tsx';
import './runs.css';

type Filter = NonNullable<CallOptions<'GET /sync-records'>['query']>;
const lookAgainMs = 3_000;

/** Every run, the newest first; looked at again while one of them runs. */
export function RunsPage({ query }: PageProps) {
  const t = wordsOf(en, zhCn);
  const shell = wordsOf(shellEn, shellZhCn);
  const work = wordsOf(workEn, workZhCn);
  const [kind, status, stuck] = [query.get('kind'), query.get('status'), query.get('stuck')];
  const filter: Filter = { kind: (kind ?? undefined) as Filter['kind'], status: (status ?? undefined) as Filter['status'], stuck: stuck ?? undefined };
  const runs = usePages((cursor, signal) => call('GET /sync-records', { query: { limit: 50, cursor, ...filter }, signal }), [kind, status, stuck]);
  const isRunning = runs.items.some((each) => each.status === 'running') && runs.items.length <= 50;
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(runs.reload, lookAgainMs);
    return () => { clearInterval(timer); };
  }, [isRunning]);
  const isFiltered = kind !== null || status !== null || stuck !== null;
  return (
    <>
      <PageHead title={shell.pages.runs} actions={<a class="button primary" href="/import">{t.toImport}</a>}>{t.intro}</PageHead>
      <div class="row run-filters">
        <label class="field"><span>{t.kind}</span><select value={kind ?? ''} onChange={(event) => { withQuery({ kind: event.currentTarget.value }); }}><option value="">{t.every}</option>{Object.entries(work.kinds).map(([each, text]) => <option key={each} value={each}>{text}</option>)}</select></label>
        <label class="field"><span>{t.status}</span><select value={status ?? ''} onChange={(event) => { withQuery({ status: event.currentTarget.value }); }}><option value="">{t.every}</option>{Object.entries(work.statuses).map(([each, text]) => <option key={each} value={each}>{text}</option>)}</select></label>
        <label class="check"><input type="checkbox" checked={stuck === 'true'} onChange={(event) => { withQuery({ stuck: event.currentTarget.checked ? 'true' : null }); }} /><span>{t.stuck}</span></label>
      </div>
      {runs.first?.items.length === 0 && <Empty title={isFiltered ? t.emptyFiltered : t.empty} />}
      {runs.items.length > 0 && (
        <DataTable caption={shell.pages.runs} rows={runs.items} rowKey={(run) => run.id} columns={[
          { id: 'id', label: t.id, cell: (run) => <a href={addressTo('/runs/:id', { id: run.id })}>{runKind(run.kind)} {run.id}</a> },
          { id: 'status', label: t.status, cell: (run) => <RunStatus of={run} /> },
          { id: 'input', label: t.input, isExtra: true, cell: (run) => run.input ?? '–' },
          { id: 'read', label: t.read, isNumber: true, cell: (run) => count(run.read) },
          { id: 'created', label: t.created, isNumber: true, isExtra: true, cell: (run) => count(run.created) },
          { id: 'updated', label: t.updated, isNumber: true, isExtra: true, cell: (run) => count(run.updated) },
          { id: 'rejected', label: t.rejected, isNumber: true, cell: (run) => count(run.rejected) },
          { id: 'started', label: t.started, cell: (run) => ago(run.startedAt) },
          { id: 'took', label: t.took, isNumber: true, isExtra: true, cell: (run) => duration(run.workedMs) },
        ]} />
      )}
      <Pager of={runs} />
    </>
  );
}
