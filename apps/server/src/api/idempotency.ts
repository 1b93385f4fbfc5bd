import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError } from '@1688/core';
import { claimIdempotencyKey, type Mirror } from '@1688/mirror';
import { isStreamed } from './route.ts';

export interface Answer {
  readonly status: number;
  readonly reply: unknown;
}

export interface OnceOptions {
  readonly owner: string;
  readonly key: string;
  readonly hash: Uint8Array;
}

const waitMs = 10_000;

/**
 * Does what a request asks for once for its key; sent again, it gets the same answer, also while the first is at work. A failed one may
 * be tried again under its key.
 * @throws REQUEST_CONFLICT, ARGUMENT_INVALID for a key of another form
 */
export async function answerOnce(mirror: Mirror, { owner, key, hash }: OnceOptions, perform: () => Promise<Answer>): Promise<Answer & { readonly replayed: boolean }> {
  if (!/^[\x21-\x7e]{1,128}$/.test(key)) throw new SyncError('ARGUMENT_INVALID', 'Expected an Idempotency-Key of 1 to 128 visible characters, received another.', { hint: 'A UUID fits.', details: { field: 'Idempotency-Key' } });
  for (const until = Date.now() + waitMs; ;) {
    const { state, settle, release } = await claimIdempotencyKey(mirror, { owner, key, hash });
    if (state.kind === 'done') return { status: state.status, reply: state.reply, replayed: true };
    if (state.kind === 'different') throw new SyncError('REQUEST_CONFLICT', 'Expected the request that this Idempotency-Key was used for, received another one.', { hint: 'Use a new key for a new request.' });
    if (state.kind === 'new') {
      try {
        const answer = await perform();
        if (isStreamed(answer.reply)) await release();
        else await settle(answer);
        return { ...answer, replayed: false };
      } catch (error) {
        await release();
        throw error;
      }
    }
    if (Date.now() > until) throw new SyncError('REQUEST_CONFLICT', 'Expected the first request with this Idempotency-Key to have ended, but it is still at work.', { retryable: true });
    await sleep(200);
  }
}
