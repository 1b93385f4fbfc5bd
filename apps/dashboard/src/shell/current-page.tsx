import { useEffect, useRef, useState } from 'preact/hooks';
import { PageHead } from '../components/page-head.tsx';
import { Empty, Failure, Skeleton } from '../components/states.tsx';
import { en } from '../messages/en/shell.ts';
import { zhCn } from '../messages/zh-cn/shell.ts';
import type { PageComponent } from '../page.ts';
import { pages, type Page } from '../pages.ts';
import { wordsOf } from '../state/language.ts';
import { matchPath, place } from '../state/place.ts';

const loaded = new Map<Page, PageComponent>();

/** The page of the address, once its part of the script has come. A new page begins with the focus on its heading. */
export function CurrentPage() {
  const { path, query } = place.value;
  const found = pages.map((page) => ({ page, params: matchPath(page.address, path) })).find(({ params }) => params !== null);
  const [failed, setFailed] = useState<{ readonly page: Page; readonly error: unknown } | null>(null);
  const [, setTurn] = useState(0);
  const page = found?.page;
  useEffect(() => {
    if (!page || loaded.has(page)) return;
    page.load().then(
      (component) => {
        loaded.set(page, component);
        setTurn((turn) => turn + 1);
      },
      (error: unknown) => { setFailed({ page, error }); },
    );
  }, [page]);
  useFocusOnHeading(path, page !== undefined && loaded.has(page));
  if (!page || !found?.params) return <Missing />;
  if (failed?.page === page) return <Failure error={failed.error} retry={() => { location.reload(); }} />;
  const Component = loaded.get(page);
  return Component ? <Component key={path} params={found.params} query={query} /> : <Skeleton lines={8} />;
}

function useFocusOnHeading(path: string, isShown: boolean): void {
  const before = useRef(path);
  useEffect(() => {
    if (!isShown || before.current === path) return;
    before.current = path;
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [path, isShown]);
}

function Missing() {
  const t = wordsOf(en, zhCn);
  return <><PageHead title={t.missing} /><Empty title={t.missingHint}><a class="button" href="/">{t.toOverview}</a></Empty></>;
}
