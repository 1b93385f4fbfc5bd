import { setImmediate } from 'node:timers/promises';
import type { Outcome, ProductRecord, RejectedRecord } from '@1688/core';
import type { ImportRun } from './import-run.ts';
import { prepareRecord, type PreparedRecord, type PreparedReject } from './prepared-record.ts';

export type RecordSource = AsyncIterable<Outcome<ProductRecord, RejectedRecord>>;
export type Prepared = PreparedRecord | PreparedReject;

/** A failure that is only thrown when somebody asks for the value. */
export function settled<Value>(promise: Promise<Value>): Promise<() => Value> {
  return promise.then((value) => () => value, (error: unknown) => () => { throw error; });
}

/** After so many records the event loop gets its turn, so that the server is not kept waiting for its next statement. */
const breathAfter = 20;

/** When the source fails in the middle, what came before is still handed out. */
export async function* preparedBatches(records: RecordSource, size: number, run: ImportRun): AsyncGenerator<Prepared[], undefined> {
  const { observedAt } = run.record;
  let batch: Prepared[] = [];
  let failure: { error: unknown } | undefined;
  try {
    for await (const outcome of records) {
      const position = outcome.ok ? outcome.value.position : outcome.item.position;
      if (run.resumedFrom !== null && position.record <= run.resumedFrom) continue;
      batch.push(prepareRecord(outcome, observedAt ?? new Date()));
      if (batch.length % breathAfter === 0) await setImmediate();
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    failure = { error };
  }
  if (batch.length > 0) yield batch;
  if (failure) throw failure.error;
  return undefined;
}
