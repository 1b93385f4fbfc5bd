import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface KeysetPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface Pages<Item, Page extends KeysetPage<Item> = KeysetPage<Item>> {
  /** Of all pages that were loaded. */
  readonly items: readonly Item[];
  /** The first, with what stands beside its items. */
  readonly first: Page | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  /** Loads the next page; null after the last. */
  readonly more: (() => void) | null;
  readonly reload: () => void;
}

interface State<Page> {
  readonly pages: readonly Page[];
  readonly error: unknown;
  readonly isLoading: boolean;
}

/** Keyset pages, one after the other; begins anew when one of `keys` changes. */
export function usePages<Item, Page extends KeysetPage<Item>>(load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page & KeysetPage<Item>>, keys: readonly unknown[]): Pages<Item, Page> {
  const [state, setState] = useState<State<Page>>({ pages: [], error: undefined, isLoading: true });
  const [turn, setTurn] = useState(0);
  const newest = useRef(load);
  newest.current = load;
  const gone = useRef(new AbortController());
  const fetchPage = useCallback((cursor: string | undefined, before: readonly Page[]) => {
    const { signal } = gone.current;
    setState({ pages: before, error: undefined, isLoading: true });
    newest.current(cursor, signal).then(
      (page) => { if (!signal.aborted) setState({ pages: cursor === undefined ? [page] : [...before, page], error: undefined, isLoading: false }); },
      (error: unknown) => { if (!signal.aborted) setState({ pages: before, error, isLoading: false }); },
    );
  }, []);
  const shown = useRef<readonly Page[]>([]);
  shown.current = state.pages;
  useEffect(() => {
    gone.current = new AbortController();
    fetchPage(undefined, shown.current);
    return () => { gone.current.abort(); };
  }, [...keys, turn]);
  const cursor = state.pages.at(-1)?.nextCursor ?? null;
  return {
    items: state.pages.flatMap((page) => [...page.items]), first: state.pages[0], error: state.error, isLoading: state.isLoading,
    more: cursor === null || state.isLoading ? null : () => { fetchPage(cursor, state.pages); },
    reload: useCallback(() => { setTurn((before) => before + 1); }, []),
  };
}
