import { statfs } from 'node:fs/promises';
import { isSyncError } from '@1688/core';
import { migrationStatus, quoteName } from '@1688/db';
import { readMarker } from '@1688/storage';
import { migrateOptions, type Mirror } from '../open-mirror.ts';

/** Why a store cannot serve now. */
export const unreadyReasons = ['database', 'migrations', 'pictures', 'disk'] as const;
export type UnreadyReason = (typeof unreadyReasons)[number];

export interface ReadinessOptions {
  /** A part without an answer by then is not ready. Default 500. */
  readonly timeoutMs?: number;
  /** Least share of the disk that must be free. Default 0.05. */
  readonly leastFree?: number;
}

/** Looks at what every request needs; never throws, and says no more than which part is amiss. An empty list: ready. */
export async function readiness(mirror: Mirror, { timeoutMs = 500, leastFree = 0.05 }: ReadinessOptions = {}): Promise<readonly UnreadyReason[]> {
  const checks: Record<UnreadyReason, () => Promise<boolean>> = {
    database: () => answers(mirror),
    migrations: async () => (await migrationStatus(mirror.db, migrateOptions(mirror.config))).pending.length === 0,
    pictures: () => hasItsPictures(mirror),
    disk: () => hasRoom(mirror, leastFree),
  };
  const well = await Promise.all(unreadyReasons.map((reason) => inTime(checks[reason](), timeoutMs)));
  const reasons = unreadyReasons.filter((_, index) => !well[index]);
  // Without a database nobody knows of the others that ask it.
  return reasons.includes('database') ? reasons.filter((reason) => reason === 'database' || reason === 'disk') : reasons;
}

/** A part that cannot be looked at is not ready: the reason is told by its name alone. */
async function inTime(check: Promise<boolean>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => { timer = setTimeout(() => { resolve(false); }, timeoutMs); });
  return Promise.race([check.catch(() => false), late]).finally(() => { clearTimeout(timer); });
}

async function answers({ db }: Mirror): Promise<boolean> {
  await db.knex.raw('select 1');
  return true;
}

async function hasItsPictures({ db, storage }: Mirror): Promise<boolean> {
  const { rows: [store] } = await db.knex.raw<{ rows: { picture_store_id: string | null }[] }>(`select picture_store_id from ${quoteName(db.schema)}.store`);
  const known = store?.picture_store_id ?? null;
  return known === null || (await readMarker(storage)) === known;
}

async function hasRoom({ config }: Mirror, leastFree: number): Promise<boolean> {
  try {
    const { bavail, blocks } = await statfs(config.dataDir);
    return Number(bavail) / Number(blocks) >= leastFree;
  } catch (error) {
    if (isSyncError(error)) throw error;
    return (error as NodeJS.ErrnoException).code === 'ENOENT'; // everything lies elsewhere: no disk of ours to fill
  }
}
