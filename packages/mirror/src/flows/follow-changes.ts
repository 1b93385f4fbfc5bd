import { setTimeout as sleep } from 'node:timers/promises';
import { changesSince } from '@1688/catalog';
import type { Change } from '@1688/core';
import type { Mirror } from '../open-mirror.ts';
import { defined } from '../defined.ts';

export interface FollowChangesOptions {
  /** Between two looks at a feed that has nothing new. Default 1,000. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/** The change feed after an entry, and on and on as it grows; ends when `signal` is aborted. */
export async function* followChanges({ db }: Pick<Mirror, 'db'>, since: bigint, { everyMs = 1_000, signal }: FollowChangesOptions = {}): AsyncGenerator<Change> {
  const isAborted = (): boolean => signal?.aborted ?? false;
  let seq = since;
  while (!isAborted()) {
    for await (const change of changesSince(db, seq, { limit: 1_000 })) {
      yield change;
      seq = change.seq;
      if (isAborted()) return;
    }
    await sleep(everyMs, undefined, defined({ signal })).catch(() => {}); // the loop looks at the signal
  }
}
