import { quoteName } from '@1688/db';
import type pg from 'pg';

/** A query cut into terms, as the index knows them. */
export interface GramQuery {
  /** Folded terms as LIKE patterns. */
  readonly patterns: readonly string[];
  /** What each title must have to match all terms: a tsquery, or null for a query without terms. */
  readonly every: string | null;
  /** One tsquery for each gram. */
  readonly grams: readonly string[];
}

const mostTerms = 16;
const mostGrams = 64;

/**
 * Cuts a text at blanks and lets the server fold each term and make its grams, so that query and index agree. Pairs stand for a term
 * of two characters and more, the single character for a shorter one.
 */
export async function gramQuery(client: pg.ClientBase, schema: string, text: string): Promise<GramQuery> {
  const s = quoteName(schema);
  const terms = text.toWellFormed().replaceAll('\0', ' ').split(/\s+/).filter((term) => term !== '').slice(0, mostTerms);
  const { rows } = await client.query<{ folded: string; grams: string[] }>(
    `select ${s}.fold(term) as folded, tsvector_to_array(${s}.grams(term)) as grams from unnest($1::text[]) with ordinality as t (term, place) order by place`, [terms]);
  const kept = rows.filter(({ grams }) => grams.length > 0);
  const grams = [...new Set(kept.flatMap((row) => distinctive(row.grams)))].slice(0, mostGrams).map(lexeme);
  return {
    patterns: kept.map(({ folded }) => `%${folded.replace(/[\\%_]/g, (character) => `\\${character}`)}%`),
    every: grams.length > 0 ? grams.join(' & ') : null,
    grams,
  };
}

/** A pair holds both of its characters, so a term with pairs needs no single ones. */
function distinctive(grams: readonly string[]): readonly string[] {
  const pairs = grams.filter((gram) => [...gram].length > 1);
  return pairs.length > 0 ? pairs : grams;
}

function lexeme(gram: string): string {
  return `'${gram.replace(/['\\]/g, (character) => character + character)}'`;
}
