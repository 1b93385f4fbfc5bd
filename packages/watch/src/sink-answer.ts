import { SyncError } from '@1688/core';
import type { SinkKind } from './watch.ts';

export interface SinkAnswer {
  readonly status: number;
  readonly body: string;
}

/** Field of a JSON answer that must be 0: these robots answer 200 to everything. */
const codeFields: Partial<Record<SinkKind, readonly string[]>> = { dingtalk: ['errcode'], wecom: ['errcode'], feishu: ['code', 'StatusCode'] };

/** Passes only an answer that says the message was taken. @throws SINK_REFUSED, with the code of the sink in `details` */
export function checkSinkAnswer(kind: SinkKind, { status, body }: SinkAnswer): void {
  if (status < 200 || status > 299) throw refused(kind, `status ${status}`, { status });
  const fields = codeFields[kind];
  if (fields) {
    const code = codeOf(body, fields);
    if (code !== 0) throw refused(kind, code === null ? 'an answer without its code' : `code ${code}`, { code });
  }
  if (kind === 'slack' && body.trim() !== 'ok') throw refused(kind, 'another answer than "ok"', {});
}

function codeOf(body: string, fields: readonly string[]): number | null {
  try {
    const answer = JSON.parse(body) as Readonly<Record<string, unknown>> | null;
    const code = fields.map((field) => answer?.[field]).find((value) => typeof value === 'number');
    return typeof code === 'number' ? code : null;
  } catch {
    return null; // no JSON, so no code: the caller refuses it
  }
}

/** The answer itself is not shown: some repeat the address, which holds the token. */
function refused(kind: SinkKind, received: string, details: Readonly<Record<string, unknown>>): SyncError {
  return new SyncError('SINK_REFUSED', `Expected the ${kind} sink to take the message, received ${received}.`, {
    hint: 'Check address, secret, key words and rate limit of the robot; "1688sync watch test" sends a message.', retryable: true, details,
  });
}
