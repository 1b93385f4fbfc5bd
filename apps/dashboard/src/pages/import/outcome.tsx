import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { Figures } from '../../components/figures.tsx';
import { JobView } from '../../components/job-view.tsx';
import { Section } from '../../components/page-head.tsx';
import { Loaded } from '../../components/states.tsx';
import { RejectList } from '../../components/reject-list.tsx';
import { en } from '../../messages/en/import.ts';
import { zhCn } from '../../messages/zh-cn/import.ts';
import { count } from '../../state/format.ts';
import { wordsOf } from '../../state/language.ts';
import { addressTo } from '../../state/place.ts';
import { useJob } from '../../state/use-job.ts';
import { useLoad } from '../../state/use-load.ts';
import { DropZone } from './drop-zone.tsx';

/** An import while it runs and what came of it; its rejects to be downloaded, mended and dropped again. */
export function Outcome({ id, onFile }: { readonly id: string; readonly onFile: (upload: string) => void }) {
  const t = wordsOf(en, zhCn);
  const [hasMended, setMended] = useState(false);
  const asked = useLoad((signal) => call('GET /jobs/{id}', { params: { id }, signal }), [id]);
  const followed = useJob();
  const { data } = asked;
  useEffect(() => { if (data) followed.start(() => Promise.resolve(data)); }, [data]);
  const result = followed.job?.state === 'completed' ? resultOf(followed.job.result) : null;
  const figure = (name: string): number => Number(result?.[name] ?? 0);
  const run = result?.['syncRecord'] as { readonly id: string } | null | undefined;
  return (
    <Loaded of={asked}>{() => (
      <>
        <Section title={t.outcome} actions={run ? <a class="button" href={addressTo('/runs/:id', { id: run.id })}>{t.toRun}</a> : null}>
          <JobView of={followed} />
          {followed.isBusy && <p class="soft small">{t.follow}</p>}
          {result && (
            <>
              {!run && <p role="status">{t.dry}</p>}
              <Figures of={[
                { label: t.read, value: count(figure('read')) }, { label: t.created, value: count(figure('created')), tone: 'good' }, { label: t.updated, value: count(figure('updated')) },
                { label: t.unchanged, value: count(figure('unchanged')) }, { label: t.rejects, value: count(figure('rejected')), tone: figure('rejected') > 0 ? 'bad' : 'plain' },
              ]} />
              {figure('rejected') === 0 && <p role="status">{t.none}</p>}
            </>
          )}
        </Section>
        {run && figure('rejected') > 0 && (
          <Section title={t.rejectsTitle}>
            <p class="soft">{t.rejectsHint}</p>
            <RejectList run={run.id} />
            <div class="import-mended">{hasMended ? <DropZone title={t.dropMended} onSent={onFile} /> : <button type="button" class="button" onClick={() => { setMended(true); }}>{t.dropMended}</button>}</div>
          </Section>
        )}
      </>
    )}</Loaded>
  );
}

function resultOf(result: unknown): Readonly<Record<string, unknown>> {
  return typeof result === 'object' && result !== null ? result as Record<string, unknown> : {};
}
