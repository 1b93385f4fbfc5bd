import { throwIfAborted, type FlowOptions } from '@1688/core';
import { withFixLock } from './fix-lock.ts';
import type { ConsistencyTarget } from './target.ts';

export interface PurgeTrashOptions extends FlowOptions {
  /** Objects that were moved there longer ago are deleted. Default 30 days. */
  readonly olderThanMs?: number;
  /** Only count. Default false. */
  readonly dryRun?: boolean;
}

export interface PurgedTrash {
  readonly objects: number;
  readonly bytes: number;
}

/** What fixes moved there: `trash/<id of the run>/…`. Others keep theirs below other names. */
const ofFix = /^trash\/[1-9]\d*\//;

/**
 * Deletes for good what fixes moved to the trash long ago: the only step that no undo takes back.
 * @throws LOCKED while another process mends
 */
export async function purgeTrash(target: ConsistencyTarget, { olderThanMs = 30 * 86_400_000, dryRun = false, signal, onProgress }: PurgeTrashOptions = {}): Promise<PurgedTrash> {
  const before = Date.now() - olderThanMs;
  return withFixLock(target, async () => {
    let [objects, bytes] = [0, 0];
    for await (const { key, sizeBytes, modifiedAt } of target.files.list('trash/', signal ? { signal } : {})) {
      throwIfAborted(signal, 'Emptying the trash');
      if (!ofFix.test(key) || modifiedAt.getTime() > before) continue;
      if (!dryRun) await target.files.delete(key);
      objects += 1;
      bytes += sizeBytes;
      onProgress?.({ done: objects, unit: 'objects' });
    }
    return { objects, bytes };
  });
}
