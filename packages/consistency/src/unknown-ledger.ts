import type { Unjudged, Unknown } from './finding.ts';

/** Gathers what has no answer, one entry for each check and reason's code. */
export interface UnknownLedger {
  /** `count` null: the check as a whole. */
  note(check: string, what: Omit<Unjudged, 'outcome'>, count?: number | null): void;
  concerns(check: string): boolean;
  list(): readonly Unknown[];
}

const mostSamples = 5;

export function unknownLedger(): UnknownLedger {
  const entries = new Map<string, Unknown>();
  return {
    note(check, { id, code, reason }, count = 1) {
      const place = `${check}:${code}`;
      const known = entries.get(place) ?? { check, code, reason, count: 0, samples: [] };
      const total = count === null || known.count === null ? null : known.count + count;
      const samples = id === '' || known.samples.length >= mostSamples ? known.samples : [...known.samples, id];
      entries.set(place, { ...known, count: total, samples });
    },
    concerns: (check) => [...entries.values()].some((entry) => entry.check === check),
    list: () => [...entries.values()],
  };
}
