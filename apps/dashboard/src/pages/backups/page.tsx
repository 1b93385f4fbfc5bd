import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { JobView } from '../../components/job-view.tsx';
import { PageHead, Section } from '../../components/page-head.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { toast } from '../../components/toast.tsx';
import { en } from '../../messages/en/backups.ts';
import { en as shellEn } from '../../messages/en/shell.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { zhCn as shellZhCn } from '../../messages/zh-cn/shell.ts';
import type { PageProps } from '../../page.ts';
import { wordsOf } from '../../state/language.ts';
import { isOperator } from '../../state/session.ts';
import { useJob } from '../../state/use-job.ts';
import { useLoad } from '../../state/use-load.ts';
import { BackupCalendar } from './backup-calendar.tsx';
import { BackupHealth } from './backup-health.tsx';
import { BackupTable } from './backup-table.tsx';
import { RestoreWizard } from './restore-wizard.tsx';
import { SizeBars } from './size-bars.tsx';
import { StandingRestores } from './standing-restores.tsx';
import './backups.css';

/** How safe the data is, the backups, and the way back from one. */
export function BackupsPage({ query }: PageProps) {
  const t = wordsOf(en, zhCn);
  const shell = wordsOf(shellEn, shellZhCn);
  const [name, setName] = useState('');
  const [turn, setTurn] = useState(0);
  const refresh = (): void => { setTurn((before) => before + 1); };
  const backups = useLoad((signal) => call('GET /backups', { signal }), [turn]);
  const creating = useJob((job) => {
    if (job.state === 'completed') toast(t.created);
    setName('');
    refresh();
  });
  const isRestoring = isOperator.value && (query.has('backup') || query.has('restore'));
  return (
    <>
      <PageHead title={shell.pages.backups}>{t.intro}</PageHead>
      {isRestoring && <RestoreWizard backup={query.get('backup')} restore={query.get('restore')} onChanged={refresh} />}
      {!isRestoring && isOperator.value && <StandingRestores turn={turn} />}
      <BackupHealth turn={turn} all={backups.data?.items ?? []} />
      {isOperator.value && (
        <form class="row backup-create" onSubmit={(event) => {
          event.preventDefault();
          creating.start(() => call('POST /backups', { body: name.trim() === '' ? {} : { name: name.trim() } }));
        }}>
          <label class="field"><span>{t.name}</span><input type="text" maxLength={200} value={name} onInput={(event) => { setName(event.currentTarget.value); }} /></label>
          <button class="button primary" disabled={creating.isBusy}>{t.create}</button>
        </form>
      )}
      <JobView of={creating} />
      <Loaded of={backups} lines={8}>{({ items }) => (items.length === 0 ? <Empty title={t.empty}><p>{t.emptyHint}</p></Empty> : (
        <>
          <Section title={t.calendar}><div class="backup-plots"><BackupCalendar backups={items} /><SizeBars backups={items} /></div></Section>
          <Section title={t.list}><BackupTable backups={items.toReversed()} onVerified={refresh} /></Section>
        </>
      ))}</Loaded>
    </>
  );
}
