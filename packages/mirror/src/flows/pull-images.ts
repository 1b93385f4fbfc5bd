import type { FlowOptions } from '@1688/core';
import { openImageClaimant, productImages, type ImageClaimant } from '@1688/db';
import { openImageStore, type AllowedAddress } from '@1688/images';
import type { Mirror } from '../open-mirror.ts';
import { absentKeys } from '../pull/absent-keys.ts';
import { fairQueue } from '../pull/fair-queue.ts';
import { hostPlaces } from '../pull/host-places.ts';
import { outcomeWriter, type PullOutcome } from '../pull/outcome-writer.ts';
import { runPull } from '../pull/pull-run.ts';
import { waitingFeed } from '../pull/waiting-feed.ts';
import { claimStorage } from '../storage-identity.ts';
import { imageStoreOptions } from './image-store-options.ts';

export interface PullImagesOptions extends FlowOptions {
  /** At most so many pictures. Default: all that wait. */
  readonly limit?: number | undefined;
  /** Downloads at once, 1 to 64. Default 8. */
  readonly concurrency?: number;
  /** Also those that failed for good, and without waiting. */
  readonly failed?: boolean;
  /** Private addresses that may be fetched. */
  readonly allow?: readonly AllowedAddress[];
}

export interface PullResult {
  readonly claimed: number;
  readonly stored: number;
  /** Pictures whose bytes were stored already. */
  readonly duplicates: number;
  readonly unchanged: number;
  readonly failed: number;
  /** Of newly stored originals. */
  readonly bytes: number;
  readonly failures: Readonly<Record<string, number>>;
}

const pageSize = 1_000;

/**
 * Fetches pictures that wait, main pictures first, hosts and suppliers in turn. May be killed and run again at any moment, and run
 * several times at once: what a dead pull had claimed is free at once, and no two fetch the same picture.
 */
export async function pullImages(mirror: Mirror, options: PullImagesOptions = {}): Promise<PullResult> {
  const { limit = Infinity, concurrency = 8, failed = false, allow = [], signal } = options;
  const images = productImages(mirror.db);
  // In this order: once a move of the store has sealed it, either the move sees the claimant or the claim is refused.
  await using claimant = await openImageClaimant(mirror.db);
  await claimStorage(mirror);
  await using store = await openImageStore(imageStoreOptions(mirror, { allow }));
  const attemptedBefore = new Date();
  const given = { includeFailed: failed, attemptedBefore };
  const counts = pullCounts(Math.min(limit, await images.countWaiting(given)), options);
  const queue = fairQueue();
  await runPull({
    queue,
    feed: waitingFeed({ queue, pageSize, page: (after) => images.candidates({ ...given, after, limit: pageSize }) }),
    places: hostPlaces({ concurrency, othersWait: queue.hasOtherThan }),
    writer: outcomeWriter({ settle: (outcomes) => images.settle(outcomes, { absent: (keys) => absentKeys(mirror.storage, keys) }), onWritten: counts.add }),
    claim: (urls) => images.take({ ...given, urls, claimant: claimant.id }),
    release: (urls) => images.release(urls),
    renew: (urls) => renewed(claimant, () => images.renew(urls)),
    download: (url, stop) => store.download(url, { signal: stop }),
    onKnown: counts.addKnown,
    limit, signal,
  });
  const result = counts.result();
  mirror.log.info({ ...result }, 'images pulled');
  return result;
}

export async function renewed(claimant: ImageClaimant, renew: () => Promise<void>): Promise<void> {
  await claimant.keepAlive();
  await renew();
}

/** Counts what was committed, and tells of it. */
export function pullCounts(total: number, { onProgress }: Pick<FlowOptions, 'onProgress'>): { add(outcomes: readonly PullOutcome[]): void; addKnown(urls: readonly string[]): void; result(): PullResult } {
  const counts = { claimed: 0, stored: 0, duplicates: 0, unchanged: 0, failed: 0, bytes: 0 };
  const failures: Record<string, number> = {};
  const tell = (): void => onProgress?.({ done: counts.claimed, total: Math.max(total, counts.claimed), unit: 'images', ...(counts.failed > 0 ? { note: `${counts.failed} failed` } : {}) });
  return {
    add(outcomes) {
      for (const outcome of outcomes) {
        counts.claimed += 1;
        if ('unchanged' in outcome) counts.unchanged += 1;
        else if ('image' in outcome) {
          const { created, sizeBytes } = outcome.image;
          counts[created ? 'stored' : 'duplicates'] += 1;
          counts.bytes += created ? sizeBytes : 0;
        } else {
          counts.failed += 1;
          failures[outcome.failure.code] = (failures[outcome.failure.code] ?? 0) + 1;
        }
      }
      tell();
    },
    addKnown({ length }) {
      counts.claimed += length;
      counts.duplicates += length;
      if (length > 0) tell();
    },
    result: () => ({ ...counts, failures }),
  };
}
