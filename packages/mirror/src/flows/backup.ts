import { readFile, writeFile } from 'node:fs/promises';
import {
  backupHealth as health, changeKeys, createBackup as create, listBackups as list, newBackupKey, pruneBackups as prune, showBackup as show, verifyBackup as verify,
  type BackupDetails, type BackupHealth, type BackupPart, type BackupResult, type BackupSummary, type PruneResult, type RetentionPolicy, type VerifyLevel, type VerifyResult,
} from '@1688/backup';
import { isSyncError, SyncError, type FlowOptions } from '@1688/core';
import { childDecoder } from '@1688/images';
import type { Mirror } from '../open-mirror.ts';
import { describeConfig } from '../config.ts';
import { defined } from '../defined.ts';
import { given } from './import.ts';

export function targetOf({ db, storage }: Mirror): { db: Mirror['db']; schema: string; files: Mirror['storage'] } {
  return { db, schema: db.schema, files: storage };
}

export interface CreateOptions extends FlowOptions {
  readonly name?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Only these parts. Default: all. */
  readonly only?: readonly BackupPart[] | undefined;
}

/** Database and pictures as one moment, verified when made. Secrets of the configuration are left out. */
export async function createBackup(mirror: Mirror, { name, tags, only, ...options }: CreateOptions = {}): Promise<BackupResult> {
  const config = Object.fromEntries(describeConfig(mirror.config).filter((each) => each.value !== null).map((each) => [each.name, each.value]));
  const result = await create(targetOf(mirror), { repository: mirror.backups, config, ...defined({ name, tags, only }), ...given(options) });
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

/** Proves a backup at a level; damage is returned, not thrown. A drill decodes pictures too. @param nameOrId `latest` for the newest one */
export async function verifyBackup(mirror: Mirror, nameOrId: string, options: FlowOptions & { readonly level?: VerifyLevel } = {}): Promise<VerifyResult> {
  const { level = 'read' } = options;
  const decoder = childDecoder({ children: 1 });
  try {
    return await verify({ repository: mirror.backups, name: nameOrId, level, db: mirror.db, decode: (bytes) => decoder.decode(bytes, []), ...given(options) });
  } finally {
    await decoder.close();
  }
}

/** How old the newest complete backup is, and when one was last read whole or restored in a drill. */
export function backupHealth(mirror: Mirror, limits: { readonly maxAgeHours?: number | undefined; readonly maxVerifiedAgeHours?: number | undefined; readonly maxDrillAgeHours?: number | undefined } = {}): Promise<BackupHealth> {
  return health({ repository: mirror.backups, ...defined(limits) });
}

/** What stays when nothing else is said: a week of days, five weeks, a year of months, and the last seven. */
const usualPolicy: RetentionPolicy = { keepLast: 7, keepDaily: 7, keepWeekly: 5, keepMonthly: 12 };

export interface PruneOptions extends FlowOptions {
  readonly policy?: RetentionPolicy;
  readonly dryRun?: boolean;
  readonly graceHours?: number | undefined;
}

/** Removes what no rule keeps; days are those of this machine's time zone. */
export function pruneBackups(mirror: Mirror, { policy = usualPolicy, dryRun = false, graceHours, ...options }: PruneOptions = {}): Promise<PruneResult> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return prune({ repository: mirror.backups, ...(Object.keys(policy).length > 0 ? policy : usualPolicy), timeZone, dryRun, ...defined({ graceHours }), ...given(options) });
}

/**
 * Makes a key for encrypted backups and writes it where only its owner can read; an existing file is never written over.
 * @returns the recipient, which is not secret
 * @throws SOURCE_UNREADABLE when the file cannot be written
 */
export async function makeBackupKey(file: string): Promise<{ readonly file: string; readonly recipient: string }> {
  const { key, recipient } = await newBackupKey();
  try {
    await writeFile(file, `# public key: ${recipient}\n${key}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new SyncError('SOURCE_UNREADABLE', `Expected to write a new file ${file}, but it exists or its folder cannot be written to.`, { hint: 'Give the name of a file that does not exist.', cause: error });
  }
  return { file, recipient };
}

/** Lets the configured key and recipients open the encrypted backups from now on. @param oldKeyFile holds the key that opens them now */
export async function changeBackupKeys(mirror: Mirror, oldKeyFile: string): Promise<{ readonly recipients: number }> {
  const { BACKUP_KEY: newKey, BACKUP_RECIPIENTS: recipients } = mirror.config.values;
  if (newKey === undefined) throw new SyncError('ARGUMENT_INVALID', 'Expected BACKUP_KEY to hold the key that shall open the backups, received none.');
  const text = await readFile(oldKeyFile, 'utf8').catch((error: unknown) => {
    throw new SyncError('SOURCE_UNREADABLE', `Expected ${oldKeyFile} to hold the key that opens the backups now, but it cannot be read.`, { cause: error });
  });
  const others = recipientsOf(recipients);
  await changeKeys(mirror.backupPlace, { key: secretIn(text), newKey: secretIn(newKey), recipients: others });
  return { recipients: others.length + 1 };
}

/** The key in a text as age-keygen writes it, with comments around it. */
export function secretIn(text: string): string {
  return /^AGE-SECRET-KEY-1\S+/m.exec(text)?.[0] ?? text.trim();
}

export function recipientsOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((each) => each !== '');
}

/** The newest backup's age as one sentence and whether somebody should act; never fails. */
export async function backupState(mirror: Mirror): Promise<{ readonly isGood: boolean; readonly message: string }> {
  try {
    const { lastComplete, lastVerified, stale } = await backupHealth(mirror);
    if (!lastComplete) return { isGood: false, message: 'there is none yet' };
    const verified = lastVerified ? `read whole ${Math.round(lastVerified.ageHours / 24)} days ago` : 'none was ever read whole';
    return { isGood: stale.length === 0, message: `the newest is ${lastComplete.name}, ${Math.round(lastComplete.ageHours)} hours old; ${verified}` };
  } catch (error) {
    if (!isSyncError(error)) throw error;
    return { isGood: false, message: `${error.code}: ${error.message}` };
  }
}
