import { createHash } from 'node:crypto';
import { SyncError } from '@1688/core';

/** Remembers for a while which addresses had nothing, so that they are not asked again and again. */
export interface Absences {
  /** @throws FETCH_GONE for an address that had nothing, with `details.remembered` */
  check(url: string): void;
  /** @param status 404 or 410 */
  remember(url: string, status: number): void;
  forget(url: string): void;
}

export interface AbsencesOptions {
  readonly forMs: number;
  /** Addresses at most; beyond them the oldest are forgotten. Default 10,000. */
  readonly most?: number;
  readonly now?: () => number;
}

export function absences({ forMs, most = 10_000, now = () => performance.now() }: AbsencesOptions): Absences {
  const known = new Map<string, { readonly status: number; readonly until: number }>(); // oldest first
  return {
    check(url) {
      const absence = known.size === 0 ? undefined : known.get(keyOf(url));
      if (!absence || absence.until <= now()) return;
      throw new SyncError('FETCH_GONE', `Expected a picture, but its origin said a while ago that there is none (status ${absence.status}).`, { details: { status: absence.status, remembered: true } });
    },
    remember(url, status) {
      if (forMs <= 0) return;
      const key = keyOf(url);
      known.delete(key);
      known.set(key, { status, until: now() + forMs });
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
    },
    forget: (url) => { known.delete(keyOf(url)); },
  };
}

/** Addresses may be long; this way each costs the same. */
function keyOf(url: string): string {
  return createHash('sha256').update(url).digest('base64');
}
