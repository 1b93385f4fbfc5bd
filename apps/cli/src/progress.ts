import type { Writable } from 'node:stream';
import type { Progress } from '@1688/core';
import { cut } from './output.ts';

/** Shows how far a long work is. */
export interface ProgressReporter {
  report(progress: Progress): void;
  /** Removes the bar before other text is printed. */
  clear(): void;
}

export interface ProgressOptions {
  readonly stream: Writable & { readonly columns?: number };
  /** `bar`: one redrawn line · `plain`: a line every ten seconds · `events`: JSON lines · `none`. */
  readonly style: 'bar' | 'plain' | 'events' | 'none';
  readonly now?: () => number;
}

const redrawMs = 100;
const plainMs = 10_000;

export function progressReporter({ stream, style, now = Date.now }: ProgressOptions): ProgressReporter {
  const startedAt = now();
  let shownAt = style === 'plain' ? startedAt : -Infinity;
  let drawn = false;
  return {
    report(progress) {
      if (style === 'none') return;
      const at = now();
      const finished = progress.total !== undefined && progress.done >= progress.total;
      if (at - shownAt < (style === 'plain' ? plainMs : redrawMs) && !(finished && style === 'bar')) return;
      shownAt = at;
      if (style === 'events') stream.write(`${JSON.stringify({ event: 'progress', ...progress })}\n`);
      else if (style === 'plain') stream.write(`${describe(progress, at - startedAt)}\n`);
      else {
        drawn = true;
        stream.write(`\r\u001B[K${cut(`${bar(progress)}${describe(progress, at - startedAt)}`, (stream.columns ?? 80) - 1)}`);
      }
    },
    clear() {
      if (drawn) stream.write('\r\u001B[K');
      drawn = false;
    },
  };
}

function bar({ done, total }: Progress): string {
  if (!total) return '';
  const full = Math.min(20, Math.round((done / total) * 20));
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} `;
}

/** `3,200 / 10,000 rows · 32% · 1,600/s · 4 s left` */
function describe({ done, total, unit = '', note }: Progress, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const parts = [`${done.toLocaleString('en')}${total === undefined ? '' : ` / ${total.toLocaleString('en')}`} ${unit}`.trim()];
  if (total) parts.push(`${Math.floor((done / total) * 100)}%`);
  if (rate > 0) parts.push(`${rate >= 10 ? Math.round(rate).toLocaleString('en') : rate.toFixed(1)}/s`);
  if (rate > 0 && total !== undefined && total > done) parts.push(`${Math.ceil((total - done) / rate)} s left`);
  if (note) parts.push(note);
  return parts.join(' · ');
}
