import { useEffect } from 'preact/hooks';
import { call } from '../../api/call.ts';
import type { Job } from '../../api/operations.ts';
import { Badge } from '../../components/badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Figures } from '../../components/figures.tsx';
import { JobView } from '../../components/job-view.tsx';
import { PageHead, Section } from '../../components/page-head.tsx';
import { Loaded } from '../../components/states.tsx';
import { toast } from '../../components/toast.tsx';
import { en } from '../../messages/en/storage.ts';
import { en as shellEn } from '../../messages/en/shell.ts';
import { zhCn } from '../../messages/zh-cn/storage.ts';
import { zhCn as shellZhCn } from '../../messages/zh-cn/shell.ts';
import { ago, bytes, count } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { isOperator } from '../../state/session.ts';
import { hasEnded, useJob } from '../../state/use-job.ts';
import { useLoad } from '../../state/use-load.ts';

interface Place {
  readonly place: string;
  readonly objects: number;
  readonly sizeBytes: number;
}

/** What the database knows of pictures and sizes, and what really lies in the storage when it is listed. */
export function StoragePage() {
  const t = wordsOf(en, zhCn);
  const shell = wordsOf(shellEn, shellZhCn);
  const stats = useLoad((signal) => call('GET /stats', { signal }), []);
  const last = useLoad((signal) => call('GET /jobs', { query: { kind: 'storage', limit: 10 }, signal }), []);
  const counting = useJob(() => { last.reload(); });
  const pulling = useJob((job) => {
    if (job.state === 'completed') toast(t.pulled(Number((job.result as { stored?: number } | null)?.stored ?? 0)));
    stats.reload();
  });
  const running = last.data?.items.find((job) => !hasEnded(job));
  useEffect(() => { if (running && counting.job === null) counting.start(() => Promise.resolve(running)); }, [running?.id]);
  const known = last.data?.items.find((job) => job.state === 'completed');
  const states: Readonly<Record<string, string>> = t.imageStates;
  return (
    <>
      <PageHead title={shell.pages.storage} actions={<a class="button" href="/integrity">{t.toIntegrity}</a>}>{t.intro}</PageHead>
      <Loaded of={stats} lines={6}>{({ images, storage, computedAt }) => (
        <Section title={t.pictures} actions={<span class="soft small">{t.computed(ago(computedAt))}</span>}>
          <Figures of={[{ label: t.stored, value: count(images.objects) }, { label: t.size, value: bytes(images.bytes) }, { label: t.database, value: bytes(storage.databaseBytes) }]} />
          <dl class="facts">
            <dt>{t.place}</dt><dd class="mono">{storage.place}</dd><dt>{t.database}</dt><dd class="mono">{storage.database}</dd>
            <dt>{t.states}</dt><dd class="row">{Object.entries(images.byState).map(([state, number]) => <Badge key={state} tone={state === 'stored' ? 'good' : state === 'failed' ? 'bad' : 'plain'}>{states[state] ?? state}: {count(number)}</Badge>)}</dd>
          </dl>
          {isOperator.value && (images.byState['pending'] ?? 0) > 0 && <p><button type="button" class="button" disabled={pulling.isBusy} onClick={() => { pulling.start(() => call('POST /image-pulls', { body: {} })); }}>{t.pull}</button></p>}
          <JobView of={pulling} />
        </Section>
      )}</Loaded>
      <Section title={t.places} actions={isOperator.value && <button type="button" class="button" disabled={counting.isBusy} onClick={() => { counting.start(() => call('POST /storage-counts', { body: {} })); }}>{t.count}</button>}>
        <p class="soft small">{t.placesHint}</p>
        <JobView of={counting} />
        <Loaded of={last} lines={2}>{() => (known ? <><p class="soft small">{t.counted(ago(known.finishedAt))}</p><Places of={known} /></> : <p class="soft">{t.never}</p>)}</Loaded>
      </Section>
    </>
  );
}

function Places({ of: { result } }: { readonly of: Job }) {
  const t = wordsOf(en, zhCn);
  const { places } = result as { readonly places: readonly Place[] };
  return (
    <DataTable caption={t.places} rows={places} rowKey={(each) => each.place} columns={[
      { id: 'place', label: t.place, cell: (each) => <span class="mono">{each.place}</span> },
      { id: 'objects', label: t.objects, isNumber: true, cell: (each) => count(each.objects) },
      { id: 'size', label: t.size, isNumber: true, cell: (each) => bytes(each.sizeBytes) },
    ]} />
  );
}
