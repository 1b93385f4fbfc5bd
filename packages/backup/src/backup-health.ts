import type { StorageBackend } from '@1688/storage';
import { attestations, listBackups, type BackupSummary } from './list-backups.ts';
import { readManifests } from './repository.ts';

export interface BackupHealthOptions {
  readonly repository: StorageBackend;
  /** The newest complete backup may be this old. Default 26: a day and some delay. */
  readonly maxAgeHours?: number;
  /** The newest time at which a complete backup was read whole may be this long ago. Default 768: a month. */
  readonly maxVerifiedAgeHours?: number;
  /** The same for a drill. Default: none is demanded. */
  readonly maxDrillAgeHours?: number;
  readonly now?: Date;
}

/** When a thing was last so, or null for never. */
export interface LastTime {
  readonly name: string;
  readonly at: Date;
  readonly ageHours: number;
}

export interface BackupHealth {
  /** The moment that the newest complete backup shows. */
  readonly lastComplete: LastTime | null;
  /** When a complete backup was last found good by reading every byte of it, in a drill too. */
  readonly lastVerified: LastTime | null;
  readonly lastDrill: LastTime | null;
  /** Backups that were not finished, or that cannot be read, behind the newest complete one. */
  readonly failedSince: number;
  /** What is older than it may be; empty when all is well. */
  readonly stale: readonly ('complete' | 'verified' | 'drill')[];
}

/** Whether the backups of a repository are young enough to trust; an empty repository is stale. */
export async function backupHealth(options: BackupHealthOptions): Promise<BackupHealth> {
  const { repository, maxAgeHours = 26, maxVerifiedAgeHours = 768, maxDrillAgeHours, now = new Date() } = options;
  const last = (name: string, at: Date): LastTime => ({ name, at, ageHours: Math.round((now.getTime() - at.getTime()) / 36_000) / 100 });
  let complete: LastTime | null = null;
  let failedSince = 0;
  for await (const backup of listBackups({ repository })) {
    if (isComplete(backup)) [complete, failedSince] = [last(backup.name, backup.takenAt), 0];
    else failedSince += 1;
  }
  const times: Record<'read' | 'drill', LastTime | null> = { read: null, drill: null };
  for await (const { manifest } of readManifests(repository)) {
    if (manifest?.status !== 'complete') continue;
    for (const { at, level, ok } of await attestations(repository, manifest)) {
      if (!ok || (level !== 'read' && level !== 'drill')) continue;
      const found = last(manifest.name, new Date(at));
      for (const kind of level === 'drill' ? (['read', 'drill'] as const) : (['read'] as const)) {
        if (found.at > (times[kind]?.at ?? new Date(0))) times[kind] = found;
      }
    }
  }
  const isStale = (time: LastTime | null, hours: number): boolean => time === null || time.ageHours > hours;
  return {
    lastComplete: complete, lastVerified: times.read, lastDrill: times.drill, failedSince,
    stale: [
      ...(isStale(complete, maxAgeHours) ? (['complete'] as const) : []),
      ...(isStale(times.read, maxVerifiedAgeHours) ? (['verified'] as const) : []),
      ...(maxDrillAgeHours !== undefined && isStale(times.drill, maxDrillAgeHours) ? (['drill'] as const) : []),
    ],
  };
}

function isComplete(backup: BackupSummary): backup is BackupSummary & { readonly name: string; readonly takenAt: Date } {
  return backup.status === 'complete' && backup.name !== null && backup.takenAt !== null;
}
