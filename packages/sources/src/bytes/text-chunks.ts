import { isAscii, isUtf8 } from 'node:buffer';
import { guess, untilSafeCut, type TextEncoding } from './text-encoding.ts';

/** Stands in decoded text for bytes that are not of the encoding. A noncharacter: no sane text holds it. */
export const undecodable = '\uFFFF';

const maxCarryBytes = 8 * 1024 * 1024;

/** Decodes a stream of bytes; pieces are cut where no character can be torn. Bytes that do not decode become `undecodable`. */
export async function* decodeChunks(chunks: AsyncIterable<Buffer>, encoding: TextEncoding, name: string): AsyncGenerator<string> {
  let { label, settled } = encoding;
  let carry: Buffer[] = [];
  let skip = encoding.bomBytes;
  for await (const chunk of chunks) {
    const bytes = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - bytes.length;
    if (bytes.length === 0) continue;
    const cut = label.startsWith('utf-16') ? evenCut(carry, bytes) : untilSafeCut(bytes).length;
    if (!isSafe(bytes, cut, label) && carriedBytes(carry) < maxCarryBytes) {
      carry.push(bytes);
      continue;
    }
    const piece = Buffer.concat([...carry, bytes.subarray(0, cut)]);
    carry = cut < bytes.length ? [bytes.subarray(cut)] : [];
    if (!settled && !isAscii(piece)) {
      label = guess(piece, name).label;
      settled = true;
    }
    yield decodePiece(piece, label);
  }
  const rest = Buffer.concat(carry);
  if (rest.length === 0) return;
  if (!settled && !isAscii(rest)) label = guess(rest, name).label;
  yield decodePiece(rest, label);
}

function carriedBytes(carry: readonly Buffer[]): number {
  return carry.reduce((sum, bytes) => sum + bytes.length, 0);
}

/** False when `bytes` hold no place to cut at. */
function isSafe(bytes: Buffer, cut: number, label: string): boolean {
  return cut > 0 && (label.startsWith('utf-16') || bytes[cut - 1]! < 0x30);
}

/** How many of `bytes` complete an even number together with what is carried. */
function evenCut(carry: readonly Buffer[], bytes: Buffer): number {
  return (carriedBytes(carry) + bytes.length) % 2 === 0 ? bytes.length : bytes.length - 1;
}

export function decodePiece(piece: Buffer, label: string): string {
  if (label === 'utf-16le') return piece.toString('utf16le');
  if (label === 'utf-16be') return Buffer.from(piece.subarray(0, piece.length - (piece.length % 2))).swap16().toString('utf16le');
  if (label === 'utf-8') return isUtf8(piece) ? piece.toString('utf8') : decodeLines(piece, label);
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(piece);
  } catch {
    return decodeLines(piece, label); // some line is broken: find out which, keep the others
  }
}

function decodeLines(piece: Buffer, label: string): string {
  const strict = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder(label, { ignoreBOM: true });
  const lines: string[] = [];
  for (let start = 0; start < piece.length; ) {
    const newline = piece.indexOf(10, start);
    const line = piece.subarray(start, newline < 0 ? piece.length : newline + 1);
    start += line.length;
    try {
      lines.push(strict.decode(line));
    } catch {
      lines.push(lenient.decode(line).replaceAll('\uFFFD', undecodable)); // the line is rejected where it is used
    }
  }
  return lines.join('');
}
