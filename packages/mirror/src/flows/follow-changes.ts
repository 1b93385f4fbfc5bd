import { followChanges as follow } from '@1688/catalog';
import type { Change } from '@1688/core';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';

export interface FollowChangesOptions {
  /** Between two looks at a feed that has nothing new. Default 1,000. */
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/** The change feed after an entry, and on and on as it grows; ends when `signal` is aborted. */
export function followChanges({ db }: Pick<Mirror, 'db'>, since: bigint, { everyMs, signal }: FollowChangesOptions = {}): AsyncGenerator<Change> {
  return follow(db, { since, ...defined({ pollMs: everyMs, signal }) });
}
