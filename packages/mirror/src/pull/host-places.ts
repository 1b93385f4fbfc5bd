/** Says which hosts may be asked now, so that slow and dead ones never take every place. */
export interface HostPlaces {
  mayAsk(host: string): boolean;
  /** False for a host that is left alone, or does not answer: nothing is claimed for it before its turn. */
  isOpen(host: string): boolean;
  /** A place is taken until the function that comes back is called. */
  enter(host: string): (succeeded: boolean) => void;
  /** The host is left alone for so long. @returns false when that happened too often since it last succeeded, and is given up */
  park(host: string, forMs: number): boolean;
  /** When the first parked host may be asked again, or null. */
  nextAt(): number | null;
}

export interface HostPlacesOptions {
  /** Downloads at once. */
  readonly concurrency: number;
  /** Whether others wait for anything. */
  readonly othersWait: (host: string) => boolean;
  readonly now?: () => number;
}

interface Host { readonly entered: number[]; proven: boolean; parkedUntil: number; parked: number }

/** A download that lasts longer gives its place to another one, up to so many. */
const slowAfterMs = 3_000;
const slowPlaces = 24;
/** Suspensions of a host without a success in between that are waited for. */
const patience = 2;

/**
 * One host gets at most half of the places while others wait. Hosts that never answered share a half, so that a hundred dead ones
 * leave the other half to those that work; what hangs counts against them only in the first seconds.
 */
export function hostPlaces({ concurrency, othersWait, now = Date.now }: HostPlacesOptions): HostPlaces {
  const hosts = new Map<string, Host>();
  const half = Math.max(1, Math.floor(concurrency / 2));
  const hostOf = (name: string): Host => {
    const host = hosts.get(name) ?? { entered: [], proven: false, parkedUntil: 0, parked: 0 };
    hosts.set(name, host);
    return host;
  };
  const count = (isCounted: (host: Host, enteredAt: number) => boolean): number => {
    let sum = 0;
    for (const host of hosts.values()) for (const at of host.entered) if (isCounted(host, at)) sum += 1;
    return sum;
  };

  return {
    mayAsk(name) {
      const host = hostOf(name);
      const at = now();
      const isQuick = (enteredAt: number): boolean => at - enteredAt < slowAfterMs;
      if (at < host.parkedUntil || (host.parked > 0 && host.entered.length > 0)) return false;
      if (count(() => true) >= concurrency + slowPlaces || count((_, enteredAt) => isQuick(enteredAt)) >= concurrency) return false;
      if (!othersWait(name)) return host.entered.length < concurrency;
      if (host.entered.length >= half) return false;
      return host.proven || count((each, enteredAt) => !each.proven && isQuick(enteredAt)) < half;
    },
    isOpen(name) {
      const host = hostOf(name);
      return host.proven && host.parked === 0;
    },
    enter(name) {
      const host = hostOf(name);
      const enteredAt = now();
      host.entered.push(enteredAt);
      return (succeeded) => {
        host.entered.splice(host.entered.indexOf(enteredAt), 1);
        if (!succeeded) return;
        host.proven = true;
        host.parked = 0;
      };
    },
    park(name, forMs) {
      const host = hostOf(name);
      if (now() >= host.parkedUntil) host.parked += 1; // many that were under way are told of one suspension
      if (host.parked > patience) return false;
      host.parkedUntil = now() + forMs;
      return true;
    },
    nextAt() {
      const waiting = [...hosts.values()].map((host) => host.parkedUntil).filter((until) => until > now());
      return waiting.length === 0 ? null : Math.min(...waiting);
    },
  };
}
