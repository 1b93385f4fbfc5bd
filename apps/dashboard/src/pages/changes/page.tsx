import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { follow } from '../../api/follow.ts';
import type { Change } from '../../api/operations.ts';
import { Badge } from '../../components/badge.tsx';
import { ChangeTable } from '../../components/change-table.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Pager } from '../../components/pager.tsx';
import { Segments } from '../../components/segments.tsx';
import { Empty } from '../../components/states.tsx';
import { en } from '../../messages/en/changes.ts';
import { en as shellEn } from '../../messages/en/shell.ts';
import { en as workEn } from '../../messages/en/work.ts';
import { zhCn } from '../../messages/zh-cn/changes.ts';
import { zhCn as shellZhCn } from '../../messages/zh-cn/shell.ts';
import { zhCn as workZhCn } from '../../messages/zh-cn/work.ts';
import { wordsOf } from '../../state/language.ts';
import { usePages } from '../../state/use-pages.ts';

const kinds = ['created', 'updated', 'delisted', 'relisted', 'removed', 'restored'] as const;
type Kind = 'all' | (typeof kinds)[number];
/** What came live is dropped from the end beyond this: a long import must not fill the browser. */
const mostLive = 500;

/** The change feed, the newest first, going on by itself. */
export function ChangesPage() {
  const t = wordsOf(en, zhCn);
  const shell = wordsOf(shellEn, shellZhCn);
  const work = wordsOf(workEn, workZhCn);
  const [kind, setKind] = useState<Kind>('all');
  const [isPaused, setPaused] = useState(false);
  const [isConnected, setConnected] = useState(true);
  const [live, setLive] = useState<readonly Change[]>([]);
  const [held, setHeld] = useState<readonly Change[]>([]);
  const old = usePages((cursor, signal) => call('GET /changes/newest', { query: { limit: 50, cursor }, signal }), []);
  const since = old.first === undefined ? null : (old.first.items[0]?.seq ?? '0');
  useEffect(() => (since === null ? undefined : follow('GET /changes/events', {
    query: { since }, events: kinds, onState: setConnected,
    onEvent: ({ data }) => { setHeld((before) => [data as Change, ...before].slice(0, mostLive)); },
  })), [since]);
  useEffect(() => {
    if (isPaused || held.length === 0) return;
    setLive((before) => [...held, ...before].slice(0, mostLive));
    setHeld([]);
  }, [isPaused, held]);
  const shown = [...live, ...old.items].filter((change) => kind === 'all' || change.kind === kind);
  const isEmpty = old.first !== undefined && live.length === 0 && old.items.length === 0;
  return (
    <>
      <PageHead title={shell.pages.changes} actions={<span class="row">
        {isPaused && held.length > 0 && <Badge tone="info">{t.waiting(held.length)}</Badge>}
        <Badge tone={!isConnected ? 'bad' : isPaused ? 'warn' : 'good'}>{!isConnected ? t.lost : isPaused ? t.paused : t.live}</Badge>
        <button type="button" class="button" onClick={() => { setPaused(!isPaused); }}>{isPaused ? t.resume : t.pause}</button>
      </span>}>{t.intro}</PageHead>
      <p><Segments label={t.all} value={kind} onChange={setKind} options={[['all', t.all], ...kinds.map((each) => [each, work.changeKinds[each]] as const)]} /></p>
      {isEmpty ? <Empty title={t.empty}><p>{t.emptyHint}</p></Empty> : shown.length > 0 && <ChangeTable caption={shell.pages.changes} changes={shown} hasRun />}
      <Pager of={old} />
    </>
  );
}
