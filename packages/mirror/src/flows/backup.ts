import {
  applyRestore, createBackup as create, dropRestore, findRestorePlan, listBackups as list, planRestore, pruneBackups as prune, showBackup as show, undoRestore, verifyBackup as verify,
  type BackupDetails, type BackupResult, type BackupSummary, type PruneResult, type RestorePlan, type VerifyLevel, type VerifyResult,
} from '@1688/backup';
import { SyncError, type FlowOptions } from '@1688/core';
import type { Mirror } from '../open-mirror.ts';
import { describeConfig } from '../config.ts';
import { given } from './import.ts';

function targetOf({ db, storage }: Mirror): { db: Mirror['db']; schema: string; files: Mirror['storage'] } {
  return { db, schema: db.schema, files: storage };
}

/** Database and pictures as one moment, verified when made. Secrets of the configuration are left out. */
export async function createBackup(mirror: Mirror, options: FlowOptions & { readonly name?: string | undefined } = {}): Promise<BackupResult> {
  const config = Object.fromEntries(describeConfig(mirror.config).filter((each) => each.value !== null).map((each) => [each.name, each.value]));
  const result = await create(targetOf(mirror), { repository: mirror.backups, config, ...(options.name === undefined ? {} : { name: options.name }), ...given(options) });
  mirror.log.info({ backup: result.id, rows: result.rows, images: result.images, verified: result.verified }, 'backup created');
  return result;
}

/** The backups, the oldest first. */
export async function listBackups(mirror: Mirror): Promise<readonly BackupSummary[]> {
  const all: BackupSummary[] = [];
  for await (const each of list({ repository: mirror.backups })) all.push(each);
  return all;
}

/** @throws BACKUP_NOT_FOUND */
export function showBackup(mirror: Mirror, nameOrId: string): Promise<BackupDetails> {
  return show({ repository: mirror.backups, name: nameOrId });
}

/** Proves a backup at a level; damage is returned, not thrown. @param nameOrId `latest` for the newest one */
export async function verifyBackup(mirror: Mirror, nameOrId: string, options: FlowOptions & { readonly level?: VerifyLevel } = {}): Promise<VerifyResult> {
  const { level = 'read' } = options;
  return verify({ repository: mirror.backups, name: nameOrId, level, db: mirror.db, ...given(options) });
}

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
  const plan = await planRestore(targetOf(mirror), { repository: mirror.backups, name: nameOrId, ...given(options) });
  const { id, beside: target, rows, imagesToRestore: images, differences } = plan;
  return { id, target, rows, images, differences };
}

/** Puts what was restored beside in place of the live data. */
export async function switchBackup(mirror: Mirror, id: string, options: FlowOptions = {}): Promise<{ readonly id: string; readonly kept: string }> {
  const plan = await planOf(mirror, id);
  const { beside: kept } = await applyRestore(plan, given(options));
  mirror.log.warn({ restore: id, kept }, 'restored data switched in');
  return { id, kept };
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

export function pruneBackups(mirror: Mirror, options: FlowOptions & { readonly keepLast?: number; readonly dryRun?: boolean } = {}): Promise<PruneResult> {
  const { keepLast = 7, dryRun = false } = options;
  return prune({ repository: mirror.backups, keepLast, dryRun, ...given(options) });
}

async function planOf(mirror: Mirror, id: string): Promise<RestorePlan> {
  const plan = await findRestorePlan(targetOf(mirror), id, { repository: mirror.backups });
  if (plan) return plan;
  throw new SyncError('NOT_FOUND', `Expected a restore with the id ${JSON.stringify(id)}, found none.`, { hint: 'Load one with "1688sync backup restore NAME"; it prints the id.' });
}
