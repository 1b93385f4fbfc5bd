import { statfs } from 'node:fs/promises';
import {
  applyRestore, compareRestore, dropRestore, findRestorePlan, listRestorePlans, planRestore, restoreRows, undoRestore,
  type RestoredTable, type RestoreFacts, type RestorePlan, type RestoreRowsMode, type RowDifference, type RowSelection,
} from '@1688/backup';
import { isSyncError, SyncError, type FlowOptions } from '@1688/core';
import type { Mirror } from '../open-mirror.ts';
import { createBackup, targetOf } from './backup.ts';
import { given } from './import.ts';

export interface RestoreResult {
  readonly id: string;
  /** Schema that holds the restored data beside the live one. */
  readonly target: string;
  readonly rows: number;
  /** Pictures that are missing or wrong here and would be put back. */
  readonly images: number;
  readonly differences: RestorePlan['differences'];
}

/** Loads a backup beside the live data and compares; nothing live is touched. */
export async function restoreBackup(mirror: Mirror, nameOrId: string, options: FlowOptions = {}): Promise<RestoreResult> {
  const plan = await planRestore(targetOf(mirror), { repository: mirror.backups, name: nameOrId, ...(await roomOf(mirror)), ...given(options) });
  const { id, beside: target, rows, imagesToRestore: images, differences } = plan;
  return { id, target, rows, images, differences };
}

export interface SafetyOptions extends FlowOptions {
  /** False: the live data is not backed up first. Default true. */
  readonly safetyBackup?: boolean;
}

export interface RestoreRowsChoice extends SafetyOptions {
  /** Tables, offers and suppliers (by 1688's ids) to bring back; offers and suppliers come with all that belongs to them. */
  readonly tables?: readonly string[] | undefined;
  readonly products?: readonly string[] | undefined;
  readonly suppliers?: readonly string[] | undefined;
  readonly mode?: RestoreRowsMode | undefined;
}

export interface RestoredRowsResult {
  readonly mode: RestoreRowsMode;
  readonly rows: number;
  readonly images: number;
  readonly tables: readonly RestoredTable[];
  /** Name of the backup of the live data that was made first; null when nothing was to be written, or it was left out. */
  readonly safetyBackup: string | null;
}

/** Brings single tables, offers or suppliers of a backup into the live data; nothing is ever deleted. */
export async function restoreRowsOf(mirror: Mirror, nameOrId: string, choice: RestoreRowsChoice): Promise<RestoredRowsResult> {
  const { tables = [], products = [], suppliers = [], mode = 'missing-only', safetyBackup = true } = choice;
  const select: RowSelection[] = tables.map((table) => ({ table }));
  if (products.length > 0) select.push({ table: 'products', column: 'source_id', values: products });
  if (suppliers.length > 0) select.push({ table: 'suppliers', column: 'source_id', values: suppliers });
  const options = given(choice);
  const plan = await planRestore(targetOf(mirror), { repository: mirror.backups, name: nameOrId, ...(await roomOf(mirror)), ...options });
  try {
    const report = await restoreRows(plan, { select, mode: 'report', ...options });
    const isNeeded = plan.imagesToRestore > 0 || report.tables.some((each) => each.missing > 0 || (mode === 'overwrite' && each.different > 0));
    if (mode === 'report' || !isNeeded) return { ...report, mode, safetyBackup: null };
    const safe = safetyBackup ? await backUpFirst(mirror, plan.id, options) : null;
    const { rows, images, tables: restored } = await restoreRows(plan, { select, mode, ...options });
    mirror.log.warn({ backup: plan.backupId, rows, images }, 'rows restored');
    return { mode, rows, images, tables: restored, safetyBackup: safe };
  } finally {
    await dropRestore(plan);
  }
}

/** The restores that stand beside the live data or were switched in and can be undone, the newest first. */
export async function listRestores(mirror: Mirror): Promise<readonly RestoreFacts[]> {
  return (await listRestorePlans(targetOf(mirror))).map(factsOf);
}

/** @throws NOT_FOUND */
export async function getRestore(mirror: Mirror, id: string): Promise<RestoreFacts> {
  return factsOf(await planOf(mirror, id));
}

function factsOf({ target: _target, repository: _repository, ...facts }: RestorePlan): RestoreFacts {
  return facts;
}

/** The first rows that differ between live data and a restore that stands beside. */
export async function compareBackup(mirror: Mirror, id: string, options: { readonly table?: string | undefined; readonly limit?: number | undefined } = {}): Promise<{ readonly id: string; readonly differences: RestorePlan['differences']; readonly rows: readonly RowDifference[] }> {
  const plan = await planOf(mirror, id);
  const rows: RowDifference[] = [];
  const { table, limit } = options;
  for await (const row of compareRestore(plan, { ...(table === undefined ? {} : { table }), ...(limit === undefined ? {} : { limit }) })) rows.push(row);
  return { id, differences: plan.differences.filter((each) => table === undefined || each.table === table), rows };
}

export interface SwitchResult {
  readonly id: string;
  /** Schema that holds the data before. */
  readonly kept: string;
  readonly safetyBackup: string | null;
}

/** Puts what was restored beside in place of the live data, which is backed up first and kept aside. */
export async function switchBackup(mirror: Mirror, id: string, options: SafetyOptions = {}): Promise<SwitchResult> {
  const plan = await planOf(mirror, id);
  const safetyBackup = (options.safetyBackup ?? true) ? await backUpFirst(mirror, id, given(options)) : null;
  const { beside: kept } = await applyRestore(plan, given(options));
  mirror.log.warn({ restore: id, kept, safetyBackup }, 'restored data switched in');
  return { id, kept, safetyBackup };
}

/** Goes back to the data before a switch, or drops what was only restored beside. */
export async function undoBackup(mirror: Mirror, id: string): Promise<{ readonly id: string; readonly action: 'undone' | 'dropped' }> {
  const plan = await planOf(mirror, id);
  if (plan.state !== 'applied') {
    await dropRestore(plan);
    return { id, action: 'dropped' };
  }
  await undoRestore(plan);
  mirror.log.warn({ restore: id }, 'restore undone');
  return { id, action: 'undone' };
}

/** Of a server elsewhere nobody can tell. */
async function roomOf({ config }: Mirror): Promise<{ freeBytes?: number }> {
  if (config.databaseUrl !== null) return {};
  const { bavail, bsize } = await statfs(config.dataDir);
  return { freeBytes: bavail * bsize };
}

async function backUpFirst(mirror: Mirror, restore: string, options: FlowOptions): Promise<string> {
  const name = `before-${restore}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`;
  try {
    await createBackup(mirror, { name, tags: ['safety'], ...options });
    return name;
  } catch (error) {
    if (!isSyncError(error) || error.code === 'ABORTED' || error.code === 'LOCKED') throw error;
    // A database that is too damaged to be backed up must still be replaceable.
    throw new SyncError('BACKUP_INCOMPLETE', `Expected the live data to be backed up first, but: ${error.message}`, { hint: 'Nothing was changed. With --no-safety-backup it goes on without.', cause: error });
  }
}

async function planOf(mirror: Mirror, id: string): Promise<RestorePlan> {
  const plan = await findRestorePlan(targetOf(mirror), id, { repository: mirror.backups });
  if (plan) return plan;
  throw new SyncError('NOT_FOUND', `Expected a restore with the id ${JSON.stringify(id)}, found none.`, { hint: 'Load one with "1688sync backup restore NAME"; it prints the id.' });
}
