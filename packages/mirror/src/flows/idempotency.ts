import { idempotencyKeys, type IdempotencyState } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';

export interface IdempotentRequest {
  readonly owner: string;
  readonly key: string;
  /** Of everything that makes it this request. */
  readonly hash: Uint8Array;
}

export interface IdempotencyClaim {
  readonly state: IdempotencyState;
  /** The answer that is given from now on. */
  settle(answer: { readonly status: number; readonly reply: unknown }): Promise<void>;
  /** It failed: the key is free again. */
  release(): Promise<void>;
}

/** What is known of a request under its key; `new` makes it the caller's to do. */
export async function claimIdempotencyKey({ db }: Pick<Mirror, 'db'>, { owner, key, hash }: IdempotentRequest): Promise<IdempotencyClaim> {
  const keys = idempotencyKeys(db);
  return {
    state: await keys.claim(owner, key, hash),
    settle: (answer) => keys.settle(owner, key, answer),
    release: () => keys.release(owner, key),
  };
}
