import { setTimeout as sleep } from 'node:timers/promises';

export interface ProbeOrder {
  readonly url: string;
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** Who ask one after the other, and wait a little when they are refused. */
  readonly callers: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** How those fare who are let in while others overload a server: wrk cannot tell their times from those of the refused. @returns milliseconds, and how many were let in */
export async function probe({ url, paths, headers, callers, seconds, signal }: ProbeOrder): Promise<{ readonly p99: number; readonly admitted: number }> {
  const end = performance.now() + seconds * 1_000;
  const times: number[] = [];
  await Promise.all(Array.from({ length: callers }, async (_, caller) => {
    for (let at = caller; performance.now() < end; at += callers) {
      const started = performance.now();
      const reply = await fetch(url + (paths[at % paths.length] ?? ''), { headers, signal });
      await reply.arrayBuffer();
      if (reply.status === 200) times.push(performance.now() - started);
      else await sleep(20);
    }
  }));
  if (times.length < 20) throw new Error(`Expected some to be let in under overload, counted ${times.length}.`);
  const p99 = times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
  return { p99, admitted: times.length };
}
