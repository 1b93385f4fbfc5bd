import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { Section } from '../../components/page-head.tsx';
import { Failure } from '../../components/states.tsx';
import { en } from '../../messages/en/import.ts';
import { zhCn } from '../../messages/zh-cn/import.ts';
import { wordsOf } from '../../state/language.ts';
import type { Reading } from './preview.tsx';

/** Scope, full scan and dry run, and the button that starts the import. */
export function ImportOptions({ id, reading, onStarted }: { readonly id: string; readonly reading: Reading; readonly onStarted: (job: string) => void }) {
  const t = wordsOf(en, zhCn);
  const [scope, setScope] = useState('default');
  const [fullScan, setFullScan] = useState(false);
  const [dryRun, setDryRun] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const start = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const job = await call('POST /imports', { body: { uploadId: id, ...reading, scope: scope.trim() || 'default', fullScan, dryRun } });
      onStarted(job.id);
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Section title={t.options}>
      <form class="import-options" onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}>
        <label class="field"><span>{t.scope}</span><input type="text" value={scope} maxLength={200} aria-describedby="scope-hint" onInput={(event) => { setScope(event.currentTarget.value); }} /></label>
        <p id="scope-hint" class="soft small">{t.scopeHint}</p>
        <label class="check"><input type="checkbox" checked={fullScan} onChange={(event) => { setFullScan(event.currentTarget.checked); }} /><span>{t.fullScan}</span></label>
        <label class="check"><input type="checkbox" checked={dryRun} onChange={(event) => { setDryRun(event.currentTarget.checked); }} /><span>{t.dryRun}</span></label>
        <div><button class="button primary" disabled={isBusy}>{dryRun ? t.startDry : t.start}</button></div>
        {error !== undefined && <Failure error={error} />}
      </form>
    </Section>
  );
}
