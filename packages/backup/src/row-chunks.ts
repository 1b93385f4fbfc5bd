import type { Chunking } from './manifest.ts';

/** Some rows of a table, as COPY text. */
export interface RowChunk {
  readonly bytes: Buffer;
  readonly rows: number;
  /** COPY text of the first row's key, or '' without a key. */
  readonly first: string;
}

const tab = 9;
const newline = 10;
/** No chunk grows beyond this, but for a single row that does. */
const largestBytes = 4 * 1024 * 1024;

/** Told of each row in turn; true = this row begins a new chunk. `end` is where the row's line break stands. */
type Cutter = (bytes: Buffer, start: number, end: number, rowsSoFar: number) => boolean;

/**
 * Cuts COPY text into chunks whose borders depend on the rows' keys alone, so that a change moves no border but its own.
 * @param keyColumns how many of the first columns are the key
 */
export async function* rowChunks(source: AsyncIterable<Uint8Array>, chunking: Chunking, keyColumns: number): AsyncIterable<RowChunk> {
  const cut = chunking.kind === 'range' ? rangeCutter(chunking.shift) : contentCutter(chunking.rows, keyColumns);
  let parts: Buffer[] = [];
  let size = 0;
  let rows = 0;
  let first = '';
  let rest: Buffer[] = [];

  const take = (): RowChunk => {
    const chunk = { bytes: Buffer.concat(parts), rows, first };
    parts = [];
    size = 0;
    rows = 0;
    return chunk;
  };

  for await (const piece of source) {
    let bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let end = bytes.indexOf(newline);
    if (end >= 0 && rest.length > 0) {
      const before = rest.reduce((sum, each) => sum + each.length, 0);
      bytes = Buffer.concat([...rest, bytes]);
      rest = [];
      end += before;
    }
    let taken = 0;
    for (let start = 0; end >= 0; start = end + 1, end = bytes.indexOf(newline, start)) {
      const grown = size + (start - taken);
      const wanted = cut(bytes, start, end, rows); // asked for every row: it remembers the one before
      if (rows > 0 && (wanted || grown + (end - start) >= largestBytes)) {
        if (start > taken) parts.push(bytes.subarray(taken, start));
        taken = start;
        yield take();
      }
      if (rows === 0) first = keyText(bytes, start, end, keyColumns);
      rows += 1;
    }
    const complete = bytes.lastIndexOf(newline) + 1;
    if (complete > taken) {
      parts.push(bytes.subarray(taken, complete));
      size += complete - taken;
    }
    if (complete < bytes.length) rest.push(bytes.subarray(complete));
  }
  if (rows > 0) yield take();
}

/** `id >> shift` of an id's text, whose first column counts. */
export function rangeOf(text: string, shift: number): number | bigint {
  const tabAt = text.indexOf('\t');
  const id = tabAt < 0 ? text : text.slice(0, tabAt);
  return id.length <= 15 ? Math.floor(Number(id) / 2 ** shift) : BigInt(id) >> BigInt(shift);
}

/** A border wherever `id >> shift` changes. */
function rangeCutter(shift: number): Cutter {
  let last: number | bigint | null = null;
  return (bytes, start, end) => {
    const range = rangeOf(bytes.toString('latin1', start, fieldEnd(bytes, start, end)), shift);
    const changed = last !== null && range !== last;
    last = range;
    return changed;
  };
}

/** A border before a row whose key has a certain hash: after `rows` rows on average, never before a quarter nor after four times as many. */
function contentCutter(average: number, keyColumns: number): Cutter {
  const mask = 2 ** Math.round(Math.log2(Math.max(average * 0.75, 1))) - 1;
  return (bytes, start, end, rowsSoFar) => {
    if (rowsSoFar < average / 4) return false;
    return rowsSoFar >= average * 4 || (hash(bytes, start, keyColumns > 0 ? keyEnd(bytes, start, end, keyColumns) : end) & mask) === 0;
  };
}

/** FNV-1a with a final mix: its low bits alone would follow the last character. */
function hash(bytes: Buffer, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let at = start; at < end; at += 1) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  return (value ^ (value >>> 15)) >>> 0;
}

function keyText(bytes: Buffer, start: number, end: number, columns: number): string {
  return columns === 0 ? '' : bytes.toString('utf8', start, keyEnd(bytes, start, end, columns));
}

function keyEnd(bytes: Buffer, start: number, end: number, columns: number): number {
  let at = start - 1;
  for (let left = columns; left > 0 && at < end; left -= 1) at = fieldEnd(bytes, at + 1, end);
  return at;
}

function fieldEnd(bytes: Buffer, start: number, end: number): number {
  const at = bytes.indexOf(tab, start);
  return at < 0 || at > end ? end : at;
}
