import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError, SyncError, throwIfAborted, type ErrorCode } from '@1688/core';
import { isDriverError, isSilence, toSyncError } from './database-error.ts';

const outages: ReadonlySet<ErrorCode> = new Set(['DB_CONNECTION_LOST', 'DB_UNAVAILABLE', 'DB_READONLY']);

/** How patient one piece of work is while the database is away. */
export interface Outage {
  /** Pauses, a little longer each time. @throws the failure when it is no outage, or `reconnectMs` since the first are over */
  wait(failure: unknown): Promise<void>;
}

/** @param options `reconnectMs` 0 means: every failure is thrown */
export function outageOf({ reconnectMs = 0, signal }: { readonly reconnectMs?: number | undefined; readonly signal?: AbortSignal | undefined }): Outage {
  let deadline: number | undefined;
  let pauseMs = 50;
  return {
    async wait(failure) {
      deadline ??= performance.now() + reconnectMs;
      if (!isOutage(failure) || performance.now() + pauseMs > deadline) throw failure;
      await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => throwIfAborted(signal, 'The transaction'));
      pauseMs = Math.min(pauseMs * 2, 1_000);
    },
  };
}

/**
 * What became of a commit whose answer was lost, by what `committed` finds.
 * @throws the loss, with `details.outcome` 'unknown', when it cannot find out while `outage` is patient
 */
export async function outcomeOf(committed: (() => Promise<boolean>) | undefined, loss: SyncError, outage: Outage): Promise<boolean> {
  if (!committed) throw unknownOutcome(loss);
  for (;;) {
    try {
      return await committed();
    } catch (error) {
      const failure = isDriverError(error) ? toSyncError(error) : error;
      await outage.wait(failure).catch((thrown: unknown) => { throw thrown === failure && isOutage(failure) ? unknownOutcome(loss) : thrown; });
    }
  }
}

/** True when the connection broke or fell silent while the commit was on its way: what became of it is not known here. */
export function isUnanswered(failure: unknown): failure is SyncError {
  if (!isSyncError(failure)) return false;
  const { code, cause, details } = failure;
  return code === 'DB_CONNECTION_LOST' || isSilence(cause) || (code === 'DB_UNAVAILABLE' && details['sqlState'] === undefined);
}

function isOutage(failure: unknown): boolean {
  return isSyncError(failure) && (outages.has(failure.code) || isSilence(failure.cause));
}

function unknownOutcome({ code, message, cause }: SyncError): SyncError {
  return new SyncError(code, `${message}. Whether the transaction was committed is not known.`, {
    hint: 'Look whether it took effect before you run it again.',
    retryable: true,
    cause,
    details: { outcome: 'unknown' },
  });
}
