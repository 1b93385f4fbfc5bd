import { foldText } from '@1688/core';
import { quoteName, withClient, type Connection } from '@1688/db';
import { asker } from './asker.ts';
import { exactPage } from './exact-page.ts';
import { gramQuery } from './gram-query.ts';
import { gramStatistics } from './gram-statistics.ts';
import { isLatin, isWordCharacter } from './word-characters.ts';

export interface SuggestOptions {
  /** 1 to 50; default 10. */
  readonly limit?: number;
}

/** How a text that is being typed may go on. */
export interface Suggestion {
  /** Of kind `title`: folded, begins with what was typed. Of kind `category`: the name of a category of what was found. */
  readonly text: string;
  readonly kind: 'title' | 'category';
  /** How many of the titles looked at go on like this, or are of this category. */
  readonly count: number;
}

/** Best sold titles that are looked at. */
const mostTitles = 200;
const longestTail = 6;
const mostCategories = 3;

/**
 * How what is typed goes on in the best sold titles that hold it, most frequent first; then the categories that these titles are of. The
 * last word counts as unfinished; words before it must stand in the title too.
 */
export async function suggest(db: Connection, typed: string, { limit = 10 }: SuggestOptions = {}): Promise<readonly Suggestion[]> {
  return withClient(db, async (client) => {
    const query = await gramQuery(client, db.schema, typed.replace(/["“”]/g, ' '));
    const last = query.terms.at(-1);
    if (last === undefined) return [];
    const statistics = query.grams.length <= 3 ? await gramStatistics(client, db) : null;
    const found = await exactPage(asker(client, db.schema), { query, filter: { delisted: false }, sort: 'sold', start: null, limit: mostTitles }, statistics);
    const { rows } = await client.query<{ name: string; count: string }>(
      `select category_name as name, count(*) as count from ${quoteName(db.schema)}.products where id = any($1::bigint[]) and category_name is not null
       group by 1 order by 2 desc, 1 limit $2`, [found.map(({ id }) => id), mostCategories]);
    const before = query.terms.slice(0, -1).map((term) => `${term} `).join('');
    const titles = continuations(last, found.map(({ title }) => foldText(title))).map(({ text, count }): Suggestion => ({ text: before + text, kind: 'title', count }));
    const categories = rows.map(({ name, count }): Suggestion => ({ text: name, kind: 'category', count: Number(count) }));
    return [...titles.slice(0, Math.max(1, limit - categories.length)), ...categories].slice(0, limit);
  });
}

/**
 * What stands behind `typed` in titles, up to the end of a word. Chinese writes no ends: a piece ends where it stops being shared by
 * most of the titles that share its beginning.
 */
export function continuations(typed: string, titles: readonly string[]): { text: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const title of titles) {
    const pieces = new Set<string>();
    for (let at = title.indexOf(typed); at >= 0; at = title.indexOf(typed, at + 1)) for (const piece of piecesBehind(title.slice(at + typed.length))) pieces.add(piece);
    for (const piece of pieces) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  const longer = (piece: string): number => Math.max(0, ...[...counts].filter(([other]) => other.length > piece.length && other.startsWith(piece)).map(([, count]) => count));
  return [...counts].filter(([piece, count]) => count > 1 && longer(piece) * 2 <= count)
    .map(([piece, count]) => ({ text: typed + piece, count }))
    .toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}

/** Every beginning of the text up to the next punctuation; Latin words only whole. */
function piecesBehind(text: string): string[] {
  const characters = [...text].slice(0, longestTail * 3);
  const end = characters.findIndex((character) => !isWordCharacter(character));
  const run = end < 0 ? characters : characters.slice(0, end);
  const ends = run.map((_, at) => at + 1).filter((length) => !(isLatin(run[length - 1]) && isLatin(run[length])));
  return ends.slice(0, longestTail).map((length) => run.slice(0, length).join(''));
}
