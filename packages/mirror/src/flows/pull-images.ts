import { throwIfAborted, type FlowOptions, type Outcome, type SyncError } from '@1688/core';
import { productImages } from '@1688/db';
import { openImageStore, type ImageStore, type StoredImage } from '@1688/images';
import type { Mirror } from '../open-mirror.ts';
import { claimStorage } from '../storage-identity.ts';
import { given } from './import.ts';

export interface PullImagesOptions extends FlowOptions {
  /** At most so many pictures. Default: all that wait. */
  readonly limit?: number | undefined;
  /** Downloads at once. Default 8. */
  readonly concurrency?: number;
  /** Also those that failed for good, and without waiting. */
  readonly failed?: boolean;
  /** Private addresses that may be fetched. */
  readonly allow?: readonly { readonly cidr: string; readonly port: number }[];
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

const claimSize = 64;

/** Fetches pictures that wait: claims some, downloads them, writes each outcome. May be killed and run again at any moment. */
export async function pullImages(mirror: Mirror, options: PullImagesOptions = {}): Promise<PullResult> {
  const { limit = Infinity, concurrency = 8, failed = false, allow = [], signal } = options;
  await claimStorage(mirror);
  const repository = productImages(mirror.db);
  const total = Math.min(limit, await repository.countWaiting({ includeFailed: failed }));
  const startedAt = new Date();
  const counts = { claimed: 0, stored: 0, duplicates: 0, unchanged: 0, failed: 0, bytes: 0 };
  const failures: Record<string, number> = {};
  await using store = await openImageStore({ storage: mirror.storage, maxSizeBytes: mirror.config.values.MAX_FILE_SIZE, allow, decode: 'child' });
  while (counts.claimed < limit) {
    throwIfAborted(signal, 'Pulling pictures');
    // What failed during this pull waits for the next one, so that the loop ends.
    const claims = await repository.claim({ limit: Math.min(claimSize, limit - counts.claimed), includeFailed: failed, attemptedBefore: startedAt });
    if (claims.length === 0) break;
    for await (const { claim, outcome } of downloadClaims(store, claims, { concurrency, ...given(options) })) {
      counts.claimed += 1;
      if (outcome.ok) {
        await repository.stored(claim.canonicalUrl, outcome.value);
        counts.stored += outcome.value.created ? 1 : 0;
        counts.duplicates += outcome.value.created ? 0 : 1;
        counts.bytes += outcome.value.created ? outcome.value.sizeBytes : 0;
      } else {
        await writeFailure(mirror, claim.canonicalUrl, outcome.error);
        counts.failed += 1;
        failures[outcome.error.code] = (failures[outcome.error.code] ?? 0) + 1;
      }
      options.onProgress?.({ done: counts.claimed, total, unit: 'images' });
    }
  }
  mirror.log.info({ ...counts, failures }, 'images pulled');
  return { ...counts, failures };
}

async function writeFailure(mirror: Mirror, canonicalUrl: string, error: SyncError): Promise<void> {
  // Our own storage failing is no fault of the picture: stop instead of marking every picture as failed.
  if (error.code.startsWith('STORAGE_') || error.code === 'ABORTED' || error.code === 'INTERNAL') throw error;
  const { retryAfterMs } = error.details;
  await productImages(mirror.db).failed(canonicalUrl, {
    code: error.code, message: error.message, retryable: error.retryable,
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
  });
  mirror.log.warn({ canonicalUrl, code: error.code }, 'picture failed');
}

type Claim = Awaited<ReturnType<ReturnType<typeof productImages>['claim']>>[number];

/** Downloads claims with a bounded number at once and yields each as soon as it is done. */
async function* downloadClaims(store: ImageStore, claims: readonly Claim[], { concurrency, signal }: FlowOptions & { concurrency: number }): AsyncGenerator<{ claim: Claim; outcome: Outcome<StoredImage, string> }> {
  const byUrl = new Map(claims.map((claim) => [claim.url, claim]));
  for await (const outcome of store.downloadAll(byUrl.keys(), { concurrency, ...(signal ? { signal } : {}) })) {
    const claim = byUrl.get(outcome.ok ? outcome.value.sourceUrl : outcome.item);
    if (claim) yield { claim, outcome };
  }
}
