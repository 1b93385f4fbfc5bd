import { en } from '../messages/en/common.ts';
import { zhCn } from '../messages/zh-cn/common.ts';
import { wordsOf } from '../state/language.ts';
import type { KeysetPage, Pages } from '../state/use-pages.ts';
import { Failure, Skeleton } from './states.tsx';

/** Below a list: what is loading, what failed, or a button for the next page. */
export function Pager<Item, Page extends KeysetPage<Item>>({ of }: { readonly of: Pages<Item, Page> }) {
  const t = wordsOf(en, zhCn);
  if (of.error !== undefined) return <Failure error={of.error} retry={of.reload} />;
  if (of.isLoading) return <Skeleton lines={of.items.length === 0 ? 6 : 2} />;
  return of.more ? <p class="centred"><button type="button" class="button" onClick={of.more}>{t.more}</button></p> : null;
}
