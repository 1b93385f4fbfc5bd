import { call } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/page-head.tsx';
import { en } from '../../messages/en/backups.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { ago } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import { useLoad } from '../../state/use-load.ts';

/** Restores that somebody began: to go on with, or to undo. Nothing when there is none. */
export function StandingRestores({ turn }: { readonly turn: number }) {
  const t = wordsOf(en, zhCn);
  const restores = useLoad((signal) => call('GET /restores', { signal }), [turn]);
  const items = restores.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Section title={t.standing}>
      <p class="soft small">{t.standingHint}</p>
      <DataTable caption={t.standing} rows={items} rowKey={(each) => each.id} columns={[
        { id: 'backup', label: t.backup, cell: ({ backupName }) => <strong>{backupName}</strong> },
        { id: 'state', label: t.status, cell: ({ state }) => <Badge tone={state === 'applied' ? 'warn' : 'info'}>{t[state]}</Badge> },
        { id: 'when', label: t.taken, isExtra: true, cell: ({ plannedAt }) => ago(plannedAt) },
        { id: 'go', label: t.goOn, cell: ({ id }) => <button type="button" class="button" onClick={() => { withQuery({ restore: id, backup: null }); }}>{t.goOn}</button> },
      ]} />
    </Section>
  );
}
