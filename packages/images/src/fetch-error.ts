import { isSyncError, SyncError, type ErrorCode } from '@1688/core';

const byCode: Readonly<Record<string, ErrorCode>> = {
  UND_ERR_CONNECT_TIMEOUT: 'FETCH_TIMEOUT', UND_ERR_HEADERS_TIMEOUT: 'FETCH_TIMEOUT', UND_ERR_BODY_TIMEOUT: 'FETCH_TIMEOUT', ETIMEDOUT: 'FETCH_TIMEOUT',
  UND_ERR_HEADERS_OVERFLOW: 'FETCH_PROTOCOL', UND_ERR_RES_EXCEEDED_MAX_SIZE: 'FETCH_TOO_LARGE',
  ECONNRESET: 'FETCH_RESET', EPIPE: 'FETCH_RESET', UND_ERR_SOCKET: 'FETCH_RESET', UND_ERR_CLOSED: 'ABORTED', UND_ERR_DESTROYED: 'ABORTED',
};
const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|CRL_|INVALID_CA|INVALID_PURPOSE|EPROTO)/;
const lasting: readonly ErrorCode[] = ['FETCH_PROTOCOL', 'FETCH_TLS', 'FETCH_TOO_LARGE'];

/** Names what undici, Node or OpenSSL threw; errors of ours stay what they are. */
export function fetchError(error: unknown, { url, inBody }: { readonly url: string; readonly inBody: boolean }): SyncError {
  if (isSyncError(error)) return error;
  const foreign = codeOf(error) ?? (error instanceof Error ? error.name : undefined);
  const code = nameOf(foreign, inBody);
  return new SyncError(code, `Expected a picture from ${url}, received ${foreign ?? 'an error'} while ${inBody ? 'reading the body' : 'asking for it'}.`, {
    retryable: !lasting.includes(code), cause: error,
  });
}

function nameOf(foreign: string | undefined, inBody: boolean): ErrorCode {
  if (foreign === undefined) return 'FETCH_CONNECT';
  // The other side closed in good order, but before the announced end.
  if (foreign === 'UND_ERR_SOCKET' && inBody) return 'FETCH_TRUNCATED';
  if (foreign.startsWith('HPE_') || foreign === 'HTTPParserError') return 'FETCH_PROTOCOL';
  if (foreign === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return inBody ? 'FETCH_TRUNCATED' : 'FETCH_PROTOCOL';
  return byCode[foreign] ?? (tlsCode.test(foreign) ? 'FETCH_TLS' : 'FETCH_CONNECT');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
