import { purgeTrash } from '@1688/consistency';
import type { FlowOptions } from '@1688/core';
import { cleanUpReplayedRejects, cleanUpSyncRecords, interruptDeadRuns, maintain, maintenanceReport, pruneHistory, type MaintenanceReport, type TableWork } from '@1688/db';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { consistencyTarget } from './consistency.ts';

export interface MaintainStoreOptions extends FlowOptions {
  /** Also vacuum where it pays. Default false: only the planner's statistics are renewed. */
  readonly optimize?: boolean;
  /** Age from which runs that nothing stands on and rejects that were replayed are deleted. Default 90. */
  readonly keepDays?: number;
  /** Age from which superseded values are deleted. Default: never. */
  readonly historyDays?: number | undefined;
  /** Age from which the files that fixes moved to the trash are deleted for good. Default 30. */
  readonly trashDays?: number;
  /** Say what would be done, do nothing. Default false. */
  readonly dryRun?: boolean;
  /** Average time from which a query counts as slow. Default 100. */
  readonly slowMs?: number;
}

export interface MaintainStoreResult extends MaintenanceReport {
  readonly deleted: { readonly syncRecords: number; readonly rejects: number; readonly historyPoints: number; readonly trashObjects: number; readonly trashBytes: number };
  /** Runs that were marked as interrupted because their process is gone. */
  readonly interrupted: readonly string[];
  readonly work: readonly TableWork[];
}

/**
 * Tidies up, renews statistics, and reports how tables, indexes and queries are. Others can work on meanwhile. The trash comes last.
 * @throws LOCKED while a fix is at work, and what the storage throws: all but the trash is done by then
 */
export async function maintainStore(mirror: Mirror, options: MaintainStoreOptions = {}): Promise<MaintainStoreResult> {
  const { db, log } = mirror;
  const { optimize = false, keepDays = 90, historyDays, trashDays = 30, dryRun = false, slowMs = 100, signal, onProgress } = options;
  const interrupted = dryRun ? [] : await interruptDeadRuns(db);
  const rejects = await cleanUpReplayedRejects(db, keepDays, defined({ dryRun, signal }));
  const deletedRecords = await cleanUpSyncRecords(db, keepDays, defined({ dryRun, signal }));
  const pruned = historyDays === undefined ? { points: 0 } : await pruneHistory(db, { before: new Date(Date.now() - historyDays * 86_400_000), dryRun, ...defined({ signal }) });
  const work = await maintain(db, { vacuum: optimize ? 'needed' : 'none', dryRun, ...defined({ signal, onProgress }) });
  const report = await maintenanceReport(db, { slowMs });
  const trash = await purgeTrash(consistencyTarget(mirror), { olderThanMs: trashDays * 86_400_000, dryRun, ...defined({ signal }) });
  const result = { deleted: { syncRecords: deletedRecords, rejects, historyPoints: pruned.points, trashObjects: trash.objects, trashBytes: trash.bytes }, interrupted, work, ...report };
  log.info({ dryRun, deleted: result.deleted, interrupted, work, advice: report.advice.length }, 'maintained');
  return result;
}
