import { inflateRawSync } from 'node:zlib';
import { isSyncError, SyncError } from '@1688/core';
import readSheets from 'read-excel-file/node';
import { unknownFormat } from '../bytes/file-signature.ts';
import type { TableRow } from './csv-rows.ts';

/** Largest workbook that is read, packed and unpacked. It is held in memory whole. */
export const maxXlsxBytes = 64 * 1024 * 1024;
const maxUnpackedBytes = 512 * 1024 * 1024;

/**
 * Rows of every sheet of a workbook. Numbers come as the digits that Excel shows: up to 15 of them; of longer ones Excel itself
 * has lost the end, they stay in scientific notation and no id is made of them. Dates come as `2024-08-08 15:14:21`.
 * @throws SOURCE_FORMAT for a ZIP archive that is no workbook, a damaged one, or one that unpacks to more than 512 MiB
 */
export async function* xlsxRows(bytes: Buffer, name: string): AsyncGenerator<TableRow[]> {
  checkArchive(bytes, name);
  let sheets: Awaited<ReturnType<typeof readSheets<string>>>;
  try {
    sheets = await readSheets(bytes, { parseNumber: digitsOf, trim: false });
  } catch (cause) {
    throw isSyncError(cause) ? cause : damaged(name, cause);
  }
  for (const { sheet, data } of sheets) {
    const rows = data.map((cells, index) => ({ cells: cells.map(cellText), line: index + 1, raw: '', failure: null, sheet }));
    yield rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  }
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return Number.isFinite(cell.getTime()) ? cell.toISOString().slice(0, 19).replace('T', ' ').replace(' 00:00:00', '') : '';
  return String(cell as string | boolean);
}

/** Excel keeps 15 digits but writes up to 17: 91.08 stands in the file as 91.079999999999998. */
function digitsOf(text: string): string {
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  if (Math.abs(number) >= 1e15) return number.toExponential().replace('e+', 'E+');
  const shown = Number(number.toPrecision(15));
  return Math.abs(shown) < 1e-6 && shown !== 0 ? shown.toFixed(15) : String(shown);
}

/** What may follow the bytes of a part. */
const dataDescriptorBytes = 24;

interface Entry {
  readonly path: string;
  readonly method: number;
  readonly packed: Buffer;
}

/** Unpacks every part once with a limit that the archive cannot lie about, before a library unpacks it without one. */
function checkArchive(bytes: Buffer, name: string): void {
  let entries: Entry[];
  try {
    entries = readEntries(bytes);
  } catch (cause) {
    throw damaged(name, cause);
  }
  if (!entries.some(({ path }) => path === 'xl/workbook.xml')) throw unknownFormat(name, 'a ZIP archive that is no workbook', 'Unpack it and import the files inside.');
  let left = maxUnpackedBytes;
  for (const { method, packed } of entries) {
    try {
      left -= method === 8 ? inflateRawSync(packed, { maxOutputLength: Math.max(1, left) }).length : packed.length;
    } catch (cause) {
      if (cause instanceof RangeError || (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') left = -1;
      else throw damaged(name, cause);
    }
    if (left < 0) throw new SyncError('SOURCE_FORMAT', `Expected ${name} to unpack to at most ${maxUnpackedBytes / 1_048_576} MiB, received more.`, { hint: 'Split the workbook, or save it as CSV.' });
  }
}

/** The parts of a ZIP archive that a workbook is read from, by its central directory. */
function readEntries(bytes: Buffer): Entry[] {
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'));
  if (end < 0) throw new RangeError('the archive has no directory: the file is cut off');
  const entries: Entry[] = [];
  const places: [start: number, end: number][] = [];
  let at = bytes.readUInt32LE(end + 16);
  places.push([at, at]);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new RangeError('the directory of the archive is damaged');
    const [method, packedBytes] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [nameLength, extraLength, noteLength, local] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const path = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (start + packedBytes > bytes.length) throw new RangeError('a part of the archive is cut off');
    places.push([local, start + packedBytes]);
    if (bytes.readUInt32LE(local + 22) > maxUnpackedBytes) throw new RangeError('a part of the archive claims an absurd size');
    if (path.endsWith('.xml') || path.endsWith('.rels')) entries.push({ path, method, packed: bytes.subarray(start, start + packedBytes) });
    at += 46 + nameLength + extraLength + noteLength;
  }
  checkPlaces(places);
  return entries;
}

/** The library reads part after part and never looks at the directory: nothing may lie between the parts that it lists. */
function checkPlaces(places: [start: number, end: number][]): void {
  let reached = 0;
  for (const [start, end] of places.toSorted((a, b) => a[0] - b[0])) {
    if (start - reached > dataDescriptorBytes) throw new RangeError('the archive has parts that its directory does not list');
    reached = Math.max(reached, end);
  }
}

function damaged(name: string, cause: unknown): SyncError {
  return new SyncError('SOURCE_FORMAT', `Expected ${name} to be a whole XLSX workbook, received one that cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, { hint: 'Open it in Excel and save it again, or save it as CSV.', cause });
}
