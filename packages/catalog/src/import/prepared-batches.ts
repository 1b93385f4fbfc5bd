import { setImmediate } from 'node:timers/promises';
import type { Outcome, ProductRecord, RejectedRecord } from '@1688/core';
import type { ImportRun } from './import-run.ts';
import { isReject, prepareRecord, type PreparedRecord, type PreparedReject } from './prepared-record.ts';

/** Records to be prepared here, or a function that begins to prepare them elsewhere, such as in other threads, once the run is known. */
export type RecordSource = AsyncIterable<Outcome<ProductRecord, RejectedRecord>> | PreparedSource;
export type PreparedSource = (run: PreparationRun) => AsyncIterable<readonly Prepared[]>;

export interface PreparationRun {
  /** When the source was seen, for records that do not say so. */
  readonly observedAt: Date;
  /** True when the last batch held more that had to be written than was known. */
  mostAreNew(): boolean;
}

export type Prepared = PreparedRecord | PreparedReject;

/** A failure that is only thrown when somebody asks for the value. */
export function settled<Value>(promise: Promise<Value>): Promise<() => Value> {
  return promise.then((value) => () => value, (error: unknown) => () => { throw error; });
}

/** After so many records the event loop gets its turn, so that the server is not kept waiting for its next statement. */
const breathAfter = 5;

/** When the source fails in the middle, what came before is still handed out. */
export async function* preparedBatches(records: RecordSource, size: number, run: ImportRun & Pick<PreparationRun, 'mostAreNew'>): AsyncGenerator<Prepared[], undefined> {
  const observedAt = run.record.observedAt ?? new Date();
  let batch: Prepared[] = [];
  let failure: { error: unknown } | undefined;
  try {
    for await (const group of typeof records === 'function' ? records({ observedAt, mostAreNew: () => run.mostAreNew() }) : preparedHere(records, observedAt)) {
      for (const prepared of group) {
        const position = isReject(prepared) ? prepared.rejected.position : prepared.position;
        if (run.resumedFrom !== null && position.record <= run.resumedFrom) continue;
        batch.push(prepared);
        if (batch.length < size) continue;
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    failure = { error };
  }
  if (batch.length > 0) yield batch;
  if (failure) throw failure.error;
  return undefined;
}

async function* preparedHere(records: Exclude<RecordSource, PreparedSource>, runTime: Date): AsyncGenerator<Prepared[]> {
  let count = 0;
  for await (const outcome of records) {
    yield [prepareRecord(outcome, runTime)];
    if ((count += 1) % breathAfter === 0) await setImmediate();
  }
}
