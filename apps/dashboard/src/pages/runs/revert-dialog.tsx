import { call } from '../../api/call.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Figures } from '../../components/figures.tsx';
import { JobView } from '../../components/job-view.tsx';
import { en } from '../../messages/en/runs.ts';
import { zhCn } from '../../messages/zh-cn/runs.ts';
import { count } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo } from '../../state/place.ts';
import { useJob } from '../../state/use-job.ts';

interface Reverted {
  readonly syncRecord: { readonly id: string } | null;
  readonly products: number;
  readonly suppliers: number;
  readonly values: number;
  readonly removed: number;
  readonly restored: number;
  readonly keptCount: number;
}

/** Takes a run back in two steps: count, then do. */
export function RevertDialog({ run, isOpen, onClose }: { readonly run: string; readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = wordsOf(en, zhCn);
  const dry = useJob();
  const applied = useJob();
  const counted = dry.job?.state === 'completed' ? dry.job.result as Reverted : null;
  const done = applied.job?.state === 'completed' ? applied.job.result as Reverted : null;
  const result = done ?? counted;
  const start = (dryRun: boolean): void => { (dryRun ? dry : applied).start(() => call('POST /sync-records/{id}/revert', { params: { id: run }, body: { dryRun } })); };
  const actions = done ? (done.syncRecord && <a class="button primary" href={addressTo('/runs/:id', { id: done.syncRecord.id })}>{t.toRevert}</a>)
    : counted ? <button type="button" class="button danger" disabled={applied.isBusy} onClick={() => { start(false); }}>{t.revertApply}</button>
      : <button type="button" class="button primary" disabled={dry.isBusy} onClick={() => { start(true); }}>{t.revertCount}</button>;
  return (
    <Dialog title={t.revertTitle} isOpen={isOpen} onClose={onClose} actions={actions}>
      <p class="soft">{t.revertText}</p>
      <JobView of={dry} />
      <JobView of={applied} />
      {done && <p role="status"><strong>{t.reverted}</strong></p>}
      {result && (
        <Figures of={[
          { label: t.products, value: count(result.products) }, { label: t.values, value: count(result.values) }, { label: t.suppliers, value: count(result.suppliers) }, { label: t.removed, value: count(result.removed) },
          { label: t.restored, value: count(result.restored) }, { label: t.kept, value: count(result.keptCount), tone: result.keptCount > 0 ? 'warn' : 'plain' },
        ]} />
      )}
    </Dialog>
  );
}
