import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError, SyncError, throwIfAborted } from '@1688/core';
import type { ClaimedImages, ImageClaim, ImageFailure } from '@1688/db';
import type { StoredImage } from '@1688/images';
import type { FairQueue, WaitingImage } from './fair-queue.ts';
import type { HostPlaces } from './host-places.ts';
import type { OutcomeWriter } from './outcome-writer.ts';
import { hostOf, type WaitingFeed } from './waiting-feed.ts';

/** What a pull works with. */
export interface PullRun {
  readonly queue: FairQueue;
  readonly feed: WaitingFeed;
  readonly places: HostPlaces;
  readonly writer: OutcomeWriter;
  readonly claim: (urls: readonly string[]) => Promise<ClaimedImages>;
  readonly release: (urls: readonly string[]) => Promise<void>;
  /** Called about every half minute with all that is claimed. */
  readonly renew: (urls: readonly string[]) => Promise<void>;
  readonly download: (url: string, signal: AbortSignal) => Promise<StoredImage>;
  /** Pictures that another row had already. */
  readonly onKnown: (urls: readonly string[]) => void;
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

/** Pictures that are claimed before there is a place for them. */
const claimedAhead = 16;
const renewMs = 40_000;
const usualSuspensionMs = 60_000;

/** Fetches until nothing waits any more: whenever a place is free the next picture is claimed. */
export async function runPull(run: PullRun): Promise<void> {
  const { queue, feed, places, writer, signal } = run;
  const running = new Map<string, Promise<void>>();
  const stop = new AbortController();
  let failed: { readonly error: unknown } | null = null;
  let wake = Promise.withResolvers<void>();
  /** Claimed and not started. */
  let ready: { readonly claim: ImageClaim; readonly image: WaitingImage }[] = [];
  let started = 0;

  const claimed = (): string[] => [...running.keys(), ...ready.map(({ claim }) => claim.canonicalUrl)];

  function fail(error: unknown): void {
    failed ??= { error };
    wake.resolve();
  }

  function start({ canonicalUrl, url }: ImageClaim, image: WaitingImage, leave: (succeeded: boolean) => void): void {
    started += 1;
    const work = fetchOne(run, { canonicalUrl, url, image, leave }, stop.signal).then((isGivenBack) => { if (isGivenBack) started -= 1; }, fail);
    running.set(canonicalUrl, work.finally(() => {
      running.delete(canonicalUrl);
      wake.resolve();
    }));
  }

  /** Starts what is claimed already. @returns false when nothing of it may be asked for now */
  function startReady(): boolean {
    const before = ready.length;
    ready = ready.filter(({ claim, image }) => {
      if (!places.mayAsk(image.host)) return true;
      start(claim, image, places.enter(image.host));
      return false;
    });
    return ready.length < before;
  }

  /** Claims what there are places for, and some more: a claim is a transaction, for one picture as for twenty. @returns false when nothing in the queue may be asked for now */
  async function claimNext(): Promise<boolean> {
    const picked = new Map<string, { image: WaitingImage; leave: ((succeeded: boolean) => void) | null }>();
    let ahead = claimedAhead - ready.length;
    while (started + ready.length + picked.size < run.limit) {
      const image = queue.take(places.mayAsk);
      if (!image) break;
      picked.set(image.canonicalUrl, { image, leave: places.enter(image.host) });
    }
    if (picked.size === 0) return false;
    for (; ahead > 0 && started + ready.length + picked.size < run.limit; ahead -= 1) {
      const image = queue.take(places.isOpen);
      if (!image) break;
      picked.set(image.canonicalUrl, { image, leave: null });
    }
    const { claims, known } = await run.claim([...picked.keys()]);
    started += known.length;
    run.onKnown(known);
    for (const claim of claims) {
      const { image, leave } = picked.get(claim.canonicalUrl)!;
      picked.delete(claim.canonicalUrl);
      if (leave) start(claim, image, leave);
      else ready.push({ claim, image });
    }
    for (const { leave } of picked.values()) leave?.(false); // somebody else has them
    return true;
  }

  async function nothingLeft(): Promise<boolean> {
    if (started >= run.limit) return true;
    await writer.flush();
    return (await feed.round()) === 0 && queue.size === 0;
  }

  // Places open with time, too: what hangs for long gives its own to another.
  const ticking = setInterval(() => wake.resolve(), 1_000);
  signal?.addEventListener('abort', () => wake.resolve(), { once: true });
  const renewal = setInterval(() => void run.renew(claimed()).catch(fail), renewMs);
  try {
    for (;;) {
      throwIfAborted(signal, 'Pulling pictures');
      if (failed) throw (failed as { readonly error: unknown }).error;
      wake = Promise.withResolvers<void>();
      if (feed.needsRefill()) await feed.refill();
      if (feed.wantsScout(Date.now())) await feed.scout(); // also then: others than those who fill the queue must be found
      if (startReady() || (await claimNext())) continue;
      if (running.size > 0) await wake.promise;
      else if ((ready.length > 0 || queue.size > 0) && started < run.limit) await waitForHosts(places, signal);
      else if (await nothingLeft()) return;
    }
  } finally {
    clearInterval(renewal);
    clearInterval(ticking);
    const left = claimed();
    stop.abort();
    await Promise.allSettled(running.values());
    await writer.flush().catch(fail);
    if (left.length > 0) await run.release(left).catch(() => {}); // their leases end with this session
  }
}

interface Download extends Pick<ImageClaim, 'canonicalUrl' | 'url'> {
  readonly image: WaitingImage;
  readonly leave: (succeeded: boolean) => void;
}

/** @returns true when the picture was given back, to be fetched later in this pull */
async function fetchOne(run: PullRun, { canonicalUrl, url, image, leave }: Download, signal: AbortSignal): Promise<boolean> {
  let stored: StoredImage;
  try {
    stored = await run.download(url, signal);
  } catch (error) {
    leave(false);
    const failure = failureOf(error);
    const { retryAfterMs = usualSuspensionMs } = failure;
    if (failure.code === 'ORIGIN_SUSPENDED' && run.places.park(hostOf(canonicalUrl), retryAfterMs)) {
      await run.release([canonicalUrl]);
      run.queue.offer(image);
      return true;
    }
    await run.writer.add({ canonicalUrl, failure });
    return false;
  }
  leave(true);
  await run.writer.add({ canonicalUrl, image: stored });
  return false;
}

/** @throws the error itself when it is no fault of the picture: then the pull stops instead of marking every picture as failed */
export function failureOf(error: unknown): ImageFailure {
  if (!isSyncError(error)) throw new SyncError('INTERNAL', `A download failed in a way that is not known: ${String(error)}`, { cause: error });
  if (error.code.startsWith('STORAGE_') || error.code === 'ABORTED' || error.code === 'INTERNAL') throw error;
  const { retryAfterMs } = error.details;
  return { code: error.code, message: error.message, retryable: error.retryable, ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}) };
}

async function waitForHosts(places: HostPlaces, signal: AbortSignal | undefined): Promise<void> {
  const ms = Math.max(50, (places.nextAt() ?? 0) - Date.now());
  await sleep(Math.min(ms, 1_000), undefined, signal ? { signal } : {}).catch(() => {}); // the loop looks at the signal
}
