import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SyncError, shown, type FlowOptions } from '@1688/core';
import { exportRecords } from '@1688/catalog';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { toCsvLine } from './csv.ts';
import { writeWorkbook } from './export-workbook.ts';

export const exportEntities = ['products', 'suppliers', 'images', 'history'] as const;
export type ExportEntity = (typeof exportEntities)[number];

export interface ExportOptions extends FlowOptions {
  readonly format?: 'jsonl' | 'csv' | 'xlsx';
  /** By entity and source id. */
  readonly sorted?: boolean;
  /** Without our own ids, counters and times: equal stores give equal bytes. */
  readonly portable?: boolean;
  /** CSV with the mark that makes Excel read it as UTF-8, ids kept as text. */
  readonly excel?: boolean;
  /** XLSX of products: the main picture of each in its row. */
  readonly pictures?: boolean;
  /** Of the headers of an XLSX. Default `en`. */
  readonly language?: 'en' | 'zh-CN';
}

/**
 * The lines of an export, without line ends, in constant memory.
 * @throws ARGUMENT_INVALID for an entity that is not known
 */
export async function* exportLines(mirror: Mirror, what: string, options: ExportOptions = {}): AsyncGenerator<string> {
  const { format = 'jsonl', sorted = false, portable = false, excel = false, signal } = options;
  if (format === 'xlsx') throw needsOutputFile('--format xlsx');
  const records = exportRecords(mirror.db, checkEntity(what), { sorted, portable, ...(signal ? { signal } : {}) });
  let header: readonly string[] | undefined;
  for await (const record of records) {
    if (format === 'jsonl') {
      yield JSON.stringify(record);
      continue;
    }
    if (!header) {
      header = csvColumns[checkEntity(what)];
      yield (excel ? '\uFEFF' : '') + toCsvLine(header, excel);
    }
    yield toCsvLine(header.map((name) => record[name]), excel);
  }
}

/** Columns of the CSV of an entity; nested values stand as JSON. */
const csvColumns: Readonly<Record<ExportEntity, readonly string[]>> = {
  products: ['offerId', 'title', 'titleTranslated', 'priceMinCny', 'priceMaxCny', 'currency', 'minOrderQuantity', 'unit', 'stockQuantity', 'soldQuantity', 'rating', 'categoryId', 'categoryName', 'sourceStatus', 'url', 'supplier', 'priceTiers', 'skus', 'images', 'attributes'],
  suppliers: ['sourceId', 'name', 'companyName', 'supplierType', 'province', 'city', 'url', 'rating', 'aliases'],
  images: ['offerId', 'role', 'position', 'url', 'state', 'sha256'],
  history: ['offerId', 'skuId', 'field', 'value', 'validFrom', 'validTo'],
};

/** Writes an export to a file that appears whole or not at all. */
export async function exportToFile(mirror: Mirror, what: string, file: string, options: ExportOptions = {}): Promise<{ readonly file: string; readonly records: number }> {
  const { format = 'jsonl', pictures = false, language, signal, onProgress } = options;
  const entity = checkEntity(what);
  if (pictures && (format !== 'xlsx' || entity !== 'products')) throw new SyncError('ARGUMENT_INVALID', `Expected pictures with an XLSX of products, received ${format} of ${entity}.`, { hint: '1688sync export products --format xlsx --pictures -o 商品.xlsx' });
  const partial = `${file}.partial-${process.pid}`;
  let records = format === 'csv' ? -1 : 0;
  async function* bytes(): AsyncGenerator<string> {
    for await (const line of exportLines(mirror, what, options)) {
      records += 1;
      options.onProgress?.({ done: Math.max(0, records), unit: 'records' });
      yield `${line}\n`;
    }
  }
  try {
    if (format === 'xlsx') records = await writeWorkbook(mirror, entity, partial, defined({ pictures, language, signal, onProgress }));
    else await pipeline(Readable.from(bytes()), createWriteStream(partial), signal ? { signal } : {});
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw fileError(error, file);
  }
  return { file, records: Math.max(0, records) };
}

function fileError(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return new SyncError('STORAGE_FULL', `Expected room for the export ${file}, received a full disk.`, { hint: 'Free some room or write to another disk.', cause: error });
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') return new SyncError('ARGUMENT_INVALID', `Expected to be able to write ${file}, received ${code}.`, { hint: 'Name a file in a folder that exists and may be written.', cause: error });
  return error;
}

/** The refusal of `export --json` without a file: data lines and an envelope cannot share stdout. */
export function needsOutputFile(beside = '--json'): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected -o FILE beside ${beside}, received none: it cannot share standard output.`, { hint: `Add -o FILE, or leave ${beside} out.` });
}

function checkEntity(what: string): ExportEntity {
  const known = exportEntities.find((each) => each === what);
  if (known) return known;
  throw new SyncError('ARGUMENT_INVALID', `Expected one of ${exportEntities.join(', ')} to export, received ${shown(what)}.`, { hint: 'For instance: 1688sync export products -o products.jsonl' });
}
