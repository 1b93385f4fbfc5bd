import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { exportRecords, type ExportEntity, type ExportRecord } from '@1688/catalog';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { exportTables, type ExportColumn, type ExportTable } from './export-columns.ts';
import { packWorkbook } from './workbook-archive.ts';
import type { DrawnPicture } from './workbook-drawing.ts';
import { cellPictures, type CellPicture } from './workbook-pictures.ts';
import { openSheet, type Sheet, type WrittenSheet } from './workbook-sheet.ts';

export interface WorkbookOptions extends FlowOptions {
  readonly language?: 'en' | 'zh-CN';
  /** The main picture of each product stands in its row. */
  readonly pictures?: boolean;
  /** Rows of a sheet, its header among them, before another one is begun. Default 1,048,576, the most that Excel opens. */
  readonly rowsPerSheet?: number;
}

/** Beyond, spreadsheets no longer open the file in reasonable time. */
const mostPictures = 50_000;
const pageSize = 50;
const pictureColumn: ExportColumn = { zh: '预览图', en: 'preview', of: () => null, type: 'text', width: 14 };

/**
 * Writes a workbook: one row a record, SKUs and tiers on sheets of their own; ids are text, prices numbers, times dates of China time.
 * A table longer than a sheet goes on in another one. The parts grow in a folder beside the file, so that memory stays flat.
 * @returns how many records it holds
 * @throws ARGUMENT_INVALID beyond 50,000 different pictures; ABORTED
 */
export async function writeWorkbook(mirror: Mirror, entity: ExportEntity, file: string, options: WorkbookOptions = {}): Promise<number> {
  const { signal, onProgress } = options;
  const folder = await mkdtemp(`${file}.parts-`);
  try {
    await using tables = openTables(entity, folder, options);
    const media = openMedia(folder);
    let records = 0;
    for await (const page of pages(exportRecords(mirror.db, entity, defined({ sorted: true, signal })))) {
      throwIfAborted(signal, 'The export');
      const pictures = options.pictures && entity === 'products' ? await cellPictures(mirror, page.map((record) => String(record['offerId'])), defined({ signal })) : null;
      for (const record of page) {
        const picture = pictures?.get(String(record['offerId']));
        await tables.add(record, picture ? await media.add(picture) : null);
      }
      records += page.length;
      onProgress?.({ done: records, unit: 'records' });
    }
    await packWorkbook(file, await tables.close(), media.files, defined({ signal }));
    return records;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* pages(records: AsyncIterable<ExportRecord>): AsyncGenerator<ExportRecord[]> {
  let page: ExportRecord[] = [];
  for await (const record of records) {
    page.push(record);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

interface Tables extends AsyncDisposable {
  add(record: ExportRecord, picture: DrawnPicture | null): Promise<void>;
  /** The sheets, in the order in which the workbook shows them. */
  close(): Promise<readonly WrittenSheet[]>;
}

function openTables(entity: ExportEntity, folder: string, { language = 'en', pictures = false, rowsPerSheet = 1_048_576 }: WorkbookOptions): Tables {
  const stack = new AsyncDisposableStack();
  const sheets: Sheet[][] = exportTables[entity].map(() => []);
  let number = 0;
  async function nextSheet({ zh, en, columns }: ExportTable, index: number): Promise<Sheet> {
    number += 1;
    const before = sheets[index]!.length;
    const name = (language === 'en' ? en : zh) + (before === 0 ? '' : ` ${before + 1}`);
    const withPictures = pictures && entity === 'products' && index === 0;
    const sheet = stack.use(await openSheet({ folder, number, name, columns: withPictures ? [pictureColumn, ...columns] : columns, language, pictures: withPictures }));
    sheets[index]!.push(sheet);
    return sheet;
  }
  async function sheetFor(table: ExportTable, index: number): Promise<Sheet> {
    const last = sheets[index]!.at(-1);
    return last && last.rows < rowsPerSheet ? last : nextSheet(table, index);
  }
  return {
    async add(record, picture) {
      for (const [index, table] of exportTables[entity].entries()) {
        for (const row of table.rowsOf(record)) await (await sheetFor(table, index)).add(row, index === 0 ? picture : null);
      }
    },
    async close() {
      const written: WrittenSheet[] = [];
      for (const [index, table] of exportTables[entity].entries()) {
        if (sheets[index]!.length === 0) await nextSheet(table, index);
        for (const sheet of sheets[index]!) written.push(await sheet.close());
      }
      return written;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The files of the pictures, each kept once. */
function openMedia(folder: string): { readonly files: readonly string[]; add(picture: CellPicture): Promise<DrawnPicture> } {
  const files: string[] = [];
  const known = new Map<string, number>();
  return {
    files,
    async add({ sha256, bytes, widthPx, heightPx }) {
      let media = known.get(sha256);
      if (media === undefined) {
        if (files.length >= mostPictures) throw tooManyPictures();
        const file = path.join(folder, `${files.length + 1}.jpeg`);
        await writeFile(file, bytes);
        media = files.push(file);
        known.set(sha256, media);
      }
      return { media, widthPx, heightPx };
    },
  };
}

function tooManyPictures(): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected at most ${mostPictures.toLocaleString('en')} different pictures in a workbook, received more.`, { hint: 'Export without --pictures: the links to the pictures stand in the table too.' });
}
