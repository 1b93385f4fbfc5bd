import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { JobView } from '../../components/job-view.tsx';
import { Section } from '../../components/page-head.tsx';
import { Loaded } from '../../components/states.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { en } from '../../messages/en/backups.ts';
import { zhCn } from '../../messages/zh-cn/backups.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import { useJob } from '../../state/use-job.ts';
import { useLoad } from '../../state/use-load.ts';
import { RestoreComparison } from './restore-comparison.tsx';
import { RestoreSwitch } from './restore-switch.tsx';

export interface RestoreWizardProps {
  /** The backup that was chosen, until it stands beside. */
  readonly backup: string | null;
  /** Id of what stands beside. */
  readonly restore: string | null;
  readonly onChanged: () => void;
}

/** Load beside → compare → switch → undo. The address holds the step, so that nothing is lost when the page is loaded again. */
export function RestoreWizard({ backup, restore, onChanged }: RestoreWizardProps) {
  const t = wordsOf(en, zhCn);
  const [isSwitching, setSwitching] = useState(false);
  const leave = (): void => { withQuery({ backup: null, restore: null }); };
  const loading = useJob((job) => {
    const { id } = (job.result ?? {}) as { readonly id?: string };
    if (job.state === 'completed' && id !== undefined) withQuery({ restore: id, backup: null }, { replace: true });
  });
  const facts = useLoad(async (signal) => (restore === null ? null : call('GET /restores/{id}', { params: { id: restore }, signal })), [restore]);
  const undo = (): void => {
    if (restore === null) return;
    call('POST /restores/{id}/undo', { params: { id: restore } }).then(({ action }) => {
      toast(action === 'undone' ? t.undone : t.dropped);
      setSwitching(false);
      onChanged();
      leave();
    }, toastError);
  };
  const step = restore === null ? 0 : facts.data?.state === 'applied' ? 3 : isSwitching ? 2 : 1;
  return (
    <div class="restore-wizard">
      <Section title={`${t.wizard}: ${facts.data?.backupName ?? backup ?? restore ?? ''}`} actions={<button type="button" class="button quiet" onClick={leave}>{t.close}</button>}>
        <ol class="steps">{t.steps.map((name, at) => <li key={name} aria-current={at === step ? 'step' : undefined}>{name}</li>)}</ol>
        {restore === null && backup !== null && (
          <>
            <p>{t.loadText(backup)}</p>
            <JobView of={loading} />
            <p><button type="button" class="button primary" disabled={loading.isBusy} onClick={() => { loading.start(() => call('POST /restores', { body: { backup } })); }}>{t.load}</button></p>
          </>
        )}
        {restore !== null && (
          <Loaded of={facts} lines={5}>{(known) => (known === null ? null : step === 1 ? <RestoreComparison of={known} onSwitch={() => { setSwitching(true); }} onDrop={undo} /> : step === 2 ? (
            <RestoreSwitch of={known} onBack={() => { setSwitching(false); }} onDone={() => {
              facts.reload();
              onChanged();
            }} />
          ) : (
            <><p role="status"><strong>{t.doneText(known.beside)}</strong></p><p class="row"><button type="button" class="button danger" onClick={undo}>{t.undo}</button><button type="button" class="button" onClick={leave}>{t.close}</button></p></>
          ))}</Loaded>
        )}
      </Section>
    </div>
  );
}
