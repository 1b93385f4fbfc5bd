import { call } from '../api/call.ts';
import { problemError } from '../api/problem.ts';
import { en } from '../messages/en/work.ts';
import { zhCn } from '../messages/zh-cn/work.ts';
import { count } from '../state/format.ts';
import { wordsOf } from '../state/language.ts';
import { isOperator } from '../state/session.ts';
import { hasEnded, type FollowedJob } from '../state/use-job.ts';
import { Failure } from './states.tsx';
import { toastError } from './toast.tsx';
import './job-view.css';

/** A job while it works, with a button to cancel it, and why it failed; nothing once it has succeeded. */
export function JobView({ of: { job, error, isBusy } }: { readonly of: FollowedJob }) {
  const t = wordsOf(en, zhCn);
  if (error !== undefined) return <Failure error={error} />;
  if (job?.error) return <Failure error={problemError({ type: '', title: t.jobFailed, status: 0, detail: job.error.message, code: job.error.code, hint: job.error.hint, field: null, requestId: '', retryable: job.error.retryable })} />;
  if (job?.state === 'cancelled') return <p role="status" class="soft">{t.jobCancelled}</p>;
  if (!isBusy) return null;
  const progress = job?.progress;
  const label = job === null || job.state === 'queued' ? t.queued : t.running;
  return (
    <div class="job" role="status">
      <div class="row">
        <strong>{label}</strong>
        {progress && <span class="number soft">{count(progress.done)}{progress.total === undefined ? '' : ` / ${count(progress.total)}`}</span>}
      </div>
      <progress aria-label={label} max={progress?.total ?? 1} value={progress?.total === undefined ? undefined : progress.done} />
      {job && !hasEnded(job) && isOperator.value && <div><button type="button" class="button" disabled={job.cancelRequested} onClick={() => { call('POST /jobs/{id}/cancel', { params: { id: job.id } }).catch(toastError); }}>{t.cancelJob}</button></div>}
    </div>
  );
}
