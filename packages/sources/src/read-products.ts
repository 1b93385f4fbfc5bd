import { SyncError, throwIfAborted } from '@1688/core';
import { collectInput, openBytes, type ByteInput, type SourceInput } from './bytes/byte-input.ts';
import { unknownFormat } from './bytes/file-signature.ts';
import { decodeChunks } from './bytes/text-chunks.ts';
import { chooseProfile, namedProfile, type Choice, type Detection } from './detection.ts';
import { jsonDocuments, jsonLineDocuments } from './json/json-documents.ts';
import type { Profile } from './profile.ts';
import type { RawDocument } from './raw-document.ts';
import { findRecords } from './record/find-records.ts';
import { mapDocument, type ProductOutcome } from './record/map-document.ts';
import { empty, findLayout, type Layout } from './source-format.ts';
import { csvRows } from './table/csv-rows.ts';
import { tableDocuments } from './table/table-documents.ts';
import { maxXlsxBytes, xlsxRows } from './table/xlsx-rows.ts';

export interface ReadOptions {
  /** Name of a profile, or a profile. Default: detected from the first records. */
  readonly profile?: string | Profile | undefined;
  /** Profiles of your own, asked before the built-in ones. */
  readonly profiles?: readonly Profile[] | undefined;
  /** Such as `gbk`. Default: detected. */
  readonly encoding?: string | undefined;
  /** File name of bytes or a stream, for messages. */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Products of one input, read as they are asked for, once. Whatever is wrong with the input as a whole is thrown by the first step. */
export interface ProductReader extends AsyncIterable<ProductOutcome>, AsyncDisposable {
  /** Opens the input if need be; no record is lost by asking. Rejects with what iterating would throw. */
  readonly detection: Promise<Detection>;
  /** Closes the input; iterating closes it too, however it ends. */
  close(): Promise<void>;
}

/**
 * Reads 1688 products from a file, bytes or a stream, in any of the known formats and shapes. Each record is yielded as a product
 * or as a reject with its line, field and reason. Memory does not depend on the number of records, but for XLSX, and is bound by the
 * longest single document (128 Mi characters).
 * @throws SOURCE_UNREADABLE · SOURCE_EMPTY · SOURCE_FORMAT · SOURCE_ENCODING · SOURCE_PROFILE · ABORTED, all while iterating
 */
export function readProducts(input: SourceInput, options: ReadOptions = {}): ProductReader {
  let opening: Promise<OpenSource> | undefined;
  let started = false;
  const open = (): Promise<OpenSource> => (opening ??= openSource(input, options));
  const close = async (): Promise<void> => {
    const opened = await opening?.catch(() => null); // a failed opening has closed itself and was told where it was awaited
    await opened?.bytes[Symbol.asyncDispose]();
  };
  return {
    get detection() {
      return open().then(({ detection }) => detection);
    },
    [Symbol.asyncIterator]() {
      if (started) throw new SyncError('ARGUMENT_INVALID', 'Expected a reader to be iterated once, received a second time.', { hint: 'Call readProducts again.' });
      started = true;
      return outcomes(open, close, options.signal);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What an input is, without reading it further than its first records. A stream is used up by it. @throws like `readProducts` */
export async function detectSource(input: SourceInput, options: ReadOptions = {}): Promise<Detection> {
  await using reader = readProducts(input, options);
  return await reader.detection;
}

interface OpenSource {
  readonly bytes: ByteInput;
  readonly layout: Layout;
  readonly choice: Choice;
  readonly detection: Detection;
  readonly documents: AsyncIterable<readonly RawDocument[]>;
}

async function* outcomes(open: () => Promise<OpenSource>, close: () => Promise<void>, signal: AbortSignal | undefined): AsyncGenerator<ProductOutcome> {
  let record = 0;
  try {
    const { documents, choice, layout } = await open();
    for await (const batch of documents) {
      throwIfAborted(signal, 'Reading products');
      for (const document of batch) yield* mapDocument(document, choice.profile, layout.format, () => (record += 1));
    }
  } finally {
    await close();
  }
}

async function openSource(input: SourceInput, options: ReadOptions): Promise<OpenSource> {
  const named = options.profile === undefined ? undefined : namedProfile(options.profile, options.profiles ?? []);
  const bytes = await openBytes(input, options);
  try {
    const layout = findLayout(bytes, options.encoding);
    const { first, documents } = await peek(readDocuments(bytes, layout));
    if (first.length === 0) throw empty(bytes.name, layout.format === 'json' || layout.format === 'jsonl' ? 'an empty list' : 'headers without a row');
    const choice = named ?? findProfile(first, layout, bytes.name, options.profiles ?? []);
    const encoding = layout.encoding?.label ?? null;
    const why = [layout.encoding?.why, choice.why].filter((each) => each !== undefined).join('; ');
    return { bytes, layout, choice, documents, detection: { format: layout.format, encoding, profile: choice.profile.name, why } };
  } catch (error) {
    await bytes[Symbol.asyncDispose]();
    throw error;
  }
}

function readDocuments(bytes: ByteInput, { format, encoding, delimiter, list }: Layout): AsyncGenerator<RawDocument[]> {
  if (encoding === null) return tableDocuments(workbookRows(bytes));
  const text = decodeChunks(bytes.chunks, encoding, bytes.name);
  if (format === 'jsonl') return jsonLineDocuments(text);
  return format === 'json' ? jsonDocuments(text, list) : tableDocuments(csvRows(text, delimiter));
}

async function* workbookRows(bytes: ByteInput): ReturnType<typeof xlsxRows> {
  yield* xlsxRows(await collectInput(bytes, maxXlsxBytes, 'a workbook'), bytes.name);
}

const parsedToSee = 20;
const documentsToSee = 500;

/** The first documents, and an iterable that yields all of them, those included. */
async function peek(source: AsyncGenerator<RawDocument[]>): Promise<{ first: readonly RawDocument[]; documents: AsyncIterable<readonly RawDocument[]> }> {
  const held: RawDocument[][] = [];
  let parsed = 0;
  let seen = 0;
  while (parsed < parsedToSee && seen < documentsToSee) {
    const next = await source.next();
    if (next.done) break;
    held.push(next.value);
    seen += next.value.length;
    parsed += next.value.filter((document) => document.failure === null).length;
  }
  async function* documents(): AsyncGenerator<readonly RawDocument[]> {
    for (let batch = held.shift(); batch !== undefined; batch = held.shift()) yield batch;
    yield* source;
  }
  return { first: held.flat().slice(0, documentsToSee), documents: documents() };
}

function findProfile(first: readonly RawDocument[], { format }: Layout, name: string, own: readonly Profile[]): Choice {
  if (first.every((document) => document.failure !== null)) {
    throw unknownFormat(name, `text that begins like ${format} and is not (${first[0]!.failure!.message})`, 'The file may be cut off: fetch or export it again. With --profile its records are rejected one by one.');
  }
  if (first.every(({ value, failure }) => failure === null && findRecords(value, () => false).length === 0)) throw empty(name, 'pages without records');
  return chooseProfile(first.slice(0, 100), format, own, name);
}
