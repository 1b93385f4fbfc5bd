/** A budget of requests for each client: `perSecond` on average, twice as many at once. */
export interface TokenBuckets {
  /** Takes one. @returns 0, or the seconds until the next one is there */
  take(client: string): number;
}

export interface TokenBucketOptions {
  readonly perSecond: number;
  /** Most at once. Default twice `perSecond`. */
  readonly burst?: number;
  /** Clients that are remembered; those who asked least lately are forgotten first. Default 10,000. */
  readonly mostClients?: number;
  /** Milliseconds. Default: the clock of this process. */
  readonly now?: () => number;
}

export function tokenBuckets({ perSecond, burst = perSecond * 2, mostClients = 10_000, now = () => performance.now() }: TokenBucketOptions): TokenBuckets {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(client) {
      const at = now();
      const bucket = buckets.get(client) ?? { tokens: burst, at };
      bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1_000) * perSecond);
      bucket.at = at;
      buckets.delete(client);
      buckets.set(client, bucket);
      const [oldest] = buckets.keys();
      if (buckets.size > mostClients && oldest !== undefined) buckets.delete(oldest);
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
      bucket.tokens -= 1;
      return 0;
    },
  };
}
