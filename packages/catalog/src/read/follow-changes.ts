import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from '@1688/core';
import type { Connection } from '@1688/db';
import { changesSince } from './changes-since.ts';

export interface FollowChangesOptions {
  /** Only entries after this one. Default 0n: the whole feed. */
  readonly since?: bigint;
  /** Between two looks at a feed that has nothing new. Default 1,000. */
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * The change feed after an entry, and on and on as it grows; ends when `signal` is aborted. A reader that keeps the last `seq` may stop
 * anywhere and go on from there: no entry is missed, none comes twice, and those of one offer come in the order of their commits.
 */
export async function* followChanges(db: Connection, { since = 0n, pollMs = 1_000, signal }: FollowChangesOptions = {}): AsyncGenerator<Change, void> {
  const isAborted = (): boolean => signal?.aborted ?? false;
  let seq = since;
  while (!isAborted()) {
    let met = 0;
    for await (const change of changesSince(db, seq, { limit: pageSize })) {
      yield change;
      met += 1;
      seq = change.seq;
      if (isAborted()) return;
    }
    // Only a page that was not full says that nothing more is there.
    if (met < pageSize) await sleep(pollMs, undefined, signal ? { signal } : {}).catch(() => {}); // the loop looks at the signal
  }
}

const pageSize = 1_000;
