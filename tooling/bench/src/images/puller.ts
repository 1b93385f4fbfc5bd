/**
 * A process that pulls pictures the way the command line tool does. Argument: `Order` as JSON. Output: `Pulled`: until `wanted`
 * pictures are stored, when it stops, or to the end.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isSyncError } from '@1688/core';
import { keepMemorySmall, loadConfig, openMirror, pullImages, type Mirror } from '@1688/mirror';

export interface Order {
  readonly address: string;
  readonly folder: string;
  readonly port: number;
  readonly concurrency: number;
  /** Decode nothing, make no variants. */
  readonly storeOnly: boolean;
  readonly wanted: number;
}

export interface Pulled {
  readonly seconds: number;
  readonly stored: number;
  /** 99th percentile of how late the event loop was. */
  readonly delayMs: number;
}

keepMemorySmall(); // as the command line tool does
const { address, folder, port, concurrency, storeOnly, wanted } = JSON.parse(process.argv[2] ?? '') as Order;
const config = await loadConfig({ cwd: folder, env: { DATABASE_URL: address, DATA_DIR: folder } });
await using opened = await openMirror(config, { migrate: false });
const mirror: Mirror = storeOnly ? { ...opened, config: { ...opened.config, file: { ...opened.config.file, decode: 'none', variants: [] } } } : opened;
const stop = new AbortController();
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
const started = performance.now();
let stored = 0;
let seconds = 0;
try {
  const result = await pullImages(mirror, {
    concurrency, allow: [{ cidr: '127.0.0.0/8', port }], signal: stop.signal,
    onProgress: ({ done, note }) => {
      stored = done - (note === undefined ? 0 : Number.parseInt(note, 10));
      if (stored < wanted || seconds > 0) return;
      seconds = (performance.now() - started) / 1_000;
      delay.disable();
      stop.abort(); // what is left hangs
    },
  });
  stored = result.stored + result.duplicates;
} catch (error) {
  if (!isSyncError(error) || error.code !== 'ABORTED') throw error;
}
if (seconds === 0) seconds = (performance.now() - started) / 1_000;
process.stdout.write(`${JSON.stringify({ seconds, stored, delayMs: delay.percentile(99) / 1e6 } satisfies Pulled)}\n`);
