import { errorCodes, errorCodesZhCn, isSyncError, SyncError, type ErrorCode } from '@1688/core';
import { z } from 'zod';
import { statusOf } from './http-status.ts';

export const problemSchema = z.strictObject({
  type: z.string().meta({ description: 'urn:1688sync:error: and the code.' }),
  title: z.string().meta({ description: 'What the code means; in Chinese for who prefers it (Accept-Language).' }),
  status: z.int(),
  code: z.string().meta({ description: 'Stable; tell errors apart by it.' }),
  detail: z.string(),
  hint: z.string().nullable().meta({ description: 'What to do next.' }),
  retryable: z.boolean().meta({ description: 'True when the same request may succeed later.' }),
  field: z.string().nullable().meta({ description: 'The part of the request that is at fault.' }),
  requestId: z.string(),
});
/** RFC 9457, with what a `SyncError` knows. */
export type Problem = z.infer<typeof problemSchema>;

export interface ProblemOptions {
  readonly requestId: string;
  /** Of the request. */
  readonly acceptLanguage?: string | undefined;
}

/** An error as it is told to whoever asked. A defect says nothing of itself: the log does, under the same request id. */
export function toProblem(thrown: unknown, { requestId, acceptLanguage = '' }: ProblemOptions): Problem {
  const error = asRequestError(thrown);
  const { code, retryable } = error;
  const field = error.details['field'];
  return {
    type: `urn:1688sync:error:${code}`, title: (/^zh/i.test(acceptLanguage) ? errorCodesZhCn : errorCodes)[code], status: statusOf(code), code,
    detail: code === 'INTERNAL' ? 'Something failed here; the log tells what, under the request id.' : error.message,
    hint: error.hint ?? null, retryable, field: typeof field === 'string' ? field : null, requestId,
  };
}

/** Our error, or ours for what fastify itself refuses. */
export function asRequestError(thrown: unknown): SyncError {
  if (isSyncError(thrown)) return thrown;
  const { statusCode, message } = thrown as { statusCode?: unknown; message?: string };
  const code = typeof statusCode === 'number' ? codeOfStatus[statusCode] : undefined;
  return code ? new SyncError(code, message ?? '', { cause: thrown }) : new SyncError('INTERNAL', 'A defect.', { cause: thrown });
}

const codeOfStatus: Readonly<Record<number, ErrorCode>> = { 400: 'ARGUMENT_INVALID', 404: 'NOT_FOUND', 408: 'REQUEST_TIMEOUT', 413: 'REQUEST_TOO_LARGE', 414: 'ARGUMENT_INVALID', 415: 'REQUEST_TYPE', 503: 'SERVER_BUSY' };
