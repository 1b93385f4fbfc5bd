import { isSyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import { syncRecords, withClient, type Database } from '@1688/db';
import { commitBatch, type Importing } from '../import/commit-batch.ts';
import type { ImportRun } from '../import/import-run.ts';
import { knownSuppliers } from '../import/known-suppliers.ts';
import { isReject, type PreparedRecord } from '../import/prepared-record.ts';
import { seenProducts } from '../import/seen-products.ts';
import type { DocumentMapper } from './document-mapper.ts';
import { preparedTelling } from './prepared-telling.ts';
import { tellingsAfter } from './tellings.ts';

export interface Replay {
  /** Documents, each counted as often as it was told. */
  readonly tellings: number;
  /** Those that the mappers of this version refuse. */
  readonly rejected: number;
  /** Those whose profile is not known. */
  readonly unknown: number;
}

const pageSize = 250;
const never = new AbortController().signal;

/** Imports the whole vault of one store into another, empty one, in the order in which it was told. Memory is that of a page. */
export async function replayVault(db: Database, into: Database, mapper: DocumentMapper, { signal, onProgress }: FlowOptions = {}): Promise<Replay> {
  const importing = await openReplay(into, signal);
  const counts = { tellings: 0, rejected: 0, unknown: 0 };
  for (let after = '0'; ;) {
    throwIfAborted(signal, 'Replaying the documents');
    const page = await withClient(db, (client) => tellingsAfter(client, db.schema, { after, limit: pageSize }));
    const last = page.at(-1);
    if (!last) break;
    const records = page.flatMap((telling): ReplayedRecord[] => {
      counts.tellings += 1;
      try {
        const prepared = preparedTelling(telling, mapper, counts.tellings);
        if (prepared === null || isReject(prepared)) counts.rejected += 1;
        return prepared === null || isReject(prepared) ? [] : [{ record: prepared, writtenAt: telling.writtenAt }];
      } catch (error) {
        if (!isSyncError(error) || error.code !== 'SOURCE_PROFILE') throw error;
        counts.unknown += 1;
        return [];
      }
    });
    for (const batch of inOrder(records)) await commitBatch(importing, batch);
    after = last.place;
    onProgress?.({ done: counts.tellings, unit: 'rows' });
  }
  await syncRecords(into).complete(importing.run.record.id);
  return counts;
}

interface ReplayedRecord {
  readonly record: PreparedRecord;
  readonly writtenAt: string;
}

/**
 * In the batches in which it was told: each is merged in the order of offers and times, and where two tell of one supplier at the same
 * moment the later one counts.
 */
function* inOrder(records: readonly ReplayedRecord[]): Generator<PreparedRecord[]> {
  let batch: PreparedRecord[] = [];
  let written = '';
  const last = new Map<string, Date>();
  for (const { record, writtenAt } of records) {
    const before = last.get(record.offerId);
    if (batch.length > 0 && (writtenAt !== written || (before !== undefined && record.observedAt <= before))) {
      yield batch;
      batch = [];
      last.clear();
    }
    written = writtenAt;
    batch.push(record);
    last.set(record.offerId, record.observedAt);
  }
  if (batch.length > 0) yield batch;
}

async function openReplay(db: Database, signal: AbortSignal | undefined): Promise<Importing> {
  const record = await syncRecords(db).start({ kind: 'import', scope: 'replay' });
  const run: ImportRun = { record, resumedFrom: null, lost: never, async [Symbol.asyncDispose]() {} };
  const counts = { read: 0, created: 0, updated: 0, unchanged: 0, rejected: 0, duplicates: 0 };
  return {
    db, run, options: { rejectsKept: 0, ...(signal ? { signal } : {}) }, seen: seenProducts(), knownSuppliers: knownSuppliers(), startedAtMs: performance.now(), endedAtMs: 0,
    errors: [], counts, profile: null, suppliers: 0, imagesQueued: 0, delisted: 0, relisted: 0, mostAreNew: false,
  };
}
