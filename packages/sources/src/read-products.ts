import { SyncError, throwIfAborted } from '@1688/core';
import { collectInput, openBytes, type ByteInput, type SourceInput } from './bytes/byte-input.ts';
import { unknownFormat } from './bytes/file-signature.ts';
import { decodeChunks } from './bytes/text-chunks.ts';
import { chooseProfile, columnsOf, findCandidates, namedProfile, type Choice, type Detection } from './detection.ts';
import { jsonDocument, jsonLineTexts, jsonTexts } from './json/json-documents.ts';
import type { Profile, SourceFormat } from './profile.ts';
import { builtInProfiles } from './profiles/built-in-profiles.ts';
import { checkColumns, fieldFinder, type FieldOf } from './profiles/table-columns.ts';
import { tableWith } from './profiles/table.ts';
import type { RawDocument, RawText } from './raw-document.ts';
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
  /**
   * Columns of a table that are not known by their headers: header → field, such as `{ 品名: 'title', 价: 'priceMinCny' }`. A field
   * may be named by another header (商品标题) too, and `ignore` leaves a column out. The profile is `table` then.
   */
  readonly columns?: Readonly<Record<string, string>> | undefined;
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
 * @throws SOURCE_UNREADABLE · SOURCE_EMPTY · SOURCE_FORMAT · SOURCE_ENCODING · SOURCE_PROFILE · ARGUMENT_INVALID · ABORTED, all while iterating
 */
export function readProducts(input: SourceInput, options: ReadOptions = {}): ProductReader {
  let opening: Promise<OpenSource> | undefined;
  const open = (): Promise<OpenSource> => (opening ??= openSource(input, options));
  const close = async (): Promise<void> => {
    const opened = await opening?.catch(() => null); // a failed opening has closed itself and was told where it was awaited
    await opened?.bytes[Symbol.asyncDispose]();
  };
  return productReader(open, close, options.signal);
}

