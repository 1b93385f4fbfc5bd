/** What a search text asks for, before it is folded. */
export interface QueryTerms {
  /** Each must stand in a title as it is, where a search is exact. */
  readonly wanted: readonly string[];
  /** Titles with one of these are left out. */
  readonly excluded: readonly string[];
}

const mostTerms = 16;
const quoted = /(-?)["“”]([^"“”]*)["“”]|(\S+)/g;

/**
 * Reads a text as people write it: terms between blanks, `"…"` or `“…”` for one term with its blanks, a leading minus for what must not
 * stand in a title. Everything else is text: no input is an error. Terms beyond the sixteenth are passed over.
 */
export function queryTerms(text: string): QueryTerms {
  const wanted: string[] = [];
  const excluded: string[] = [];
  for (const [, quoteMinus, phrase, word = ''] of text.toWellFormed().replaceAll('\0', ' ').matchAll(quoted)) {
    const isExcluded = phrase === undefined ? word.length > 1 && word.startsWith('-') : quoteMinus === '-';
    const term = phrase ?? (isExcluded ? word.slice(1) : word);
    if (term.trim() !== '') (isExcluded ? excluded : wanted).push(term);
  }
  return { wanted: wanted.slice(0, mostTerms), excluded: excluded.slice(0, mostTerms) };
}
