import { PageHead } from '../../components/page-head.tsx';
import { Empty } from '../../components/states.tsx';
import { en } from '../../messages/en/import.ts';
import { en as shellEn } from '../../messages/en/shell.ts';
import { en as workEn } from '../../messages/en/work.ts';
import { zhCn } from '../../messages/zh-cn/import.ts';
import { zhCn as shellZhCn } from '../../messages/zh-cn/shell.ts';
import { zhCn as workZhCn } from '../../messages/zh-cn/work.ts';
import type { PageProps } from '../../page.ts';
import { wordsOf } from '../../state/language.ts';
import { withQuery } from '../../state/place.ts';
import { isOperator } from '../../state/session.ts';
import { DropZone } from './drop-zone.tsx';
import { Outcome } from './outcome.tsx';
import { Preview } from './preview.tsx';
import './import.css';

/** A file in three steps, each with an address of its own: choose it, look at it, follow the import. */
export function ImportPage({ query }: PageProps) {
  const t = wordsOf(en, zhCn);
  const shell = wordsOf(shellEn, shellZhCn);
  const work = wordsOf(workEn, workZhCn);
  const upload = query.get('upload');
  const job = query.get('job');
  const restart = (): void => { withQuery({ upload: null, job: null }); };
  return (
    <>
      <PageHead title={shell.pages.import} actions={upload !== null || job !== null ? <button type="button" class="button" onClick={restart}>{t.again}</button> : null}>{t.intro}</PageHead>
      {!isOperator.value ? <Empty title={work.onlyOperator}><p>{work.onlyOperatorHint}</p></Empty>
        : job !== null ? <Outcome key={job} id={job} onFile={(id) => { withQuery({ upload: id, job: null }); }} />
          : upload !== null ? <Preview key={upload} id={upload} onStarted={(id) => { withQuery({ job: id, upload: null }); }} />
            : <DropZone onSent={(id) => { withQuery({ upload: id, job: null }); }} />}
    </>
  );
}
