import type { SyncError } from '@1688/core';

/**
 * What one try says about its host: `answered` when it did its work (also with a 404); `overloaded` when it asks for less, or is too slow;
 * `failed` when it is broken, or shows a page instead of pictures; `unclear` when nothing follows for other pictures.
 */
export type HostEnding = 'answered' | 'overloaded' | 'failed' | 'unclear';

export function endingOfError({ code, details }: SyncError): HostEnding {
  const { status, retryAfterMs } = details;
  if (code === 'FETCH_GONE') return 'answered';
  if (code === 'FETCH_TIMEOUT' || (code === 'FETCH_STATUS' && (status === 429 || (status === 503 && retryAfterMs !== undefined)))) return 'overloaded';
  if (code === 'FETCH_CONNECT' || code === 'FETCH_RESET' || (code === 'FETCH_STATUS' && typeof status === 'number' && status >= 500)) return 'failed';
  return 'unclear';
}

/** Login and anti-bot pages come as 200: an origin that sends them for pictures does not work for us now. */
export function endingOfBytes(bytes: Uint8Array): HostEnding {
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  return /^<(!doctype html|html|head|script)\b/i.test(start) ? 'failed' : 'answered';
}
