import type { ComponentChildren } from 'preact';
import './tile.css';

export interface TileProps {
  readonly label: string;
  readonly value: ComponentChildren;
  /** The whole number where `value` is shortened. */
  readonly title?: string;
  readonly note?: ComponentChildren;
  readonly href?: string;
  /** Words instead of a number: smaller. */
  readonly isText?: boolean;
  /** A sparkline or a bar. */
  readonly children?: ComponentChildren;
}

/** A figure with its name, a note and a curve. */
export function Tile({ label, value, title, note, href, isText = false, children }: TileProps) {
  const content = <><span class="tile-label">{label}</span><span class={isText ? 'tile-value tile-text' : 'tile-value number'} title={title}>{value}</span>{note !== undefined && <span class="small soft">{note}</span>}{children !== undefined && <span class="tile-plot">{children}</span>}</>;
  return href === undefined ? <div class="tile">{content}</div> : <a class="tile" href={href}>{content}</a>;
}
