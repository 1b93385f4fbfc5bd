import type { Writable } from 'node:stream';
import stringWidth from 'string-width';

/** Where a command prints what it found. */
export interface Output {
  line(text?: string): void;
  /** Left-aligned columns; numbers right-aligned; the widest column is cut to fit the terminal. Han characters count two columns. */
  table(rows: readonly (readonly Cell[])[], options?: { readonly head?: readonly string[] }): void;
  /** Writes one line and waits while the reader is slow. */
  write(text: string): Promise<void>;
}
type Cell = string | number | bigint | null | undefined;

/** Prints to `stream`; `columns` is the width of the terminal, or null when nothing must be cut. */
export function output(stream: Writable, columns: number | null): Output {
  const line = (text = ''): void => { stream.write(`${text}\n`); };
  return {
    line,
    table(rows, { head } = {}) {
      const cells = [...(head ? [head] : []), ...rows].map((row) => row.map((cell) => clean(cell)));
      const numeric = columnsOf(cells).map((_, at) => rows.some((row) => row[at] !== null && row[at] !== undefined) && rows.every((row) => typeof row[at] !== 'string' || row[at] === ''));
      const widths = fit(columnsOf(cells), columns);
      for (const row of cells) line(row.map((cell, at) => pad(cut(cell, widths[at] ?? 0), widths[at] ?? 0, numeric[at] ?? false)).join('  ').trimEnd());
    },
    async write(text) {
      if (!stream.write(`${text}\n`)) await new Promise((resolve) => { stream.once('drain', resolve); stream.once('close', resolve); });
    },
  };
}

/** Text from sellers reaches the terminal here: no control characters, no line breaks. */
function clean(cell: Cell): string {
  // eslint-disable-next-line no-control-regex -- these are the characters a title could drive the terminal with
  return cell === null || cell === undefined ? '' : String(cell).replace(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]+/g, ' ');
}

function columnsOf(cells: readonly (readonly string[])[]): number[] {
  const count = Math.max(0, ...cells.map((row) => row.length));
  return Array.from({ length: count }, (_, at) => Math.max(...cells.map((row) => stringWidth(row[at] ?? ''))));
}

function fit(widths: number[], columns: number | null): number[] {
  const over = columns === null ? 0 : widths.reduce((sum, width) => sum + width + 2, -2) - columns;
  if (over <= 0) return widths;
  const widest = widths.indexOf(Math.max(...widths));
  return widths.map((width, at) => (at === widest ? Math.max(12, width - over) : width));
}

/** Cuts to `width` terminal columns, never through a character. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter('zh').segment(text)) {
    const next = used + stringWidth(segment);
    if (next > width - 1) break;
    kept += segment;
    used = next;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, right: boolean): string {
  const gap = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return right ? gap + text : text + gap;
}
