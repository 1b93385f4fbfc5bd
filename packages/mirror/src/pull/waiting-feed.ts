import type { CandidatePlace, ImageCandidate } from '@1688/db';
import type { FairQueue } from './fair-queue.ts';

/** Brings what waits in the database into the queue, however much it is. */
export interface WaitingFeed {
  /** One page of the round that looks at everything; at its end the next round begins from the start. */
  scout(): Promise<void>;
  /** One page from the first place where pictures were left out for lack of room. */
  refill(): Promise<void>;
  /** True while such a place is known and few pictures of its priority, or a better one, are left in the queue. */
  needsRefill(): boolean;
  /** True when it pays to call `scout`: a first round, or one after a pause where pictures had been left out. */
  wantsScout(now: number): boolean;
  /** Goes through a whole round. @returns how many pictures it brought */
  round(): Promise<number>;
}

export interface WaitingFeedOptions {
  readonly queue: FairQueue;
  /** Candidates after a place; fewer than `pageSize` only at the end. */
  readonly page: (after: CandidatePlace | null) => Promise<readonly ImageCandidate[]>;
  readonly pageSize: number;
  readonly now?: () => number;
  /** Below so many pictures in the queue more are looked for. Default 128. */
  readonly lowWater?: number;
}

const shortestPauseMs = 2_000;

export function waitingFeed({ queue, page, pageSize, now = Date.now, lowWater = 128 }: WaitingFeedOptions): WaitingFeed {
  /** For each priority the place before the first picture that found no room. */
  const leftOut = new Map<number, CandidatePlace | null>();
  let place: CandidatePlace | null = null;
  let startedAt = now();
  let left = 0;
  let nextRoundAt: number | null = startedAt;

  /** @returns the place after these candidates, or null when they were the last */
  function offerAll(candidates: readonly ImageCandidate[], after: CandidatePlace | null): { last: CandidatePlace | null; brought: number } {
    let before = after;
    let brought = 0;
    for (const candidate of candidates) {
      const size = queue.size;
      if (!queue.offer({ canonicalUrl: candidate.canonicalUrl, host: hostOf(candidate.canonicalUrl), group: candidate.supplierId ?? '', priority: candidate.priority })) {
        left += 1;
        const known = leftOut.get(candidate.priority);
        if (known === undefined || isBefore(before, known)) leftOut.set(candidate.priority, before);
      }
      brought += queue.size - size;
      before = candidate.place;
    }
    return { last: candidates.length < pageSize ? null : before, brought };
  }

  async function scoutPage(): Promise<{ brought: number; ended: boolean }> {
    if (place === null) {
      startedAt = now();
      left = 0;
      nextRoundAt = startedAt;
    }
    const { last, brought } = offerAll(await page(place), place);
    place = last;
    if (last === null) nextRoundAt = left === 0 ? null : now() + Math.max(shortestPauseMs, 20 * (now() - startedAt));
    return { brought, ended: last === null };
  }

  return {
    async scout() { await scoutPage(); },
    async refill() {
      const [priority, from] = firstOf(leftOut) ?? [];
      if (priority === undefined || from === undefined) return;
      leftOut.delete(priority);
      const { last } = offerAll(await page(from), from);
      if (!leftOut.has(priority) && last !== null) leftOut.set(priority, last);
    },
    needsRefill() {
      const first = firstOf(leftOut);
      return first !== undefined && queue.sizeUpTo(first[0]) < lowWater;
    },
    wantsScout: (at) => nextRoundAt !== null && (place !== null || at >= nextRoundAt),
    async round() {
      place = null;
      leftOut.clear();
      for (let sum = 0; ;) {
        const { brought, ended } = await scoutPage();
        sum += brought;
        if (ended) return sum;
      }
    },
  };
}

function firstOf(places: ReadonlyMap<number, CandidatePlace | null>): readonly [number, CandidatePlace | null] | undefined {
  return [...places].toSorted(([a], [b]) => a - b)[0];
}

function isBefore(a: CandidatePlace | null, b: CandidatePlace | null): boolean {
  if (a === null || b === null) return b !== null;
  if (a.phase !== b.phase) return a.phase < b.phase;
  if (a.at !== b.at) return timeOf(a.at) < timeOf(b.at);
  return BigInt(a.id) < BigInt(b.id);
}

/** Milliseconds are enough here: a place that is too early costs a look at rows that are known. */
function timeOf(at: string | null): number {
  return at === null ? Infinity : Date.parse(at);
}

/** The host as the address names it; what is no address makes one group, and fails when it is fetched. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
