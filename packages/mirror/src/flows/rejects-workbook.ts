import { mkdtemp, rm } from 'node:fs/promises';
import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { syncRejects, type SyncReject } from '@1688/db';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import type { ExportColumn, Row } from './export-columns.ts';
import { writeWhole } from './export-file.ts';
import { chosenRejects, type RejectFilter } from './rejects.ts';
import { packWorkbook } from './workbook-archive.ts';
import { openSheet } from './workbook-sheet.ts';

export interface RejectsWorkbookOptions extends FlowOptions, RejectFilter {
  /** Of the reason's header. Default `en`. */
  readonly language?: 'en' | 'zh-CN';
}

/** What a sheet holds; further rejects are left out, and said. */
const mostRows = 100_000;
const mostColumns = 200;

/**
 * Writes open rejects of tables as a workbook to be mended and imported again: their own columns as they stood in the file, and last one
 * that says what is wrong, which `import` does not read. Records that are no table rows stand whole in one cell.
 * @throws NOT_FOUND when no reject is open
 */
export async function writeRejectsWorkbook(mirror: Mirror, file: string, options: RejectsWorkbookOptions = {}): Promise<{ readonly records: number; readonly leftOut: number }> {
  const { language = 'en', signal } = options;
  const filter = { ...chosenRejects(options), replayed: false };
  const total = await syncRejects(mirror.db).count(filter);
  if (total === 0) throw new SyncError('NOT_FOUND', 'Expected open rejects, found none.', { hint: 'Those that were replayed are done.' });
  const headers = await headersOf(mirror, filter, signal);
  return writeWhole(file, async (partial) => {
    const folder = await mkdtemp(`${partial}.parts-`);
    try {
      await using sheet = await openSheet({ folder, number: 1, name: language === 'en' ? 'rejects' : '未导入', columns: [...headers.map(columnOf), reasonColumn], language, pictures: false });
      let records = 0;
      for await (const reject of syncRejects(mirror.db).list({ ...filter, limit: mostRows })) {
        throwIfAborted(signal, 'Writing the rejects');
        await sheet.add({ ...cellsOf(reject), [reasonKey]: reasonOf(reject) }, null);
        records += 1;
      }
      await packWorkbook(partial, [await sheet.close()], [], defined({ signal }));
      return { records, leftOut: total - records };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** No header of a file is this. */
const reasonKey = '\u0000reason';
const reasonColumn: ExportColumn = { zh: '未导入原因', en: 'reason not imported', of: (row) => row[reasonKey], type: 'text', width: 60 };

/** Every cell is text: a sheet must give back exactly what was rejected, and ids of 18 digits are not numbers to Excel. */
function columnOf(header: string): ExportColumn {
  return { zh: header, en: header, of: (row) => row[header], type: 'id', width: Math.min(40, Math.max(12, header.length * 2)) };
}

async function headersOf({ db }: Mirror, filter: object, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const headers = new Set<string>();
  for await (const reject of syncRejects(db).list({ ...filter, limit: mostRows })) {
    throwIfAborted(signal, 'Writing the rejects');
    for (const header of Object.keys(cellsOf(reject))) if (headers.size < mostColumns) headers.add(header);
  }
  return [...headers];
}

/** A row of a table is an object of plain values; anything else is one cell. */
function cellsOf({ document }: SyncReject): Row {
  try {
    const value = JSON.parse(document, asWritten) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((each) => typeof each !== 'object' || each === null)) return value as Row;
  } catch {
    // Not JSON: shown as it is.
  }
  return { document };
}

/** Numbers as their own digits: an id of 18 digits is no float. */
function asWritten(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

function reasonOf({ code, field, message }: SyncReject): string {
  return `${code}${field === null ? '' : ` (${field})`}: ${message}`;
}
