import { throwIfAborted, type Change } from '@1688/core';
import { changes, type Connection } from '@1688/db';

export interface ChangesSinceOptions {
  /** Most entries. Default: all that are there. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/**
 * The change feed after an entry, in the order of commits; it ends with the newest. Keep the last `seq` and go on from there: no
 * entry is missed, and none comes twice.
 * @param seq 0n for the whole feed
 */
export async function* changesSince(db: Connection, seq: bigint, { limit, signal }: ChangesSinceOptions = {}): AsyncGenerator<Change, void> {
  for await (const change of changes(db).list({ since: seq, ...(limit === undefined ? {} : { limit }) })) {
    throwIfAborted(signal, 'Reading the change feed');
    yield change;
  }
}
