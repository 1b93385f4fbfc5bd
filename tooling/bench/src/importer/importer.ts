/**
 * A process that imports one file the way the command line tool does, and says how long that took and how much memory it needed.
 * Argument: `Order` as JSON. Output: `Imported` as one line of JSON.
 */
import { importFile, keepMemorySmall, loadConfig, openMirror } from '@1688/mirror';

export interface Order {
  readonly address: string;
  readonly file: string;
  /** A folder for log and the like. */
  readonly folder: string;
  /** Tell time and memory after so many records each. */
  readonly markEvery: number;
  /** False keeps no superseded values. Default true. */
  readonly history?: boolean;
}

export interface Mark {
  readonly rows: number;
  readonly seconds: number;
  /** Resident at this moment. */
  readonly rssMb: number;
  /** The most that was ever resident until then. */
  readonly peakMb: number;
}

export interface Imported {
  /** From the first byte that is read to the last commit; opening the database is not in it. */
  readonly seconds: number;
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly peakMb: number;
  readonly marks: readonly Mark[];
}

keepMemorySmall(); // as the command line tool does
const { address, file, folder, markEvery, history = true } = JSON.parse(process.argv[2] ?? '') as Order;
const config = await loadConfig({ cwd: folder, env: { DATABASE_URL: address, DATA_DIR: folder } });
await using mirror = await openMirror(config, { migrate: false });
const marks: Mark[] = [];
const started = performance.now();
const result = await importFile(mirror, file, {
  history,
  onProgress: ({ done }) => {
    if (done >= (marks.length + 1) * markEvery) marks.push({ rows: done, seconds: secondsSince(started), rssMb: process.memoryUsage.rss() / 2 ** 20, peakMb: peakMb() });
  },
});
const seconds = secondsSince(started);
const { read, created, updated, unchanged, rejected } = result;
const imported: Imported = { seconds, read, created, updated, unchanged, rejected, peakMb: peakMb(), marks };
process.stdout.write(`${JSON.stringify(imported)}\n`);

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}

/** The kernel's own high-water mark of this process, so nothing between two samples is missed. */
function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}
