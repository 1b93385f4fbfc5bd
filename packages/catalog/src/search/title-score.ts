import { isLatin, isWordCharacter, latinWords } from './word-characters.ts';

/** The characters and pairs of a query, and how much each tells. */
export interface ScoredQuery {
  readonly terms: readonly string[];
  readonly singles: ReadonlyMap<string, number>;
  readonly pairs: readonly { readonly first: string; readonly second: string; readonly weight: number }[];
}

export interface QueryGrams {
  readonly singles: readonly string[];
  readonly pairs: readonly (readonly [string, string])[];
  /** Latin words and model codes. They choose titles; their pairs score them. */
  readonly words: readonly string[];
}

/** Of a pair whose characters stand apart in the title by one or two others. */
const nearShare = 0.4;
/** Of the characters' share beside that of all grams. */
const characterShare = 0.6;

/** Titles are shorter: what a longer text goes on with is looked for in vain. */
const longestTerm = 100;
const mostLatinWords = 16;

/** Letters and digits of folded terms, alone and in pairs; punctuation says nothing, and neither does one letter of a Latin word or number. */
export function queryGrams(terms: readonly string[]): QueryGrams {
  const singles = new Set<string>();
  const pairs = new Map<string, readonly [string, string]>();
  for (const term of terms) {
    const characters = [...term].slice(0, longestTerm);
    for (const [at, character] of characters.entries()) {
      const next = characters[at + 1];
      if (!isWordCharacter(character)) continue;
      if (!isLatin(character) || (!isLatin(next) && !isLatin(characters[at - 1]))) singles.add(character);
      if (next !== undefined && isWordCharacter(next)) pairs.set(character + next, [character, next]);
    }
  }
  return { singles: [...singles], pairs: [...pairs.values()], words: [...new Set(terms.flatMap(latinWords))].slice(0, mostLatinWords) };
}

/** How much a gram tells that stands in `documents` of `total` titles (inverse document frequency, as in BM25). */
export function rarity(documents: number, total: number): number {
  return Math.log(1 + (Math.max(total, documents) - documents + 0.5) / (documents + 0.5));
}

/**
 * How well a folded title answers: the summed rarity of the pairs and characters that it has, as a share of the query's, with pairs that
 * stand nearly together counted in part; and 1 more when every term stands in it as given. 0 to 2.
 */
export function titleScore({ terms, singles, pairs }: ScoredQuery, title: string): number {
  let all = 0;
  let found = 0;
  for (const [character, weight] of singles) {
    all += weight;
    if (title.includes(character)) found += weight;
  }
  let allPairs = 0;
  let foundPairs = 0;
  for (const { first, second, weight } of pairs) {
    allPairs += weight;
    foundPairs += weight * closeness(first, second, title);
  }
  const share = (found + foundPairs) / (all + allPairs || 1);
  const isWhole = terms.length > 0 && terms.every((term) => title.includes(term));
  return Number(((share + characterShare * (found / (all || 1))) / (1 + characterShare) + (isWhole ? 1 : 0)).toFixed(4));
}

function closeness(first: string, second: string, title: string): number {
  let best = 0;
  for (let at = title.indexOf(first); at >= 0; at = title.indexOf(first, at + 1)) {
    const next = at + first.length;
    if (title.startsWith(second, next)) return 1;
    if (title.startsWith(second, next + 1) || title.startsWith(second, next + 2)) best = nearShare;
  }
  return best;
}
