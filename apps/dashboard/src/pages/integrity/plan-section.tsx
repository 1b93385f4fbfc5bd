import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { Dialog } from '../../components/dialog.tsx';
import { JobView } from '../../components/job-view.tsx';
import { Section } from '../../components/page-head.tsx';
import { toast } from '../../components/toast.tsx';
import { en } from '../../messages/en/integrity.ts';
import { zhCn } from '../../messages/zh-cn/integrity.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import { useJob } from '../../state/use-job.ts';
import { PlanView } from './plan-view.tsx';

interface Fixed {
  readonly actions: readonly { readonly done: boolean }[];
}

/** Makes a plan, shows it, and does it after a question. */
export function PlanSection({ plan, onApplied }: { readonly plan: string | null; readonly onApplied: () => void }) {
  const t = wordsOf(en, zhCn);
  const [isForced, setForced] = useState(false);
  const [asking, setAsking] = useState<number | null>(null);
  const planning = useJob((job) => {
    if (job.state === 'completed') withQuery({ plan: (job.result as { readonly plan: string }).plan }, { replace: true });
  });
  const applying = useJob((job) => {
    if (job.state !== 'completed') return;
    const { actions } = job.result as Fixed;
    const done = actions.filter((each) => each.done).length;
    toast(t.done(done, actions.length - done));
    withQuery({ plan: null }, { replace: true });
    onApplied();
  });
  const apply = (): void => {
    setAsking(null);
    if (plan !== null) applying.start(() => call('POST /plans/{id}/apply', { params: { id: plan }, body: { force: isForced } }));
  };
  return (
    <Section title={t.planTitle} actions={<button type="button" class="button" disabled={planning.isBusy || applying.isBusy} onClick={() => { planning.start(() => call('POST /plans', { body: { force: isForced } })); }}>{t.plan}</button>}>
      <p class="soft">{t.planHint}</p>
      <p><label class="check"><input type="checkbox" checked={isForced} onChange={(event) => { setForced(event.currentTarget.checked); }} /><span>{t.force}</span></label></p>
      <JobView of={planning} />
      <JobView of={applying} />
      {plan !== null && !planning.isBusy && !applying.isBusy && <PlanView key={plan} id={plan} onApply={setAsking} />}
      <Dialog title={t.applyTitle} isOpen={asking !== null} onClose={() => { setAsking(null); }} actions={<button type="button" class="button primary" onClick={apply}>{t.apply}</button>}>
        <p>{t.applyText(asking ?? 0)}</p>
      </Dialog>
    </Section>
  );
}
