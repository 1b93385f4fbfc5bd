import { SyncError } from '@1688/core';

export function aborted(what: string, cause: unknown): SyncError {
  return new SyncError('ABORTED', `${what} was cancelled.`, { retryable: true, cause });
}

export function tooSlow(what: string, timeoutMs: number): SyncError {
  return new SyncError('STORAGE_TIMEOUT', `${what}: expected the service to go on within ${timeoutMs} ms, received nothing.`, {
    retryable: true, hint: 'See whether the service is reachable, or raise timeoutMs.',
  });
}

/** Node's own code tells enough: its message may quote headers. */
export function connectionError(error: unknown, what: string, host: string): SyncError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
  const isUntrusted = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code);
  const isOurs = /^ERR_(INVALID|UNESCAPED|HTTP_INVALID)/.test(code);
  return new SyncError('STORAGE_IO', `${what}: expected an answer from ${host}, received a broken connection (${code}).`, {
    retryable: !isUntrusted && !isOurs,
    hint: isUntrusted ? 'The certificate of the service is not trusted: correct it, or name its authority in NODE_EXTRA_CA_CERTS.' : 'See whether the endpoint is right and reachable.',
    details: { reason: code },
    cause: error,
  });
}
