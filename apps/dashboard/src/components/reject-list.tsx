import { addressOf, call } from '../api/call.ts';
import { en } from '../messages/en/import.ts';
import { zhCn } from '../messages/zh-cn/import.ts';
import { language, wordsOf } from '../state/language.ts';
import { usePages } from '../state/use-pages.ts';
import { DataTable } from './data-table.tsx';
import { Pager } from './pager.tsx';
import { Empty } from './states.tsx';

/** Rows that a run did not take, with the reason, and the workbook to mend them in. */
export function RejectList({ run }: { readonly run: string }) {
  const t = wordsOf(en, zhCn);
  const rejects = usePages((cursor, signal) => call('GET /sync-records/{id}/rejects', { params: { id: run }, query: { limit: 20, cursor }, signal }), [run]);
  if (rejects.first?.items.length === 0) return <Empty title={t.none} />;
  return (
    <div class="stack">
      <div><a class="button primary" download href={addressOf('GET /sync-records/{id}/rejects.xlsx', { params: { id: run }, query: { language: language.value } })}>{t.download}</a></div>
      {rejects.items.length > 0 && (
        <DataTable caption={t.rejectsTitle} rows={rejects.items} rowKey={(row) => row.id} columns={[
          { id: 'line', label: t.line, isNumber: true, cell: ({ line, record }) => line ?? record ?? '–' },
          { id: 'reason', label: t.reason, cell: ({ code, message }) => <>{message} <code class="soft small">{code}</code></> },
          { id: 'record', label: t.record, cell: ({ document: text }) => <span class="mono small">{text.length > 160 ? `${text.slice(0, 160)}…` : text}</span> },
        ]} />
      )}
      <Pager of={rejects} />
    </div>
  );
}
