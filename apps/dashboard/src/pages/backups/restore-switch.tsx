import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { JobView } from '../../components/job-view.tsx';
import { Failure } from '../../components/states.tsx';
import { en } from '../../messages/en/backups.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { wordsOf } from '../../state/language.ts';
import { useJob } from '../../state/use-job.ts';
import type { Restore } from './restore-comparison.tsx';

/** Backs up the live data as a job, so that its progress shows, and then switches. */
export function RestoreSwitch({ of: { id }, onBack, onDone }: { readonly of: Restore; readonly onBack: () => void; readonly onDone: () => void }) {
  const t = wordsOf(en, zhCn);
  const [isSafe, setSafe] = useState(true);
  const [isSwitching, setSwitching] = useState(false);
  const [error, setError] = useState<unknown>();
  const switchNow = async (): Promise<void> => {
    setSwitching(true);
    setError(undefined);
    try {
      await call('POST /restores/{id}/switch', { params: { id }, body: { safetyBackup: false } });
      onDone();
    } catch (thrown) {
      setError(thrown);
      setSwitching(false);
    }
  };
  const saving = useJob((job) => { if (job.state === 'completed') void switchNow(); });
  const start = (): void => {
    if (isSafe) saving.start(() => call('POST /backups', { body: { name: `before-${id}-${Date.now().toString(36)}` } }));
    else void switchNow();
  };
  return (
    <div class="stack">
      <p>{t.switchText}</p>
      <label class="check"><input type="checkbox" checked={isSafe} onChange={(event) => { setSafe(event.currentTarget.checked); }} /><span>{t.safety}</span></label>
      <JobView of={saving} />
      {isSwitching && <p role="status">{t.switching}</p>}
      {error !== undefined && <Failure error={error} />}
      <div class="row"><button type="button" class="button danger" disabled={saving.isBusy || isSwitching} onClick={start}>{t.switchNow}</button><button type="button" class="button" disabled={saving.isBusy || isSwitching} onClick={onBack}>{t.back}</button></div>
    </div>
  );
}
