import { SyncError } from '@1688/core';
import { parse } from 'csv-parse/sync';
import { undecodable } from '../bytes/text-chunks.ts';
import { splitLines, type Line } from '../bytes/text-lines.ts';

/** A row of a table before its headers are known. */
export interface TableRow {
  readonly cells: readonly string[];
  /** 1-based line, or row of a sheet, where it begins. */
  readonly line: number;
  /** The row as text, for rows that have no cells. */
  readonly raw: string;
  readonly failure: SyncError | null;
  /** Name of the sheet, '' outside workbooks. */
  readonly sheet: string;
  /** True for a last row without a line break, where the file may have been cut off. */
  readonly unended?: boolean;
}

/** A quoted cell may hold line breaks, but one that never ends must not swallow the file. */
const maxRecordLines = 2_000;
const maxRecordLength = 4_000_000;

/**
 * Rows of delimited text. Which lines belong to one row is found here, so that a quote which is never closed costs one row and not
 * the rest of the file; the cells of a row are csv-parse's.
 */
export async function* csvRows(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<TableRow[]> {
  let open: Line[] = [];
  for await (const lines of splitLines(chunks)) {
    const grouped = groupLines([...open, ...lines], delimiter, false);
    open = grouped.open;
    if (grouped.rows.length > 0) yield parseRows(grouped.rows, delimiter);
  }
  const { rows } = groupLines(open, delimiter, true);
  if (rows.length > 0) yield parseRows(rows, delimiter);
}

interface RowText {
  readonly text: string;
  readonly line: number;
  readonly broken: boolean;
  readonly unended: boolean;
}

function groupLines(lines: readonly Line[], delimiter: string, last: boolean): { rows: RowText[]; open: Line[] } {
  const rows: RowText[] = [];
  let start = 0;
  while (start < lines.length) {
    const end = endOfRow(lines, start, delimiter);
    if (end === 'open' && !last) return { rows, open: lines.slice(start) };
    const { text, number } = lines[start]!;
    const unended = typeof end === 'number' && lines[end - 1]?.unended === true;
    if (end === 'open' || end === 'endless') {
      rows.push({ text, line: number, broken: true, unended });
      start += 1;
    } else {
      if (end > start + 1) rows.push({ text: lines.slice(start, end).map((line) => line.text).join('\n'), line: number, broken: false, unended });
      else if (text.trim() !== '') rows.push({ text, line: number, broken: false, unended });
      start = end;
    }
  }
  return { rows, open: [] };
}

/** Index behind the last line of the row that begins at `start`. */
function endOfRow(lines: readonly Line[], start: number, delimiter: string): number | 'open' | 'endless' {
  let inQuotes = false;
  let length = 0;
  for (let at = start; at < lines.length; at += 1) {
    const { text } = lines[at]!;
    inQuotes = endsInQuotes(text, delimiter, inQuotes);
    if (!inQuotes) return at + 1;
    length += text.length;
    if (at - start > maxRecordLines || length > maxRecordLength) return 'endless';
  }
  return 'open';
}

/** A quote opens a cell only at its beginning; elsewhere it is a character like others (5" 屏幕). */
function endsInQuotes(text: string, delimiter: string, inQuotes: boolean): boolean {
  let at = 0;
  let open = inQuotes;
  if (!open && text.startsWith('"')) {
    open = true;
    at = 1;
  }
  for (;;) {
    while (open) {
      const quote = text.indexOf('"', at);
      if (quote < 0) return true;
      open = text[quote + 1] === '"';
      at = open ? quote + 2 : quote + 1;
    }
    const next = text.indexOf(delimiter, at);
    if (next < 0) return false;
    at = next + 1;
    if (text[at] === '"') {
      open = true;
      at += 1;
    }
  }
}

function parseRows(rows: readonly RowText[], delimiter: string): TableRow[] {
  const good = rows.filter((row) => !row.broken);
  const cells = parseCells(good.map((row) => row.text).join('\n'), delimiter);
  const aligned = cells?.length === good.length;
  let at = 0;
  return rows.map((row) => {
    if (row.broken) return brokenRow(row, 'a quote that is closed again', 'a quote that is never closed');
    const own = aligned ? cells[at++] : parseCells(row.text, delimiter)?.[0];
    if (!own) return brokenRow(row, 'cells between delimiters and quotes', 'text that cannot be cut into cells');
    if (row.text.includes(undecodable)) return brokenRow(row, 'text in the encoding of the file', 'bytes that do not decode');
    return { cells: own, line: row.line, raw: row.text, failure: null, sheet: '', unended: row.unended };
  });
}

function parseCells(text: string, delimiter: string): string[][] | null {
  try {
    return parse(text, { delimiter, relax_quotes: true, relax_column_count: true, skip_empty_lines: false });
  } catch {
    return null; // rows are tried one by one then, and the one at fault is rejected
  }
}

function brokenRow({ text, line }: RowText, expected: string, received: string): TableRow {
  const failure = new SyncError('RECORD_INVALID', `Expected line ${line} to hold ${expected}, received ${received}.`, { hint: 'Correct the line and import it again.', details: { line } });
  return { cells: [], line, raw: text, failure, sheet: '' };
}
