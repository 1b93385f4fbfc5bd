import type { GramQuery } from './gram-query.ts';
import type { GramStatistics } from './gram-statistics.ts';
import { rankedGrams } from './ranked-page.ts';
import type { QueryGrams } from './title-score.ts';

/** How an answer was found. */
export interface SearchExplanation {
  /** Folded. */
  readonly terms: readonly string[];
  readonly excluded: readonly string[];
  /** What the terms were cut into; `titles` with it, about: null where it is rarer than what the server keeps count of. */
  readonly grams: readonly { readonly gram: string; readonly titles: number | null }[];
  /** Titles that were scored; null in an exact search. */
  readonly candidates: number | null;
  /** The server's plans, one for each statement of the page. */
  readonly plans: readonly string[];
  /** The page with its plans, in milliseconds. */
  readonly elapsedMs: number;
}

interface Explained {
  readonly query: GramQuery;
  readonly grams: QueryGrams;
  readonly statistics: GramStatistics | null;
  readonly candidates: number | null;
  readonly plans: readonly string[];
  /** `performance.now()` at the start. */
  readonly started: number;
}

export function explainSearch({ query, grams, statistics, candidates, plans, started }: Explained): SearchExplanation {
  const names = candidates === null ? query.grams : rankedGrams(grams);
  return {
    terms: query.terms,
    excluded: query.excluded,
    grams: names.map((gram) => ({ gram, titles: statistics?.common.get(gram) ?? null })),
    candidates,
    plans,
    elapsedMs: Math.round(performance.now() - started),
  };
}
