import { extname } from 'node:path';
import { SyncError } from '@1688/core';
import type { ByteInput } from './bytes/byte-input.ts';
import { isZip, refuseBinary, unknownFormat } from './bytes/file-signature.ts';
import { decodePiece } from './bytes/text-chunks.ts';
import { detectEncoding, untilSafeCut, type TextEncoding } from './bytes/text-encoding.ts';
import { isObject, parseJson } from './json/json-text.ts';
import type { SourceFormat } from './profile.ts';
import type { FieldOf } from './profiles/table-columns.ts';
import { findDelimiter } from './table/delimiter.ts';

/** How the bytes of an input are laid out. */
export interface Layout {
  readonly format: SourceFormat;
  /** Null for a workbook, which is no text. */
  readonly encoding: TextEncoding | null;
  readonly delimiter: string;
  /** Where a long list stands inside one JSON object whose first key it is. */
  readonly list: { readonly skip: number; readonly pointer: string } | undefined;
}

/**
 * Tells the layout by the first bytes; the file name only breaks ties.
 * @throws SOURCE_EMPTY · SOURCE_FORMAT · SOURCE_ENCODING
 */
export function findLayout({ sample, name, complete }: ByteInput, wantedEncoding: string | undefined, fieldOf?: FieldOf): Layout {
  if (sample.length === 0) throw empty(name, 'no byte at all');
  if (isZip(sample)) return { format: 'xlsx', encoding: null, delimiter: '', list: undefined };
  const utf16 = /^(?:fffe|feff)/.test(sample.toString('hex', 0, 2));
  const encoding = utf16 || wantedEncoding !== undefined ? detectEncoding(sample, name, wantedEncoding) : undefined;
  if (!encoding?.label.startsWith('utf-16') && !looksLikeUtf16(sample, name)) refuseBinary(sample, name);
  const settled = encoding ?? detectEncoding(sample, name);
  const bytes = sample.subarray(settled.bomBytes);
  const text = decodePiece(complete || settled.label.startsWith('utf-16') ? bytes : untilSafeCut(bytes), settled.label);
  return { encoding: settled, ...layoutOfText(text, name, complete, fieldOf) };
}

export function empty(name: string, received: string): SyncError {
  return new SyncError('SOURCE_EMPTY', `Expected ${name} to hold at least one record, received ${received}.`, { hint: 'Check that the export has finished and that this is the right file.' });
}

function looksLikeUtf16(sample: Buffer, name: string): boolean {
  return sample.includes(0) && detectOrNull(sample, name)?.label.startsWith('utf-16') === true;
}

function detectOrNull(sample: Buffer, name: string): TextEncoding | null {
  try {
    return detectEncoding(sample, name);
  } catch {
    return null; // what the bytes are instead is told by refuseBinary
  }
}

function layoutOfText(text: string, name: string, complete: boolean, fieldOf: FieldOf | undefined): Omit<Layout, 'encoding'> {
  const trimmed = text.trimStart().replace(/^\u001E/, '');
  const first = trimmed[0];
  if (first === undefined) throw empty(name, 'blanks only');
  if (first === '<') throw unknownFormat(name, 'HTML or XML', 'A page that asks to log in may have been saved instead of the data; fetch it again.');
  if (first === '{' || first === '[' || /^(?:\/\*\*\/)?\s*[\w$.]+\s*\(\s*[{[]/.test(trimmed)) {
    if (isLines(trimmed, name, complete)) return { format: 'jsonl', delimiter: '', list: undefined };
    return { format: 'json', delimiter: '', list: longList(text, complete) };
  }
  const delimiter = findDelimiter(text, fieldOf);
  if (delimiter === null) throw unknownFormat(name, 'text without columns', 'Give the file a row of headers, with the columns divided by commas, semicolons or tabs.');
  return { format: delimiter === '\t' ? 'tsv' : 'csv', delimiter, list: undefined };
}

/** JSON Lines when the first line, or most of the first ones, are values by themselves: in an array that is laid out in lines none is. */
function isLines(text: string, name: string, complete: boolean): boolean {
  const lines = text.split('\n');
  if (!complete) lines.pop(); // it is cut
  const filled = lines.filter((line) => line.trim() !== '').slice(0, 20);
  if (/^\.(?:jsonl|ndjson|jsonlines)$/i.test(extname(name)) && !/^\[\s*$/.test(filled[0] ?? '')) return true;
  if (filled.length < 2) return false;
  return isValue(filled[0]!) || filled.filter(isValue).length * 2 >= filled.length;
}

function isValue(line: string): boolean {
  try {
    const { value } = parseJson(line);
    return isObject(value) || Array.isArray(value);
  } catch {
    return /^\s*[\w$.]+\(\s*\{.*\}\s*\);?\s*$/.test(line); // one callback a line
  }
}

/** `{"RECORDS":[{` of an export that is longer than the sample: its list is read element by element. */
function longList(text: string, complete: boolean): Layout['list'] {
  const head = complete ? null : /^\s*\{\s*"([\w.-]{1,64})"\s*:\s*(?=\[\s*\{)/.exec(text);
  return head ? { skip: head[0].length, pointer: `/${head[1]!}` } : undefined;
}
