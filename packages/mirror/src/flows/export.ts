import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isSyncError, productSchema, SyncError, shown, throwIfAborted, type FlowOptions } from '@1688/core';
import { exportEntities, exportRecords, type ExportEntity } from '@1688/catalog';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { toCsvLine, toExcelCsvLine } from './csv.ts';
import { exportTables } from './export-columns.ts';
import { writeWhole } from './export-file.ts';
import { writeWorkbook } from './export-workbook.ts';

export interface ExportOptions extends FlowOptions {
  readonly format?: 'jsonl' | 'csv' | 'xlsx';
  /** By source id, byte by byte. XLSX is always sorted. */
  readonly sorted?: boolean;
  /** Without our own ids, counters and times. */
  readonly portable?: boolean;
  /** CSV for people: with the mark that makes Excel read it as UTF-8, headers by `language`, ids kept as text. */
  readonly excel?: boolean;
  /** XLSX of products: the main picture of each in its row. */
  readonly pictures?: boolean;
  /** Of the headers and sheets for people: XLSX, and CSV with `excel`. Default `en`. */
  readonly language?: 'en' | 'zh-CN';
}

/**
 * The lines of an export as JSON lines or CSV, without the line feed (a line of CSV ends in the carriage return of RFC 4180), in
 * constant memory and of one moment.
 *
 * `sorted` and `portable` together are the fingerprint of a store: each line follows from what sources told, none from when or in
 * how many runs it arrived, so two stores that hold the same give the same bytes, whatever was killed, resumed or restored on the way.
 *
 * CSV without `excel` is for programs: fields of `@1688/core` as headers in any language, nested ones as JSON, so that `import`
 * reads back every value.
 * @throws ARGUMENT_INVALID for an entity that is not known, or XLSX, which has no lines
 */
export async function* exportLines(mirror: Mirror, what: string, options: ExportOptions = {}): AsyncGenerator<string> {
  const { format = 'jsonl', sorted = false, portable = false, excel = false, language = 'en', signal } = options;
  const entity = checkEntity(what, options);
  if (format === 'xlsx') throw needsOutputFile('--format xlsx');
  const table = exportTables[entity][0];
  const fields = csvFields(entity, portable);
  if (format === 'csv') yield excel ? `\uFEFF${toCsvLine(table.columns.map(({ zh, en }) => (language === 'en' ? en : zh)))}` : toCsvLine(fields);
  for await (const record of exportRecords(mirror.db, entity, defined({ sorted, portable, signal }))) {
    if (format === 'jsonl') yield JSON.stringify(record);
    else yield excel ? toExcelCsvLine(table.columns, record) : toCsvLine(fields.map((name) => record[name]));
  }
}

/** Writes an export to a file that appears whole or not at all. @throws ARGUMENT_INVALID, STORAGE_FULL, ABORTED */
export async function exportToFile(mirror: Mirror, what: string, file: string, options: ExportOptions = {}): Promise<{ readonly file: string; readonly records: number }> {
  const { format = 'jsonl', pictures, language, signal, onProgress } = options;
  const entity = checkEntity(what, options);
  try {
    const records = await writeWhole(file, async (partial) => {
      if (format === 'xlsx') return writeWorkbook(mirror, entity, partial, defined({ pictures, language, signal, onProgress }));
      return writeLines(mirror, entity, partial, options);
    });
    return { file, records };
  } catch (error) {
    if (!isSyncError(error)) throwIfAborted(signal, 'The export'); // streams that are stopped fail with an error of their own
    throw error;
  }
}

async function writeLines(mirror: Mirror, entity: ExportEntity, file: string, options: ExportOptions): Promise<number> {
  let records = options.format === 'csv' ? -1 : 0; // the header is none
  async function* bytes(): AsyncGenerator<string> {
    for await (const line of exportLines(mirror, entity, options)) {
      records += 1;
      options.onProgress?.({ done: Math.max(0, records), unit: 'records' });
      yield `${line}\n`;
    }
  }
  await pipeline(Readable.from(bytes()), createWriteStream(file), defined({ signal: options.signal }));
  return records;
}

/** Of the plain CSV, the same in every language. A product's are all that can be imported again, the user's locks, and since when it is delisted. */
function csvFields(entity: ExportEntity, portable: boolean): readonly string[] {
  switch (entity) {
    case 'products':
      return [...Object.keys(productSchema.shape), 'lockedFields', ...(portable ? [] : ['delistedAt'])];
    case 'suppliers':
      return ['sourceId', 'name', 'companyName', 'supplierType', 'province', 'city', 'url', 'rating', 'yearsActive', 'aliases'];
    case 'images':
      return ['offerId', 'role', 'position', 'url', 'canonicalUrl', 'state', 'sha256'];
    case 'history':
      return ['offerId', 'skuId', 'field', 'value', ...(portable ? [] : ['validFrom', 'validTo'])];
  }
}

/** The refusal of `export --json` without a file: data lines and an envelope cannot share stdout. */
export function needsOutputFile(beside = '--json'): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected -o FILE beside ${beside}, received none: it cannot share standard output.`, { hint: `Add -o FILE, or leave ${beside} out.` });
}

function checkEntity(what: string, { format = 'jsonl', pictures = false, excel = false, portable = false }: ExportOptions): ExportEntity {
  const entity = exportEntities.find((each) => each === what);
  if (!entity) throw new SyncError('ARGUMENT_INVALID', `Expected one of ${exportEntities.join(', ')} to export, received ${shown(what)}.`, { hint: 'For instance: 1688sync export products -o products.jsonl' });
  if (pictures && (format !== 'xlsx' || entity !== 'products')) throw unfit('--pictures', '--format xlsx of products', `${format} of ${entity}`, 'export products --format xlsx --pictures -o 商品.xlsx');
  if (excel && format === 'jsonl') throw unfit('--excel', '--format csv', format, `export ${entity} --format csv --excel -o ${entity}.csv`);
  if (portable && (format === 'xlsx' || excel)) throw unfit('--portable', 'JSON Lines or plain CSV', excel ? '--excel' : format, `export ${entity} --portable --sorted -o ${entity}.jsonl`);
  return entity;
}

function unfit(flag: string, expected: string, received: string, example: string): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected ${flag} with ${expected}, received ${received}.`, { hint: `For instance: 1688sync ${example}` });
}
