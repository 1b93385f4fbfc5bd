import type { Change } from '@1688/core';
import { followChanges } from '@1688/catalog';
import type { Database } from '@1688/db';

/** A reader that stops after a random number of entries and goes on from the last one it kept, as a process that is killed. */
export async function readWithRestarts(db: Database, { random, until }: { readonly random: () => number; readonly until: () => Promise<bigint | null> }): Promise<{ read: Change[]; restarts: number }> {
  const read: Change[] = [];
  for (let restarts = 0; ; restarts += 1) {
    const stopping = new AbortController();
    const timer = setTimeout(() => { stopping.abort(); }, 5 + random() * 100);
    let left = Math.ceil(random() * 60);
    for await (const change of followChanges(db, { since: read.at(-1)?.seq ?? 0n, pollMs: 3, signal: stopping.signal })) {
      read.push(change);
      left -= 1;
      if (left === 0) break;
    }
    clearTimeout(timer);
    const last = await until();
    if (last !== null && (read.at(-1)?.seq ?? 0n) >= last) return { read, restarts };
  }
}

/** Numbers from 0 to 1 that a seed repeats. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
