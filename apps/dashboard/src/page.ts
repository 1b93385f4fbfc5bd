import type { ComponentType } from 'preact';

/** What a page is given: the named parts of its address and what stands behind the question mark. */
export interface PageProps {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export type PageComponent = ComponentType<PageProps>;
