import { lexeme } from './gram-query.ts';

const longestPiece = 12;
/** As long as the words of `folded_words`. */
const longestWord = 24;
const mostWords = 120;

/** Any piece of a term may be a category or the value of an attribute: a tsquery of `context_grams`, or null where none is left. */
export function contextQuery(terms: readonly string[], without: ReadonlySet<string> = new Set()): string | null {
  const words = new Set<string>();
  for (const term of terms) {
    const characters = [...term].slice(0, mostWords);
    if ([...term].length <= longestWord) words.add(term);
    for (let length = Math.min(longestPiece, characters.length); length >= 2; length -= 1) {
      for (let at = 0; at + length <= characters.length; at += 1) words.add(characters.slice(at, at + length).join(''));
    }
  }
  const asked = [...words].filter((word) => word.trim() === word && word.length > 1 && !without.has(word)).slice(0, mostWords);
  return asked.length === 0 ? null : asked.map(lexeme).join(' | ');
}
