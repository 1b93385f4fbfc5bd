import { throwIfAborted } from '@1688/core';
import { openImageClaimant, productImages, type StaleImage } from '@1688/db';
import { openImageStore, type ImageStore } from '@1688/images';
import type { Mirror } from '../open-mirror.ts';
import { absentKeys } from '../pull/absent-keys.ts';
import { outcomeWriter, type OutcomeWriter } from '../pull/outcome-writer.ts';
import { failureOf } from '../pull/pull-run.ts';
import { claimStorage } from '../storage-identity.ts';
import { imageStoreOptions } from './image-store-options.ts';
import { pullCounts, renewed, type PullImagesOptions, type PullResult } from './pull-images.ts';

export interface RefreshImagesOptions extends Omit<PullImagesOptions, 'failed'> {
  /** Only pictures that the origin was not asked about for so long. Default 30 days. */
  readonly olderThanMs?: number;
}

const claimSize = 64;

/**
 * Asks the origins whether stored pictures have changed (ETag, Last-Modified). A changed one is stored as a new object; the former
 * object stays until `collectImages` finds it unused for long enough. One that cannot be fetched now keeps what is stored.
 */
export async function refreshImages(mirror: Mirror, options: RefreshImagesOptions = {}): Promise<PullResult> {
  const { limit = Infinity, concurrency = 8, olderThanMs = 30 * 86_400_000, allow = [], signal } = options;
  const images = productImages(mirror.db);
  await using claimant = await openImageClaimant(mirror.db); // before the claim, as in `pullImages`
  await claimStorage(mirror);
  await using store = await openImageStore(imageStoreOptions(mirror, { allow }));
  const before = new Date(Date.now() - olderThanMs);
  const counts = pullCounts(limit === Infinity ? 0 : limit, options);
  const writer = outcomeWriter({ settle: (outcomes) => images.settle(outcomes, { absent: (keys) => absentKeys(mirror.storage, keys) }), onWritten: counts.add });
  for (let left = limit; left > 0;) {
    throwIfAborted(signal, 'Refreshing pictures');
    const claimed = await images.claimStale({ before, limit: Math.min(claimSize, left), claimant: claimant.id });
    if (claimed.length === 0) break;
    left -= claimed.length;
    const urls = claimed.map((each) => each.canonicalUrl);
    const renewal = setInterval(() => void renewed(claimant, () => images.renew(urls)).catch(() => {}), 40_000); // a lease that ends costs a second request
    try {
      await inTurns(claimed, concurrency, (each) => refreshOne(store, writer, each, signal));
    } finally {
      clearInterval(renewal);
      await writer.flush();
      await images.release(urls);
    }
  }
  const result = counts.result();
  mirror.log.info({ ...result }, 'images refreshed');
  return result;
}

async function refreshOne(store: ImageStore, writer: OutcomeWriter, { canonicalUrl, url, sha256, etag, lastModified }: StaleImage, signal: AbortSignal | undefined): Promise<void> {
  try {
    const image = await store.refresh(url, { etag, lastModified }, signal ? { signal } : {});
    await writer.add(image === null || image.sha256 === sha256 ? { canonicalUrl, unchanged: true } : { canonicalUrl, image });
  } catch (error) {
    // What cannot be had now is asked for again at the next refresh only: its time counts as asked.
    await writer.add({ canonicalUrl, failure: failureOf(error) });
  }
}

async function inTurns<Item>(items: readonly Item[], concurrency: number, work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const next = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, next));
}
