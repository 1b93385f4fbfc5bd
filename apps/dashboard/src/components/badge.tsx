import type { ComponentChildren } from 'preact';
import './badge.css';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info';

/** A state in one or two words. */
export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}
