import { SyncError, isSyncError } from '@1688/core';

export type Envelope =
  | { readonly schema: string; readonly ok: true; readonly data: unknown; readonly warnings: readonly string[]; readonly next: readonly string[] }
  | { readonly schema: string; readonly ok: false; readonly error: { readonly code: string; readonly message: string; readonly hint: string | null; readonly retryable: boolean } };

export function success(schema: string, data: unknown, more: { warnings?: readonly string[]; next?: readonly string[] } = {}): Envelope {
  return { schema, ok: true, data, warnings: more.warnings ?? [], next: more.next ?? [] };
}

export function failure(schema: string, error: SyncError): Envelope {
  const { code, message, hint, retryable } = error;
  return { schema, ok: false, error: { code, message, hint: hint ?? null, retryable } };
}

/** JSON text of one line; bigint as text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
}

/** Ours as it is; anything else becomes INTERNAL, with its message, so that a defect is told and not swallowed. */
export function asSyncError(error: unknown): SyncError {
  if (isSyncError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SyncError('INTERNAL', `Something failed that should not: ${message}`, {
    hint: 'Please report it with the command and app.log of this store.', cause: error,
  });
}
