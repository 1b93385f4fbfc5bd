import type { SyncRecord } from '@1688/core';
import { syncRecords, transaction, withClient } from '@1688/db';
import type { Importing } from '../import/commit-batch.ts';
import { judgeScan, type ScanResult } from './judge-scan.ts';

/**
 * Judges what a full scan missed and closes its run, in one transaction: a run that is closed was judged, and one that was killed before
 * has delisted nothing. @throws SYNC_GUARD
 */
export async function closeScan({ db, run, options }: Importing, status: 'completed' | 'partial'): Promise<{ syncRecord: SyncRecord; scan: ScanResult }> {
  const { id, scope, observedAt, startedAt } = run.record;
  const { delistAfter = 2, maxMissedShare = 0.2, allowMassDelisting = false, reconnectMs = 60_000, signal } = options;
  return transaction(db, async (trx) => {
    const syncRecord = await syncRecords(trx).complete(id, { status });
    const judged = { scope, scan: { syncRecordId: id, observedAt: observedAt ?? startedAt }, delistAfter, maxMissedShare, allowed: allowMassDelisting };
    return { syncRecord, scan: await withClient(trx, (client) => judgeScan(trx, client, judged)) };
  }, {
    reconnectMs,
    committed: async (asked) => (await syncRecords(asked).find(id))?.status === status,
    ...(signal ? { signal } : {}),
  });
}
