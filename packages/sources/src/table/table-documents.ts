import { SyncError } from '@1688/core';
import { packageLabels } from '../profiles/taobao-package.ts';
import type { FieldOf } from '../profiles/table-columns.ts';
import { fieldOfHeader, knownHeaders } from '../profiles/table-headers.ts';
import type { RawDocument } from '../raw-document.ts';
import { escapeToken } from '../json/json-slices.ts';
import type { TableRow } from './csv-rows.ts';

/** A title line or two, or the `version` line of a 数据包, may stand above the headers. */
const rowsToSearch = 10;

interface Header {
  readonly names: readonly string[];
  /** A row that does not reach this far is torn. */
  readonly leastCells: number;
  /** False once a row had fewer cells than the headers: then a short last row proves nothing. */
  steady: boolean;
}

/** Table rows as objects by the headers found among the first rows; every sheet of a workbook has its own. */
export async function* tableDocuments(batches: AsyncIterable<readonly TableRow[]>, fieldOf: FieldOf = fieldOfHeader): AsyncGenerator<RawDocument[]> {
  let sheet: string | null = null;
  let header: Header | null = null;
  let waiting: TableRow[] = [];
  function settle(): RawDocument[] {
    const found = findHeader(waiting, fieldOf);
    header = found.header;
    const documents = found.rows.map((row) => toDocument(row, found.header));
    waiting = [];
    return documents;
  }
  for await (const batch of batches) {
    const documents: RawDocument[] = [];
    for (const row of batch) {
      if (row.sheet !== sheet) {
        if (waiting.length > 0) documents.push(...settle());
        sheet = row.sheet;
        header = null;
      }
      if (header) documents.push(toDocument(row, header));
      else if (waiting.push(row) >= rowsToSearch) documents.push(...settle());
    }
    if (documents.length > 0) yield documents;
  }
  if (waiting.length > 0) yield settle();
}

/** The row with the most known headers; without any, the first that has two cells. */
function findHeader(rows: readonly TableRow[], fieldOf: FieldOf): { header: Header; rows: readonly TableRow[] } {
  const labelled = rows.findIndex(({ cells }) => cells.includes('宝贝名称') && cells.includes('宝贝价格'));
  if (rows[0]?.cells[0]?.startsWith('version ') && labelled === 2) return { header: toHeader(rows[1]!.cells, fieldOf), rows: rows.slice(3) };
  if (labelled >= 0) return { header: toHeader(rows[labelled]!.cells.map((label) => packageLabels[label.trim()] ?? label), fieldOf), rows: rows.slice(labelled + 1) };
  let best = -1;
  let bestKnown = 1;
  for (const [index, { cells }] of rows.entries()) {
    const known = knownHeaders(cells, fieldOf);
    if (known > bestKnown) [best, bestKnown] = [index, known];
  }
  if (best < 0) best = rows.findIndex(({ cells }) => cells.filter((cell) => cell.trim() !== '').length > 1);
  return { header: toHeader(rows[Math.max(0, best)]?.cells ?? [], fieldOf), rows: rows.slice(Math.max(0, best) + 1) };
}

const needed = new Set(['offerId', 'title', 'price']);
const neededInPackage = new Set(['title', 'price', 'picture', 'outer_id']);

function toHeader(cells: readonly string[], fieldOf: FieldOf): Header {
  const names: string[] = [];
  let leastCells = 0;
  const isPackage = cells.includes('skuProps') && cells.includes('picture');
  for (const [index, cell] of cells.entries()) {
    const name = cell.trim() || `column ${index + 1}`;
    names.push(names.includes(name) ? `${name} (${index + 1})` : name);
    if (isPackage ? neededInPackage.has(name) : needed.has(fieldOf(name) ?? '')) leastCells = index + 1;
  }
  return { names, leastCells, steady: true };
}

function toDocument(row: TableRow, header: Header): RawDocument {
  const { names, leastCells } = header;
  const { cells, line, raw, sheet } = row;
  const pointer = sheet === '' ? '' : `/${escapeToken(sheet)}`;
  if (row.failure) return { text: raw, value: undefined, failure: row.failure, line, pointer };
  const value = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  const text = JSON.stringify(value);
  const extra = cells.slice(names.length).some((cell) => cell.trim() !== '');
  const cut = row.unended === true && header.steady && cells.length < names.length;
  if (cells.length < names.length) header.steady = false;
  if (!extra && !cut && cells.length >= leastCells) return { text, value, failure: null, line, pointer };
  const failure = new SyncError('RECORD_INVALID', `Expected line ${line} to have ${names.length} cells, received ${cells.length}${cut ? ', and no line break behind them: the file is cut off here' : ''}.`, {
    hint: cut ? 'Fetch or export the file again.' : 'A delimiter or line break inside a cell needs quotes around the cell.',
    details: { line },
  });
  return { text: raw === '' ? JSON.stringify(cells) : raw, value: undefined, failure, line, pointer };
}
