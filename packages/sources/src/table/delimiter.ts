import { parse } from 'csv-parse/sync';
import type { FieldOf } from '../profiles/table-columns.ts';
import { fieldOfHeader, knownHeaders } from '../profiles/table-headers.ts';

const delimiters = ['\t', ',', ';', '|', '，'] as const;

/**
 * The delimiter of a table by its first lines: the one that cuts out the most known headers, else the one that cuts most lines into
 * equally many cells.
 * @returns null when none makes two columns
 */
export function findDelimiter(sample: string, fieldOf: FieldOf = fieldOfHeader): string | null {
  const lines = sample.split(/\r?\n/).filter((line) => line.trim() !== '').slice(0, 10);
  const named = /^sep=(.)$/i.exec(lines[0] ?? '')?.[1];
  if (named !== undefined) return named;
  let best: { delimiter: string; score: number } | null = null;
  for (const delimiter of delimiters) {
    const widths = lines.map((line) => cellsOf(line, delimiter));
    const known = Math.max(0, ...widths.map((cells) => knownHeaders(cells, fieldOf)));
    const steady = Math.min(...widths.map((cells) => cells.length)) > 1 ? 1 : 0;
    const wide = Math.max(0, ...widths.map((cells) => cells.length)) > 1 ? 0.5 : 0;
    const score = known > 1 ? known * 10 + steady : steady + wide;
    if (score > (best?.score ?? 0)) best = { delimiter, score };
  }
  return best?.delimiter ?? null;
}

function cellsOf(line: string, delimiter: string): string[] {
  try {
    return parse(line, { delimiter, relax_quotes: true, relax_column_count: true })[0] ?? [];
  } catch {
    return line.split(delimiter); // a cell of this line goes on in the next one
  }
}
