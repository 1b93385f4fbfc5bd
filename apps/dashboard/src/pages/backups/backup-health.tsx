import { call } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { Figures } from '../../components/figures.tsx';
import { Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/backups.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { ago, bytes, count } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { useLoad } from '../../state/use-load.ts';
import type { Backup } from './backup-table.tsx';

/** Age of the newest complete backup and of the last one that was read whole. */
export function BackupHealth({ turn, all }: { readonly turn: number; readonly all: readonly Backup[] }) {
  const t = wordsOf(en, zhCn);
  const health = useLoad((signal) => call('GET /backup-health', { signal }), [turn]);
  return (
    <Loaded of={health} lines={2}>{({ lastComplete, lastVerified, failedSince, stale }) => (
      <>
        <Figures of={[
          { label: t.age, value: lastComplete ? ago(lastComplete.at) : t.never, tone: stale.includes('complete') ? 'bad' : 'good' }, { label: t.verifiedAge, value: lastVerified ? ago(lastVerified.at) : t.never, tone: stale.includes('verified') ? 'bad' : 'good' },
          { label: t.failedSince, value: count(failedSince), tone: failedSince > 0 ? 'bad' : 'plain' }, { label: t.total, value: bytes(all.reduce((sum, each) => sum + each.bytesNew, 0)) },
        ]} />
        <p>{stale.length === 0 ? <Badge tone="good">{t.good}</Badge> : <Badge tone="bad">{t.bad}</Badge>}</p>
      </>
    )}</Loaded>
  );
}
