import type { ComponentChildren } from 'preact';
import { isProblemError } from '../api/problem.ts';
import { en } from '../messages/en/common.ts';
import { zhCn } from '../messages/zh-cn/common.ts';
import { wordsOf } from '../state/language.ts';
import type { Loading } from '../state/use-load.ts';
import './states.css';

/** Shows what was loaded, or that it is loading, or why not with a way to try again. */
export function Loaded<Data>({ of, lines = 3, children }: { readonly of: Loading<Data>; readonly lines?: number; readonly children: (data: Data) => ComponentChildren }) {
  if (of.error !== undefined) return <Failure error={of.error} retry={of.reload} />;
  if (of.data === undefined) return <Skeleton lines={lines} />;
  return <>{children(of.data)}</>;
}

/** Grey bars where something will stand; told to screen readers once. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  const t = wordsOf(en, zhCn);
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{t.loading}</span>
      {Array.from({ length: lines }, (_, at) => <span key={at} class="skeleton-bar" aria-hidden="true" />)}
    </div>
  );
}

/** What went wrong, in the words of the server, and what to do next. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  const t = wordsOf(en, zhCn);
  const problem = isProblemError(error) ? error.problem : null;
  const headline = problem === null ? t.failed : problem.code === 'UNREACHABLE' ? t.unreachable : problem.code === 'SERVER_BUSY' ? t.busy : problem.title;
  const detail = problem === null ? String(error) : problem.detail;
  return (
    <div class="failure" role="alert">
      <strong>{headline}</strong>
      {detail !== headline && <p>{detail}</p>}
      {problem?.hint && <p>{problem.hint}</p>}
      {problem && <p class="soft small">{t.code}: <code>{problem.code}</code>{problem.requestId !== '' && <> · {t.request}: <code>{problem.requestId}</code></>}</p>}
      {retry && <button type="button" class="button" onClick={retry}>{t.retry}</button>}
    </div>
  );
}

/** There is nothing, and what to do about it. */
export function Empty({ title, children }: { readonly title?: string; readonly children?: ComponentChildren }) {
  const t = wordsOf(en, zhCn);
  return (
    <div class="empty">
      <svg class="empty-sign" viewBox="0 0 48 48" aria-hidden="true"><path d="M6 18 24 9l18 9-18 9Zm0 0v14l18 9 18-9V18M24 27v14" /></svg>
      <strong>{title ?? t.nothing}</strong>
      {children}
    </div>
  );
}
