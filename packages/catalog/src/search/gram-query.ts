import { quoteName } from '@1688/db';
import type pg from 'pg';
import { queryTerms } from './query-terms.ts';
import { isWordCharacter } from './word-characters.ts';

/** A query cut into terms, as the index knows them. */
export interface GramQuery {
  /** Folded terms. */
  readonly terms: readonly string[];
  /** Folded terms that must not be there. */
  readonly excluded: readonly string[];
  /** What each title must have to match all terms; none for a query without terms. */
  readonly grams: readonly string[];
}

const mostGrams = 64;
/**
 * Titles of a ranked search lie all over the table: asked for one at a time, as servers before PostgreSQL 18 do by default, a cold disk lets
 * them wait twice to three times as long. For the rest of the session, as it costs no question of its own here. 0 stays: systems without
 * posix_fadvise refuse anything else.
 */
const readAhead = `(select case when current_setting('effective_io_concurrency')::integer between 1 and 31 then set_config('effective_io_concurrency', '32', false) end) as ahead`;

/** Cuts a text into terms and lets the server fold each, as it knows other capitals than we where its locale is another. */
export async function gramQuery(client: pg.ClientBase, schema: string, text: string): Promise<GramQuery> {
  const { wanted, excluded } = queryTerms(text);
  if (wanted.length + excluded.length === 0) return { terms: [], excluded: [], grams: [] };
  const { rows } = await client.query<{ folded: string }>(
    `select ${quoteName(schema)}.fold(term) as folded, ${readAhead} from unnest($1::text[]) with ordinality as t (term, place) order by place`, [[...wanted, ...excluded]]);
  const folded = rows.map((row) => row.folded);
  const terms = folded.slice(0, wanted.length).filter((term) => term.trim() !== '');
  return { terms, excluded: folded.slice(wanted.length), grams: [...new Set(terms.flatMap(gramsOf))].slice(0, mostGrams) };
}

/** Pairs of neighbouring letters and digits; what stands alone between punctuation, and punctuation itself, by single characters. */
export function gramsOf(term: string): string[] {
  const characters = [...term];
  return characters.flatMap((character, at) => {
    const [before, next] = [characters[at - 1], characters[at + 1]];
    if (character <= ' ') return [];
    if (!isWordCharacter(character)) return [character];
    if (next !== undefined && isWordCharacter(next)) return [character + next];
    return before !== undefined && isWordCharacter(before) ? [] : [character];
  });
}

export function likePattern(folded: string): string {
  return `%${folded.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/** A gram as a tsquery. */
export function lexeme(gram: string): string {
  return `'${gram.replace(/['\\]/g, (character) => character + character)}'`;
}
