import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError } from '@1688/core';
import type { Database } from '@1688/db';
import type { Alert } from './alert.ts';
import { deliverAlerts, sendMessage, type DeliveryOptions } from './deliver-alerts.ts';
import { queueAlerts } from './queue-alerts.ts';
import { releaseAlerts } from './release-alerts.ts';
import { activeWatches, registerWatches } from './stored-watch.ts';
import type { Watch } from './watch.ts';

export interface RunWatchesOptions extends DeliveryOptions {
  /** Watches of the configuration, beside those of the database. */
  readonly configured?: readonly Watch[];
}

/** What one pass did. */
export interface WatchRun {
  readonly watches: number;
  readonly alerts: number;
  readonly sent: number;
  readonly failed: number;
  readonly errors: readonly { readonly watchId: string; readonly error: string }[];
}

/** One pass over all watches: reads the feed to its end, queues alerts, and sends what is due. A sink that fails holds up no other. */
export async function runWatches(db: Database, { configured = [], ...options }: RunWatchesOptions = {}): Promise<WatchRun> {
  await registerWatches(db, configured);
  const watches = await activeWatches(db, configured);
  const run = { watches: watches.length, alerts: 0, sent: 0, failed: 0, errors: [] as { watchId: string; error: string }[] };
  for (const watch of watches) {
    for (let page = { looked: 1, made: 0 }; page.looked > 0 && !isAborted(options);) {
      page = await queueAlerts(db, watch);
      run.alerts += page.made;
    }
    await releaseAlerts(db, watch.id);
    for (let sending = true; sending && !isAborted(options);) {
      const { outcome, alerts, error } = await deliverAlerts(db, watch, options);
      if (outcome === 'sent') run.sent += alerts;
      if (outcome === 'failed') run.failed += alerts;
      if (error !== null) run.errors.push({ watchId: watch.id, error });
      sending = outcome === 'sent';
    }
  }
  return run;
}

/** Passes on and on, `everyMs` apart (default 2,000), each that did something or failed is yielded; ends when `signal` is aborted. */
export async function* followWatches(db: Database, { everyMs = 2_000, ...options }: RunWatchesOptions & { readonly everyMs?: number } = {}): AsyncGenerator<WatchRun> {
  while (!isAborted(options)) {
    const run = await runWatches(db, options);
    if (run.alerts + run.sent + run.failed > 0) yield run;
    await sleep(everyMs, undefined, options.signal ? { signal: options.signal } : {}).catch(() => {}); // the loop looks at the signal
  }
}

/** Sends one made-up alert at once, whatever is muted or quiet. @throws NOT_FOUND, SINK_REFUSED, SINK_UNREACHABLE, ADDRESS_BLOCKED */
export async function testWatch(db: Database, id: string, { configured = [], ...options }: RunWatchesOptions = {}): Promise<void> {
  const watch = (await activeWatches(db, configured)).find((each) => each.id === id);
  if (!watch) throw new SyncError('NOT_FOUND', `Expected a watch with the id ${JSON.stringify(id.slice(0, 60))}, found none.`, { hint: 'List them with "1688sync watch list".' });
  const offerId = '610947572360';
  const alert: Alert = {
    id: `${id}:test`, watchId: id, seq: '0', offerId, title: '示例商品', url: `https://detail.1688.com/offer/${offerId}.html`, reasons: [{ kind: 'priceDown', before: '35', after: '31.5' }],
  };
  await sendMessage(watch.sink, { id: alert.id, watchId: id, language: watch.language, maxLines: 1, alerts: [alert], test: true }, options);
}

function isAborted({ signal }: { readonly signal?: AbortSignal }): boolean {
  return signal?.aborted ?? false;
}
