import type { Change } from '../api/operations.ts';
import { en } from '../messages/en/work.ts';
import { en as runsEn } from '../messages/en/runs.ts';
import { zhCn } from '../messages/zh-cn/work.ts';
import { zhCn as runsZhCn } from '../messages/zh-cn/runs.ts';
import { ago, dateTime } from '../state/format.ts';
import { wordsOf } from '../state/language.ts';
import { addressTo } from '../state/place.ts';
import { Badge, type Tone } from './badge.tsx';
import { ChangeFields } from './change-fields.tsx';
import { DataTable } from './data-table.tsx';

const tones: Readonly<Record<string, Tone>> = { created: 'good', updated: 'info', delisted: 'bad', removed: 'bad', relisted: 'good', restored: 'good' };

/** Entries of the change feed with a link to what they are of. */
export function ChangeTable({ caption, changes, hasRun = false }: { readonly caption: string; readonly changes: readonly Change[]; readonly hasRun?: boolean }) {
  const t = wordsOf(en, zhCn);
  const runs = wordsOf(runsEn, runsZhCn);
  const kinds: Readonly<Record<string, string>> = t.changeKinds;
  return (
    <DataTable caption={caption} rows={changes} rowKey={(change) => change.seq} columns={[
      { id: 'goods', label: runs.goods, cell: ({ entity, sourceId }) => (entity === 'product' ? <a class="mono whole" href={addressTo('/products/:offerId', { offerId: sourceId })}>{sourceId}</a> : <>{t.entities.supplier} <span class="mono">{sourceId}</span></>) },
      { id: 'kind', label: runs.kind, cell: ({ kind }) => <Badge tone={tones[kind] ?? 'plain'}>{kinds[kind] ?? kind}</Badge> },
      { id: 'fields', label: runs.what, cell: ({ fields }) => <ChangeFields fields={fields} /> },
      { id: 'when', label: runs.when, isExtra: true, cell: ({ changedAt }) => <time dateTime={changedAt} title={dateTime(changedAt)}>{ago(changedAt)}</time> },
      ...(hasRun ? [{ id: 'run', label: runs.id, isExtra: true, cell: ({ syncRecordId }: Change) => (syncRecordId === null ? '–' : <a href={addressTo('/runs/:id', { id: syncRecordId })}>{syncRecordId}</a>) }] : []),
    ]} />
  );
}