function productReader(open: () => Promise<OpenSource>, close: () => Promise<void>, signal: AbortSignal | undefined): ProductReader {
  let started = false;
  return {
    get detection() {
      return open().then(({ detection }) => detection);
    },
    [Symbol.asyncIterator]() {
      if (started) throw new SyncError('ARGUMENT_INVALID', 'Expected a reader to be iterated once, received a second time.', { hint: 'Call readProducts again.' });
      started = true;
      return outcomes(open, close, signal);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** How the pieces of one input become products; plain data, so that it can be told to another thread. */
export interface PieceMapping {
  /** Name of a built-in profile. */
  readonly profile: string;
  readonly format: SourceFormat;
}

/** An input as pieces of text that are still to be mapped. Read once; closed by its end and by `close`. */
export interface PieceReader extends AsyncIterable<readonly RawText[]>, AsyncDisposable {
  readonly detection: Detection;
  readonly mapping: PieceMapping;
  close(): Promise<void>;
}

/**
 * Opens an input for whoever maps it in other threads: reading and cutting it is little work beside mapping it.
 * @returns a plain reader where the pieces cannot leave this thread, as they are rows of a table or a profile of the user's own maps them
 * @throws like `readProducts`
 */
export async function openPieces(input: SourceInput, options: ReadOptions = {}): Promise<PieceReader | ProductReader> {
  const opened = await openSource(input, options);
  const { bytes, detection, choice: { profile }, layout: { format } } = opened;
  const close = async (): Promise<void> => bytes[Symbol.asyncDispose]();
  const isJson = format === 'json' || format === 'jsonl';
  if (!isJson || !builtInProfiles.includes(profile)) return productReader(() => Promise.resolve(opened), close, options.signal);
  async function* texts(): AsyncGenerator<readonly RawText[]> {
    try {
      for await (const batch of opened.pieces) {
        throwIfAborted(options.signal, 'Reading products');
        yield batch.map(({ text, line, pointer }) => ({ text, line, pointer }));
      }
    } finally {
      await close();
    }
  }
  return { detection, mapping: { profile: profile.name, format }, close, [Symbol.asyncIterator]: texts, [Symbol.asyncDispose]: close };
}

/** Maps pieces of text, in the thread that calls it; records are numbered from 1 in each call. */
export function* mapPieces(pieces: readonly RawText[], { profile: name, format }: PieceMapping): Generator<ProductOutcome> {
  const { profile } = namedProfile(name, []);
  let record = 0;
  for (const piece of pieces) yield* mapDocument(jsonDocument(piece), profile, format, () => (record += 1));
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
  readonly pieces: AsyncIterable<readonly Piece[]>;
}

/** Text still to be parsed, or a row that needs no parsing. */
type Piece = RawText | RawDocument;

async function* outcomes(open: () => Promise<OpenSource>, close: () => Promise<void>, signal: AbortSignal | undefined): AsyncGenerator<ProductOutcome> {
  let record = 0;
  try {
    const { pieces, choice, layout } = await open();
    for await (const batch of pieces) {
      throwIfAborted(signal, 'Reading products');
      for (const piece of batch) yield* mapDocument(parsed(piece), choice.profile, layout.format, () => (record += 1));
    }
  } finally {
    await close();
  }
}

async function openSource(input: SourceInput, options: ReadOptions): Promise<OpenSource> {
  const { profiles: own = [], columns } = options;
  const named = askedProfile(options);
  const fieldOf = fieldFinder(columns);
  const bytes = await openBytes(input, options);
  try {
    const layout = findLayout(bytes, options.encoding, fieldOf);
    const { first, pieces } = await peek(readPiecesOf(bytes, layout, fieldOf));
    if (first.length === 0) throw empty(bytes.name, isTable(layout) ? 'headers without a row' : 'an empty list');
    const choice = named ?? findProfile(first, layout, bytes.name, own);
    if (columns !== undefined) checkColumns(columns, columnsOf(first, choice.profile).map(({ header }) => header), bytes.name);
    return { bytes, layout, choice, pieces, detection: detectionOf(first, layout, choice, own) };
  } catch (error) {
    await bytes[Symbol.asyncDispose]();
    throw error;
  }
}

/** @throws ARGUMENT_INVALID for columns beside another profile than `table` */
function askedProfile({ profile, profiles = [], columns }: ReadOptions): Choice | undefined {
  if (columns === undefined || Object.keys(columns).length === 0) return profile === undefined ? undefined : namedProfile(profile, profiles);
  if (profile === undefined || profile === 'table') return { profile: tableWith(columns), why: 'columns were named' };
  throw new SyncError('ARGUMENT_INVALID', `Expected columns with the profile table, received the profile ${typeof profile === 'string' ? profile : profile.name}.`, {
    hint: 'Leave the profile out, or the columns: only tables have headers to name.',
  });
}

function detectionOf(first: readonly RawDocument[], layout: Layout, { profile, why }: Choice, own: readonly Profile[]): Detection {
  const { format, encoding } = layout;
  return {
    format, encoding: encoding?.label ?? null, profile: profile.name,
    why: [encoding?.why, why].filter((each) => each !== undefined).join('; '),
    candidates: findCandidates(first.slice(0, recordsToWeigh), format, own),
    columns: isTable(layout) || profile.fieldOfColumn !== undefined ? columnsOf(first, profile) : null,
  };
}

function isTable({ format }: Layout): boolean {
  return format !== 'json' && format !== 'jsonl';
}

function readPiecesOf(bytes: ByteInput, { format, encoding, delimiter, list }: Layout, fieldOf: FieldOf): AsyncGenerator<Piece[]> {
  if (encoding === null) return tableDocuments(workbookRows(bytes), fieldOf);
  const text = decodeChunks(bytes.chunks, encoding, bytes.name);
  if (format === 'jsonl') return jsonLineTexts(text);
  return format === 'json' ? jsonTexts(text, list) : tableDocuments(csvRows(text, delimiter), fieldOf);
}

async function* workbookRows(bytes: ByteInput): ReturnType<typeof xlsxRows> {
  yield* xlsxRows(await collectInput(bytes, maxXlsxBytes, 'a workbook'), bytes.name);
}

const parsedToSee = 20;
const documentsToSee = 500;
const recordsToWeigh = 100;

/** The first documents, and an iterable that yields all pieces, those included. */
async function peek(source: AsyncGenerator<Piece[]>): Promise<{ first: readonly RawDocument[]; pieces: AsyncIterable<readonly Piece[]> }> {
  const held: RawDocument[][] = [];
  let whole = 0;
  let seen = 0;
  while (whole < parsedToSee && seen < documentsToSee) {
    const next = await source.next();
    if (next.done) break;
    const documents = next.value.map(parsed);
    held.push(documents);
    seen += documents.length;
    whole += documents.filter((document) => document.failure === null).length;
  }
  async function* pieces(): AsyncGenerator<readonly Piece[]> {
    for (let batch = held.shift(); batch !== undefined; batch = held.shift()) yield batch;
    yield* source;
  }
  return { first: held.flat().slice(0, documentsToSee), pieces: pieces() };
}

function parsed(piece: Piece): RawDocument {
  return 'value' in piece ? piece : jsonDocument(piece);
}

function findProfile(first: readonly RawDocument[], { format }: Layout, name: string, own: readonly Profile[]): Choice {
  if (first.every((document) => document.failure !== null)) {
    throw unknownFormat(name, `text that begins like ${format} and is not (${first[0]!.failure!.message})`, 'The file may be cut off: fetch or export it again. With --profile its records are rejected one by one.');
  }
  if (first.every(({ value, failure }) => failure === null && findRecords(value, () => false).length === 0)) throw empty(name, 'pages without records');
  return chooseProfile(first.slice(0, recordsToWeigh), format, own, name);
}
