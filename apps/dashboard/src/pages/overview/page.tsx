import { PageHead } from '../../components/page-head.tsx';
import { Empty } from '../../components/states.tsx';
import { en } from '../../messages/en/shell.ts';
import { zhCn } from '../../messages/zh-cn/shell.ts';
import { wordsOf } from '../../state/language.ts';

export function OverviewPage() {
  const t = wordsOf(en, zhCn);
  return <><PageHead title={t.pages.overview} /><Empty /></>;
}
