import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import './page-head.css';

export interface PageHeadProps {
  readonly title: string;
  /** A sentence or figures below it. */
  readonly children?: ComponentChildren;
  /** Buttons beside it. */
  readonly actions?: ComponentChildren;
}

/** The first thing of every page: its name, which is the window's name too. */
export function PageHead({ title, children, actions }: PageHeadProps) {
  useEffect(() => { document.title = `${title} · 1688sync`; }, [title]);
  return (
    <header class="page-head">
      <div class="page-head-text"><h1 tabIndex={-1}>{title}</h1>{children && <div class="soft">{children}</div>}</div>
      {actions && <div class="page-head-actions">{actions}</div>}
    </header>
  );
}

/** A part of a page with a heading, on a card of its own. */
export function Section({ title, actions, children, isPlain = false }: { readonly title: string; readonly actions?: ComponentChildren; readonly children: ComponentChildren; readonly isPlain?: boolean }) {
  return (
    <section class={isPlain ? 'section section-plain' : 'section'}>
      <div class="section-head"><h2>{title}</h2>{actions}</div>
      {children}
    </section>
  );
}
