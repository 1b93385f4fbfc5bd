import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { exportRecords, type ExportEntity } from '@1688/catalog';
import writeExcelFile, { type Cell, type Image } from 'write-excel-file/node';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { workbookSheets, type WorkbookColumn, type WorkbookSheet } from './workbook-columns.ts';
import { cellPicture, type CellPicture } from './workbook-pictures.ts';

export interface WorkbookOptions extends FlowOptions {
  readonly language?: 'en' | 'zh-CN';
  /** The main picture of each product stands in its row. */
  readonly pictures?: boolean;
}

/** A workbook is put together in memory, and people read it. */
const mostRows = 200_000;
const mostPictures = 5_000;
const pictureColumn: WorkbookColumn = { zh: '图片预览', en: 'picture', of: () => null, width: 14 };

/**
 * Writes a workbook: one row a record, SKUs and tiers on sheets of their own; ids are text, prices numbers, times dates.
 * @returns how many records it holds
 * @throws ARGUMENT_INVALID beyond 200,000 rows, or 5,000 pictures
 */
export async function writeWorkbook(mirror: Mirror, entity: ExportEntity, file: string, options: WorkbookOptions = {}): Promise<number> {
  const { language = 'en', pictures = false, signal, onProgress } = options;
  const sheets = workbookSheets[entity].map((sheet, index) => openSheet(sheet, language, pictures && entity === 'products' && index === 0));
  let records = 0;
  for await (const record of exportRecords(mirror.db, entity, defined({ sorted: true, signal }))) {
    throwIfAborted(signal, 'The export');
    records += 1;
    for (const sheet of sheets) {
      const picture = sheet.images ? await cellPicture(mirror, String(record['offerId'])) : null;
      sheet.add(record, picture);
      if (sheet.data.length > mostRows) throw tooMuch(`${mostRows.toLocaleString('en')} rows on a sheet`);
      if ((sheet.images?.length ?? 0) > mostPictures) throw tooMuch(`${mostPictures.toLocaleString('en')} pictures`);
    }
    onProgress?.({ done: records, unit: 'records' });
  }
  await writeExcelFile(sheets.map(({ name, data, columns, images }) => ({ sheet: name, data, columns, stickyRowsCount: 1, ...(images ? { images } : {}) }))).toFile(file);
  return records;
}

interface OpenSheet {
  readonly name: string;
  readonly data: Cell[][];
  readonly columns: { readonly width: number }[];
  /** Null for a sheet without pictures. */
  readonly images: Image[] | null;
  add(record: Readonly<Record<string, unknown>>, picture: CellPicture | null): void;
}

function openSheet({ zh, en, rowsOf, columns }: WorkbookSheet, language: 'en' | 'zh-CN', withPictures: boolean): OpenSheet {
  const shown = withPictures ? [pictureColumn, ...columns] : columns;
  const header = shown.map((column): Cell => ({ value: language === 'en' ? column.en : column.zh, fontWeight: 'bold', backgroundColor: '#EEF1F5' }));
  const data: Cell[][] = [header];
  const images: Image[] | null = withPictures ? [] : null;
  return {
    name: language === 'en' ? en : zh,
    data,
    columns: shown.map(({ width = 14 }) => ({ width })),
    images,
    add(record, picture) {
      for (const row of rowsOf(record)) {
        const cells = shown.map((column) => toCell(column, row));
        // The first cell gives the row its height, in points: room for the picture.
        if (withPictures && picture) cells[0] = { value: '', height: 74 } as Cell;
        data.push(cells);
        if (!images || !picture) continue;
        images.push({
          content: picture.bytes, contentType: 'image/jpeg', width: picture.widthPx, height: picture.heightPx, dpi: 96, offsetX: 2, offsetY: 2, anchor: { row: data.length, column: 1 },
        } as Image);
      }
    },
  };
}

function toCell({ of, type = 'text' }: WorkbookColumn, row: Readonly<Record<string, unknown>>): Cell {
  const value = of(row);
  if (value === null || value === undefined || value === '') return null;
  switch (type) {
    case 'money':
      return { value: Number(value), type: Number, format: '0.00##' };
    case 'count':
      return { value: Number(value), type: Number };
    case 'time':
      return { value: new Date(String(value)), type: Date, format: 'yyyy-mm-dd hh:mm' };
    case 'text':
      return { value: String(value).slice(0, 32_767), type: String }; // the most that a cell of Excel holds
  }
}

function tooMuch(limit: string): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected at most ${limit} for a workbook, received more.`, { hint: 'Export as CSV or JSON Lines, which have no limit.' });
}
