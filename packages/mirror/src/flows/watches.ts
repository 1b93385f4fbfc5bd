import { setTimeout as sleep } from 'node:timers/promises';
import { isSyncError } from '@1688/core';
import { addressGuard, type AllowedAddress } from '@1688/images';
import { addWatch as add, followWatches as follow, listWatches as list, muteWatch as mute, redriveWatch as redrive, removeWatch as remove, runWatches as run, testWatch as tryOut, type ListedWatch, type RunWatchesOptions, type WatchInput, type WatchRun } from '@1688/watch';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';

export interface WatchOptions {
  /** Private addresses that sinks may have, beside `fetching.allow` of the configuration. */
  readonly allow?: readonly AllowedAddress[];
  /** Takes what `stdout` sinks say; without it their alerts wait. */
  readonly print?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Keeps a watch, which tells of what changes from now on. @throws ARGUMENT_INVALID, DB_CONFLICT */
export async function addWatch({ db, log }: Mirror, watch: WatchInput): Promise<{ readonly id: string }> {
  await add(db, watch);
  log.info({ watch: watch.id }, 'watch added');
  return { id: watch.id };
}

/** Watches of the database and of the configuration, with what waits. */
export async function listWatches({ db, config }: Mirror): Promise<{ readonly items: readonly ListedWatch[] }> {
  return { items: await list(db, config.file.watches ?? []) };
}

/** @throws NOT_FOUND */
export async function removeWatch({ db, log }: Mirror, id: string): Promise<{ readonly id: string }> {
  await remove(db, id);
  log.info({ watch: id }, 'watch removed');
  return { id };
}

/** Nothing is sent until then; null ends it. @throws NOT_FOUND */
export async function muteWatch({ db }: Mirror, id: string, until: Date | null): Promise<{ readonly id: string; readonly until: Date | null }> {
  await mute(db, id, until);
  return { id, until };
}

/** Queues given up alerts again. @throws NOT_FOUND */
export async function redriveWatch({ db }: Mirror, id: string): Promise<{ readonly id: string; readonly alerts: number }> {
  return { id, alerts: await redrive(db, id) };
}

/** Sends a made-up alert. @throws NOT_FOUND, SINK_REFUSED, SINK_UNREACHABLE, ADDRESS_BLOCKED */
export async function testWatch(mirror: Mirror, id: string, options: WatchOptions = {}): Promise<{ readonly id: string }> {
  await tryOut(mirror.db, id, settings(mirror, options));
  return { id };
}

/** One pass over all watches. */
export async function runWatches(mirror: Mirror, options: WatchOptions = {}): Promise<WatchRun> {
  return logged(mirror, await run(mirror.db, settings(mirror, options)));
}

/** Pass after pass, each that did something; ends when `signal` is aborted. */
export async function* followWatches(mirror: Mirror, options: WatchOptions = {}): AsyncGenerator<WatchRun> {
  for await (const each of follow(mirror.db, settings(mirror, options))) yield logged(mirror, each);
}

/** Runs the watches in the background, as `serve` and `worker` do, until it is disposed. A failure is logged, and the next pass tries again. */
export function openWatches(mirror: Mirror, { everyMs = 5_000 }: { readonly everyMs?: number } = {}): AsyncDisposable {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = (async () => {
    while (!signal.aborted) {
      await runWatches(mirror, { signal }).catch((error: unknown) => {
        if (!signal.aborted) mirror.log.error({ code: isSyncError(error) ? error.code : 'INTERNAL' }, 'watches');
      });
      await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {}); // the loop looks at the signal
    }
  })();
  return { [Symbol.asyncDispose]: async () => { stopping.abort(); await ended; } };
}

function settings({ config }: Mirror, { allow = [], print, signal }: WatchOptions): RunWatchesOptions {
  return { configured: config.file.watches ?? [], guard: addressGuard([...(config.file.fetching?.allow ?? []), ...allow]), ...defined({ print, signal }) };
}

function logged({ log }: Mirror, done: WatchRun): WatchRun {
  for (const { watchId, error } of done.errors) log.warn({ watch: watchId, error }, 'alerts wait');
  return done;
}
