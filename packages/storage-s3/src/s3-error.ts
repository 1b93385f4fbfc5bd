import { SyncError, type ErrorCode } from '@1688/core';
import type { Answer } from './http-exchange.ts';
import { childText, parseXml, type XmlElement } from './xml.ts';

/** What the service itself said of a failure. `code` is null where it said nothing that is S3's. */
export interface S3Failure {
  readonly status: number;
  readonly code: string | null;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  /** The service's clock minus ours. */
  readonly skewSeconds: number | null;
  /** Where the bucket really is, if it told. */
  readonly region: string | null;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly retryable?: true;
  readonly hint?: string;
}

const busy: Meaning = { code: 'STORAGE_IO', retryable: true, hint: 'The service is busy or in trouble: try again later.' };
const taken: Meaning = { code: 'STORAGE_CONFLICT', hint: 'Something is stored under this key already; it was kept.' };
const wantsHost: Meaning = { code: 'STORAGE_IO', hint: 'This service takes the bucket in the host only: set the style "virtual".' };
const wrongRegion: Meaning = { code: 'STORAGE_IO', hint: 'The bucket lies elsewhere: correct region and endpoint.' };
const damaged: Meaning = { code: 'STORAGE_CORRUPT', retryable: true, hint: 'The body was damaged on its way; nothing was stored.' };
const full: Meaning = { code: 'STORAGE_FULL', hint: 'Raise the quota of the bucket or free some room.' };
const unknownKey: Meaning = { code: 'STORAGE_PERMISSION', hint: 'Correct the access key and its secret.' };
const expired: Meaning = { code: 'STORAGE_PERMISSION', hint: 'Temporary keys have ended: get new ones.' };
const unsupported: Meaning = { code: 'STORAGE_UNSUPPORTED', hint: 'The service does not offer this; for a conditional put set conditionalPut to false.' };

const meanings: Readonly<Record<string, Meaning>> = {
  AccessDenied: { code: 'STORAGE_PERMISSION', hint: 'Give this access key the rights to read, write, list and delete in the bucket.' },
  AuthorizationHeaderMalformed: wrongRegion,
  BadDigest: damaged,
  ConditionalRequestConflict: { ...busy, hint: 'Two writers met: try again.' },
  EntityTooLarge: { code: 'STORAGE_UNSUPPORTED', hint: 'The service takes no body of this size: lower partSizeBytes.' },
  ExpiredToken: expired,
  InternalError: busy,
  InvalidAccessKeyId: unknownKey,
  InvalidObjectState: { code: 'STORAGE_IO', hint: 'The object is archived: have the service restore it first.' },
  InvalidPart: { code: 'STORAGE_CORRUPT', hint: 'The service lost a part; nothing was stored.' },
  InvalidToken: expired,
  KeyTooLongError: { code: 'STORAGE_KEY', hint: 'Use a shorter key or prefix.' },
  NoSuchBucket: { code: 'STORAGE_WRONG_ROOT', hint: 'Create the bucket, or correct its name, region and endpoint.' },
  NoSuchKey: { code: 'STORAGE_OBJECT_MISSING' },
  NotImplemented: unsupported,
  OperationAborted: busy,
  PathStyleDomainForbidden: wantsHost,
  PermanentRedirect: wrongRegion,
  PreconditionFailed: taken,
  QuotaExceeded: full,
  RequestTimeout: busy,
  RequestTimeTooSkewed: { code: 'STORAGE_PERMISSION', hint: 'The clock of this machine is wrong: set it, or let it be synchronised.' },
  SecondLevelDomainForbidden: wantsHost,
  ServiceUnavailable: busy,
  SignatureDoesNotMatch: { code: 'STORAGE_PERMISSION', hint: 'The secret of the access key is wrong, or a proxy alters requests.' },
  SlowDown: busy,
  TemporaryRedirect: busy,
  XAmzContentSHA256Mismatch: damaged,
};

const byStatus: Readonly<Record<number, Meaning>> = {
  401: unknownKey,
  403: { code: 'STORAGE_PERMISSION', hint: 'See what rights this access key has in the bucket.' },
  409: busy, 412: taken, 429: busy, 500: busy, 502: busy, 503: busy, 504: busy,
  501: unsupported,
  507: full,
};

/** Reads what is left of an answer that is none of success. */
export async function readFailure(answer: Answer): Promise<S3Failure> {
  const document = await readErrorDocument(answer);
  const { headers, status } = answer;
  const date = Date.parse(headers.date ?? '');
  return {
    status,
    code: document ? childText(document, 'Code') : null,
    requestId: headerText(headers['x-amz-request-id']) ?? (document && childText(document, 'RequestId')),
    retryAfterMs: retryAfterMs(headers['retry-after']),
    skewSeconds: Number.isNaN(date) ? null : Math.round((date - Date.now()) / 1000),
    region: headerText(headers['x-amz-bucket-region']) ?? (document && childText(document, 'Region')),
  };
}

/** @param what what was done, for the message. The service's own words are left out: they may quote the request. */
export function toSyncError(failure: S3Failure, what: string): SyncError {
  const { status, code, requestId, retryAfterMs, skewSeconds, region } = failure;
  const meaning = (code === null ? undefined : meanings[code]) ?? byStatus[status] ?? { code: 'STORAGE_IO' };
  const hint = code === null && meaning.hint === undefined ? 'See whether the endpoint is that of an S3 service.' : meaning.hint;
  return new SyncError(meaning.code, `${what}: expected the service to do it, received ${status}${code === null ? '' : ` ${code}`}.`, {
    retryable: meaning.retryable ?? false,
    ...(hint === undefined ? {} : { hint }),
    details: {
      status, s3Code: code, requestId,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
      ...(code === 'RequestTimeTooSkewed' ? { skewSeconds } : {}),
      ...(region === null ? {} : { region }),
    },
  });
}

async function readErrorDocument(answer: Answer): Promise<XmlElement | null> {
  const limitBytes = 64 * 1024;
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.chunks()) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > limitBytes) return null;
  }
  try {
    const root = parseXml(text.trim());
    return root.name === 'Error' ? root : null;
  } catch {
    return null; // a page of a proxy: the status alone has to tell
  }
}

function retryAfterMs(value: string | undefined): number | null {
  if (value === undefined) return null;
  const until = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(until) ? Math.max(0, until) : null;
}

function headerText(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
