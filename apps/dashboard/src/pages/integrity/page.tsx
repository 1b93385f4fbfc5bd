import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { JobView } from '../../components/job-view.tsx';
import { PageHead, Section } from '../../components/page-head.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { en } from '../../messages/en/integrity.ts';
import { en as shellEn } from '../../messages/en/shell.ts';
import { zhCn } from '../../messages/zh-cn/integrity.ts';
import { zhCn as shellZhCn } from '../../messages/zh-cn/shell.ts';
import type { PageProps } from '../../page.ts';
import { ago } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { isOperator } from '../../state/session.ts';
import { useJob } from '../../state/use-job.ts';
import { useLoad } from '../../state/use-load.ts';
import { usePages } from '../../state/use-pages.ts';
import { FindingTable } from './finding-table.tsx';
import { Fixes } from './fixes.tsx';
import { PlanSection } from './plan-section.tsx';
import './integrity.css';

/** What is broken → what would mend it → done → taken back. */
export function IntegrityPage({ query }: PageProps) {
  const t = wordsOf(en, zhCn);
  const shell = wordsOf(shellEn, shellZhCn);
  const [isDeep, setDeep] = useState(false);
  const [turn, setTurn] = useState(0);
  const refresh = (): void => { setTurn((before) => before + 1); };
  const checks = useLoad((signal) => call('GET /checks', { query: { limit: 1 }, signal }), [turn]);
  const findings = usePages((cursor, signal) => call('GET /findings', { query: { state: 'open', limit: 50, cursor }, signal }), [turn]);
  const checking = useJob(refresh);
  const last = checks.data?.items[0];
  const isClear = findings.first?.items.length === 0;
  return (
    <>
      <PageHead title={shell.pages.integrity} actions={isOperator.value && <button type="button" class="button primary" disabled={checking.isBusy} onClick={() => { checking.start(() => call('POST /checks', { body: { deep: isDeep } })); }}>{t.check}</button>}>{t.intro}</PageHead>
      <div class="row integrity-check">
        {isOperator.value && <label class="check"><input type="checkbox" checked={isDeep} onChange={(event) => { setDeep(event.currentTarget.checked); }} /><span>{t.deep}</span></label>}
        {last && <span class="soft">{t.last(ago(last.finishedAt ?? last.startedAt))}</span>}
      </div>
      <JobView of={checking} />
      <Section title={t.findings}>
        <Loaded of={checks}>{() => (isClear ? <Empty title={last ? t.good : t.unchecked}><p>{last ? t.goodHint : t.uncheckedHint}</p></Empty> : <FindingTable findings={findings} />)}</Loaded>
      </Section>
      {isOperator.value && (!isClear || query.has('plan')) && <PlanSection plan={query.get('plan')} onApplied={refresh} />}
      <Fixes turn={turn} onUndone={refresh} />
    </>
  );
}
