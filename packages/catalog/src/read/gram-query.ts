import { quoteName } from '@1688/db';
import type pg from 'pg';
import { queryTerms } from './query-terms.ts';

/** A query cut into terms, as the index knows them. */
export interface GramQuery {
  /** Folded terms. */
  readonly terms: readonly string[];
  /** The same as LIKE patterns. */
  readonly patterns: readonly string[];
  /** LIKE patterns of what must not be there. */
  readonly excluded: readonly string[];
  /** What each title must have to match all terms: a tsquery, or null for a query without terms. */
  readonly every: string | null;
}

const mostGrams = 64;

/**
 * Cuts a text into terms and lets the server fold each and make its grams, so that query and index agree. Pairs stand for a term of two
 * characters and more, the single character for a shorter one.
 */
export async function gramQuery(client: pg.ClientBase, schema: string, text: string): Promise<GramQuery> {
  const s = quoteName(schema);
  const { wanted, excluded } = queryTerms(text);
  const { rows } = await client.query<{ folded: string; grams: string[] }>(
    `select ${s}.fold(term) as folded, tsvector_to_array(${s}.grams(term)) as grams from unnest($1::text[]) with ordinality as t (term, place) order by place`, [[...wanted, ...excluded]]);
  const kept = rows.slice(0, wanted.length).filter(({ grams }) => grams.length > 0);
  const grams = [...new Set(kept.flatMap((row) => distinctive(row.grams)))].slice(0, mostGrams).map(lexeme);
  return {
    terms: kept.map(({ folded }) => folded),
    patterns: kept.map(({ folded }) => likePattern(folded)),
    excluded: rows.slice(wanted.length).map(({ folded }) => likePattern(folded)),
    every: grams.length > 0 ? grams.join(' & ') : null,
  };
}

/** A pair holds both of its characters, so a term with pairs needs no single ones. */
function distinctive(grams: readonly string[]): readonly string[] {
  const pairs = grams.filter((gram) => [...gram].length > 1);
  return pairs.length > 0 ? pairs : grams;
}

function likePattern(folded: string): string {
  return `%${folded.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/** A gram as a tsquery. */
export function lexeme(gram: string): string {
  return `'${gram.replace(/['\\]/g, (character) => character + character)}'`;
}
