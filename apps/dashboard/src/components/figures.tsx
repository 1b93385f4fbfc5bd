import type { ComponentChildren } from 'preact';
import type { Tone } from './badge.tsx';
import './figures.css';

export interface FigureProps {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly tone?: Tone;
}

/** A few figures in a row. */
export function Figures({ of }: { readonly of: readonly FigureProps[] }) {
  return <dl class="figures">{of.map(({ label, value, tone = 'plain' }) => <div key={label} class={`figure figure-${tone}`}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>;
}
