/** What a sync record counts; `read` is the sum of all the others. */
export interface SyncCounts {
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly duplicates: number;
}

export const syncKinds = ['import', 'images', 'backup', 'check', 'fix', 'remap', 'revert'] as const;
export type SyncKind = (typeof syncKinds)[number];

export const syncStatuses = ['running', 'completed', 'partial', 'failed', 'cancelled', 'interrupted'] as const;
export type SyncStatus = (typeof syncStatuses)[number];

/** Sync status of one product (同步状态). */
export const productSyncStatuses = ['pending', 'syncing', 'completed', 'failed'] as const;
export type ProductSyncStatus = (typeof productSyncStatuses)[number];

/** 同步记录: one run of an import, a picture pull or another long job, with its counts. */
export interface SyncRecord extends SyncCounts {
  readonly id: string;
  readonly kind: SyncKind;
  readonly scope: string;
  readonly status: SyncStatus;
  readonly profile: string | null;
  /** The file or place that was read, without secrets. */
  readonly input: string | null;
  readonly checkpoint: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly observedAt: Date | null;
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  readonly finishedAt: Date | null;
}

/** Records a second, or null before the run has lasted a millisecond. */
export function recordsPerSecond(record: Pick<SyncRecord, 'read' | 'startedAt' | 'finishedAt' | 'heartbeatAt'>): number | null {
  const elapsedMs = (record.finishedAt ?? record.heartbeatAt).getTime() - record.startedAt.getTime();
  return elapsedMs > 0 ? (record.read * 1000) / elapsedMs : null;
}

/** Share of records that landed, 0 to 1, or null when none was read. */
export function successRate(record: Pick<SyncCounts, 'read' | 'rejected'>): number | null {
  return record.read > 0 ? (record.read - record.rejected) / record.read : null;
}
