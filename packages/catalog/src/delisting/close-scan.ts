import type { SyncRecord } from '@1688/core';
import { quoteName, syncRecords, transaction, withClient, type Connection } from '@1688/db';
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
    committed: (asked) => isClosed(asked, id),
    ...(signal ? { signal } : {}),
  });
}

/** The lock makes the server end a transaction that is still under way. */
async function isClosed({ knex, schema }: Connection, id: string): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: { status: string }[] }>(`select status from ${quoteName(schema)}.sync_records where id = ? for update`, [id]);
  return rows[0]?.status === 'completed' || rows[0]?.status === 'partial';
}
