import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { Badge } from '../../components/badge.tsx';
import { Figures } from '../../components/figures.tsx';
import { PageHead, Section } from '../../components/page-head.tsx';
import { RejectList } from '../../components/reject-list.tsx';
import { Loaded } from '../../components/states.tsx';
import { toast, toastError } from '../../components/toast.tsx';
import { en } from '../../messages/en/runs.ts';
import { zhCn } from '../../messages/zh-cn/runs.ts';
import type { PageProps } from '../../page.ts';
import { count, dateTime, duration } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { isOperator } from '../../state/session.ts';
import { useLoad } from '../../state/use-load.ts';
import { RevertDialog } from './revert-dialog.tsx';
import { RunChanges } from './run-changes.tsx';
import { runKind, RunStatus } from './run-status.tsx';
import './runs.css';

const lookAgainMs = 2_000;

/** One run: counts, what changed, rejects, and the way back. */
export function RunPage({ params }: PageProps) {
  const t = wordsOf(en, zhCn);
  const id = params['id'] ?? '';
  const [isReverting, setReverting] = useState(false);
  const loading = useLoad((signal) => call('GET /sync-records/{id}', { params: { id }, signal }), [id]);
  const run = loading.data;
  const isRunning = run?.status === 'running';
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(loading.reload, lookAgainMs);
    return () => { clearInterval(timer); };
  }, [isRunning]);
  const cancel = (): void => {
    call('POST /sync-records/{id}/cancel', { params: { id } }).then(() => {
      toast(t.cancelled);
      loading.reload();
    }, toastError);
  };
  const actions = isOperator.value && run && (isRunning ? <button type="button" class="button" onClick={cancel}>{t.cancel}</button>
    : run.kind === 'import' ? <button type="button" class="button danger" onClick={() => { setReverting(true); }}>{t.revert}</button> : null);
  return (
    <>
      <PageHead title={run ? `${runKind(run.kind)} ${id}` : t.run(id)} actions={actions}>{run && <span class="row"><RunStatus of={run} />{run.silent && <Badge tone="bad">{t.silent}</Badge>}<span>{run.input ?? ''}</span></span>}</PageHead>
      <Loaded of={loading} lines={8}>{(known) => (
        <>
          <Figures of={[
            { label: t.read, value: count(known.read) }, { label: t.created, value: count(known.created), tone: 'good' }, { label: t.updated, value: count(known.updated) }, { label: t.unchanged, value: count(known.unchanged) },
            { label: t.rejected, value: count(known.rejected), tone: known.rejected > 0 ? 'bad' : 'plain' },
          ]} />
          <Section title={t.facts}>
            <dl class="facts">
              <dt>{t.started}</dt><dd>{dateTime(known.startedAt)}</dd><dt>{t.took}</dt><dd>{duration(known.workedMs)}</dd><dt>{t.scope}</dt><dd>{known.scope}</dd>
              {known.profile && <><dt>{t.profile}</dt><dd>{known.profile}</dd></>}
              {known.recordsPerSecond !== null && <><dt>{t.rate}</dt><dd>{t.perSecond(count(Math.round(known.recordsPerSecond)))}</dd></>}
              {known.secondsLeft !== null && <><dt>{t.left}</dt><dd>{duration(known.secondsLeft * 1_000)}</dd></>}
              {known.attempts > 1 && <><dt>{t.attempts}</dt><dd>{count(known.attempts)}</dd></>}
            </dl>
          </Section>
          {known.errors.length > 0 && <Section title={t.errors}><ul class="plain stack">{known.errors.map(({ code, message }, at) => <li key={at}>{message} <code class="small soft">{code}</code></li>)}</ul></Section>}
          <RunChanges id={id} />
          {known.rejected > 0 && <Section title={t.rejects}><RejectList run={id} /></Section>}
          <RevertDialog run={id} isOpen={isReverting} onClose={() => { setReverting(false); }} />
        </>
      )}</Loaded>
    </>
  );
}
