import { lexeme } from './gram-query.ts';
import { expectedTitles, expectedTogether, type TitleStatistics } from './gram-statistics.ts';
import type { QueryGrams } from './title-score.ts';

/** Titles that a ranked search looks at, at most and about. */
export const mostCandidates = 1_500;
/** Where nothing is known of how common grams are: such a store is small, or was filled a moment ago. */
export const mostUnknown = 20_000;

/**
 * The tsquery whose titles are looked at: those with any of the rarest grams, as long as these are few titles in all; common grams join
 * in by twos and threes, so that none of them costs a scan. Pairs come before single characters, which they hold.
 */
export function candidateQuery({ singles, pairs, words }: QueryGrams, statistics: TitleStatistics): string {
  const all = [...words, ...pairs.map(([first, second]) => first + second), ...singles];
  if (statistics.rareUpTo === null) return all.map(lexeme).join(' | ');
  const documents = (gram: string): number => expectedTitles(gram, statistics);
  const ranked = all.toSorted((a, b) => documents(a) - documents(b) || b.length - a.length);
  const parts: string[] = [];
  let sum = 0;
  const take = (grams: readonly string[], expected: number): boolean => {
    if (sum + expected > mostCandidates) return false;
    sum += expected;
    parts.push(grams.length === 1 ? lexeme(grams[0]!) : `(${grams.map(lexeme).join(' & ')})`);
    return true;
  };
  const together = (grams: readonly string[]): number => expectedTogether(grams, statistics);
  const left = ranked.filter((gram) => !take([gram], documents(gram))).slice(0, 12);
  const twos = left.flatMap((a, at) => left.slice(at + 1).filter((b) => !a.includes(b) && !b.includes(a)).map((b) => [a, b]));
  const apart = twos.toSorted((a, b) => together(a) - together(b)).filter((two) => !take(two, together(two)));
  if (parts.length === 0) for (const [a = '', b = ''] of apart) for (const c of left) if (c !== a && c !== b && !a.includes(c) && !b.includes(c)) take([a, b, c], together([a, b, c]));
  // Nothing but what is everywhere: the limit of candidates bounds the work.
  return parts.length > 0 ? parts.join(' | ') : left.map(lexeme).join(' & ');
}
