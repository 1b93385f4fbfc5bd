import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Loading<Data> {
  /** What came last; kept while it is loaded again. */
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Loads when the component appears and whenever one of `keys` changes; what is no longer wanted is cut off. */
export function useLoad<Data>(load: (signal: AbortSignal) => Promise<Data>, keys: readonly unknown[]): Loading<Data> {
  const [state, setState] = useState<Omit<Loading<Data>, 'reload'>>({ data: undefined, error: undefined, isLoading: true });
  const [turn, setTurn] = useState(0);
  const newest = useRef(load);
  newest.current = load;
  useEffect(() => {
    const gone = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    newest.current(gone.signal).then(
      (data) => { if (!gone.signal.aborted) setState({ data, error: undefined, isLoading: false }); },
      (error: unknown) => { if (!gone.signal.aborted) setState({ data: undefined, error, isLoading: false }); },
    );
    return () => { gone.abort(); };
  }, [...keys, turn]);
  const reload = useCallback(() => { setTurn((before) => before + 1); }, []);
  return { ...state, reload };
}
