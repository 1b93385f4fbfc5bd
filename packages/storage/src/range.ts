import { SyncError } from '@1688/core';
import type { GetOptions } from './storage-backend.ts';

/**
 * First byte and length that a `get` reads of an object; an end after the last byte is cut there.
 * @throws ARGUMENT_INVALID for a range that is none or begins after the last byte
 */
export function resolveRange(range: GetOptions['range'], sizeBytes: number): { readonly start: number; readonly length: number } {
  if (!range) return { start: 0, length: sizeBytes };
  const { start, end = sizeBytes - 1 } = range;
  const sound = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < sizeBytes && end >= start;
  if (!sound) {
    throw new SyncError('ARGUMENT_INVALID', `Expected a range within ${sizeBytes} bytes, received ${start} to ${range.end ?? 'the end'}.`);
  }
  return { start, length: Math.min(end, sizeBytes - 1) - start + 1 };
}
