import { SyncError } from '@1688/core';

export interface ByteRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/**
 * The one range that a Range header asks for, or null for the whole: RFC 9110 lets a server pass over a header that it does not understand.
 * @throws REQUEST_RANGE for several ranges, and for one outside
 */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange | null {
  if (header === undefined || !/^bytes=/i.test(header)) return null;
  if (header.includes(',')) throw outside('one range', sizeBytes);
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header.replaceAll(' ', ''));
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, first = '', last = ''] = match;
  if (first === '') {
    const length = Math.min(Number(last), sizeBytes);
    if (length === 0) throw outside('a range within the object', sizeBytes);
    return { start: sizeBytes - length, end: sizeBytes - 1 };
  }
  const range = { start: Number(first), end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
  if (range.start >= sizeBytes || range.start > range.end) throw outside('a range within the object', sizeBytes);
  return range;
}

function outside(expected: string, sizeBytes: number): SyncError {
  return new SyncError('REQUEST_RANGE', `Expected ${expected} of ${sizeBytes} bytes, received another.`, { details: { sizeBytes } });
}
