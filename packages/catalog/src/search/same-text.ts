import { foldText, SyncError } from '@1688/core';
import { quoteName, withClient, type Connection } from '@1688/db';
import { lexeme } from './gram-query.ts';
import { gramStatistics } from './gram-statistics.ts';
import { candidateQuery, mostCandidates, mostUnknown } from './ranked-candidates.ts';
import { queryGrams } from './title-score.ts';

export interface SameTextOptions {
  /** 1 to 200; default 20. */
  readonly limit?: number;
  /** Least similarity, 0 to 1. Default 0.6. */
  readonly minSimilarity?: number;
}

/** A product of another supplier with nearly the same title. */
export interface SameText {
  readonly offerId: string;
  readonly title: string;
  readonly supplierId: string | null;
  readonly supplierName: string | null;
  /** Shared pairs of characters, doubled, over the pairs of both titles (Dice's coefficient): 1 for the same words in the same order. */
  readonly similarity: number;
}

interface Row { source_id: string; title: string; supplier_id: string | null; supplier_name: string | null }

/**
 * Near-duplicate titles at other suppliers, the most similar first: the same goods (同款) are often sold under copied titles. Titles are
 * looked for by the rarest pairs of this one, so that common words cost nothing.
 * @throws NOT_FOUND
 */
export async function sameText(db: Connection, offerId: string, { limit = 20, minSimilarity = 0.6 }: SameTextOptions = {}): Promise<readonly SameText[]> {
  const s = quoteName(db.schema);
  return withClient(db, async (client) => {
    const [own] = (await client.query<{ title: string; supplier: string | null }>(`select title, supplier_id as supplier from ${s}.products where source_id = $1 and deleted_at is null`, [offerId])).rows;
    if (!own) throw new SyncError('NOT_FOUND', `Expected an offer with the id ${JSON.stringify(offerId)}, found none.`);
    const grams = queryGrams([foldText(own.title)]);
    const pairs = pairsOf(own.title);
    if (pairs.size === 0) return [];
    const statistics = await gramStatistics(client, db);
    const query = statistics.rareUpTo === null ? [...pairs].map(lexeme).join(' | ') : candidateQuery({ ...grams, singles: [] }, statistics);
    const { rows } = await client.query<Row>(
      `select p.source_id, p.title, u.source_id as supplier_id, u.name as supplier_name from ${s}.products p left join ${s}.suppliers u on u.id = p.supplier_id
       where p.title_grams @@ $1::tsquery and p.deleted_at is null and p.source_id <> $2 and p.supplier_id is distinct from $3::bigint limit $4`,
      [query, offerId, own.supplier ?? '0', statistics.rareUpTo === null ? mostUnknown : 2 * mostCandidates]);
    return rows.map((row): SameText => ({ offerId: row.source_id, title: row.title, supplierId: row.supplier_id, supplierName: row.supplier_name, similarity: similarity(pairs, pairsOf(row.title)) }))
      .filter((each) => each.similarity >= minSimilarity)
      .toSorted((a, b) => b.similarity - a.similarity || (a.offerId < b.offerId ? -1 : 1))
      .slice(0, limit);
  });
}

/** Neighbouring letters and digits, also over punctuation: sellers put in other marks, not other words. */
function pairsOf(title: string): Set<string> {
  const characters = [...foldText(title)].filter((character) => /[\p{L}\p{N}]/u.test(character));
  return new Set(characters.slice(1).map((character, at) => (characters[at] ?? '') + character));
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return a.size + b.size === 0 ? 0 : Math.round((2_000 * a.intersection(b).size) / (a.size + b.size)) / 1_000;
}
