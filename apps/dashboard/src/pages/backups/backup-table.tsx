import { useState } from 'preact/hooks';
import { call, type Reply } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { JobView } from '../../components/job-view.tsx';
import { toast } from '../../components/toast.tsx';
import { en } from '../../messages/en/backups.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { ago, bytes, count, dateTime } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import { isOperator } from '../../state/session.ts';
import { useJob } from '../../state/use-job.ts';

export type Backup = Reply<'GET /backups'>['items'][number];

/** Every backup with what it holds, when it was read back, and what can be done with it. */
export function BackupTable({ backups, onVerified }: { readonly backups: readonly Backup[]; readonly onVerified: () => void }) {
  const t = wordsOf(en, zhCn);
  const [damage, setDamage] = useState<string | null>(null);
  const verifying = useJob((job) => {
    const result = job.result as { readonly ok?: boolean; readonly name?: string; readonly damaged?: readonly unknown[] } | null;
    if (job.state === 'completed' && result?.ok) toast(t.verifiedGood(result.name ?? ''));
    setDamage(job.state === 'completed' && result?.ok === false ? `${result.name ?? ''}: ${t.damaged(result.damaged?.length ?? 0)}` : null);
    onVerified();
  });
  const [statuses, levels]: Readonly<Record<string, string>>[] = [t.statuses, t.levels];
  const verify = (name: string): void => { verifying.start(() => call('POST /backups/{name}/verify', { params: { name }, body: { level: 'read' } })); };
  return (
    <>
      <JobView of={verifying} />
      {damage !== null && <p role="alert"><Badge tone="bad">{damage}</Badge></p>}
      <DataTable caption={t.list} rows={backups} rowKey={(each) => `${each.seq} ${each.id ?? ''}`} columns={[
        { id: 'name', label: t.backup, cell: ({ name, id }) => <strong>{name ?? id ?? '–'}</strong> },
        { id: 'taken', label: t.taken, cell: ({ takenAt }) => <time dateTime={takenAt ?? undefined} title={dateTime(takenAt)}>{ago(takenAt)}</time> },
        { id: 'status', label: t.status, isExtra: true, cell: ({ status }) => <Badge tone={status === 'complete' ? 'good' : 'bad'}>{statuses?.[status] ?? status}</Badge> },
        { id: 'kind', label: t.kind, isExtra: true, cell: ({ kind }) => (kind === null ? '–' : t[kind]) },
        { id: 'rows', label: t.rows, isNumber: true, isExtra: true, cell: ({ rows }) => count(rows) },
        { id: 'images', label: t.images, isNumber: true, isExtra: true, cell: ({ images }) => count(images) },
        { id: 'size', label: t.size, isNumber: true, cell: ({ bytesNew }) => bytes(bytesNew) },
        { id: 'verified', label: t.verified, isExtra: true, cell: ({ verifiedAt, verifiedLevel }) => (verifiedAt === null ? <Badge tone="warn">{t.never}</Badge> : <>{ago(verifiedAt)} <span class="soft small">{levels?.[verifiedLevel ?? ''] ?? verifiedLevel}</span></>) },
        ...(isOperator.value ? [{ id: 'do', label: t.restore, cell: ({ name, id }: Backup) => {
          const key = id ?? name;
          return key === null ? null : (
            <span class="row">
              <button type="button" class="button" disabled={verifying.isBusy} aria-label={`${t.verify}: ${name ?? key}`} onClick={() => { verify(key); }}>{t.verify}</button>
              <button type="button" class="button" aria-label={`${t.restore} ${name ?? key}`} onClick={() => { withQuery({ backup: name ?? key, restore: null }); scrollTo(0, 0); }}>{t.restore}</button>
            </span>
          );
        } }] : []),
      ]} />
    </>
  );
}
