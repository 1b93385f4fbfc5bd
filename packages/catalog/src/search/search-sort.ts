export const searchSorts = ['relevance', 'updated', 'price', 'sold'] as const;
/** Best, newest, cheapest or best sold first; products without a value come last, and equal relevance leaves it to sales. */
export type SearchSort = (typeof searchSorts)[number];

/** A column with an index together with the id: a page is one range of it, however deep. */
export interface SortColumn {
  readonly name: 'sold_quantity' | 'price_min' | 'updated_at';
  readonly type: 'bigint' | 'numeric' | 'timestamptz';
  readonly direction: 'asc' | 'desc';
}

const sold: SortColumn = { name: 'sold_quantity', type: 'bigint', direction: 'desc' };

export const sortColumns: Readonly<Record<SearchSort, SortColumn>> = {
  relevance: sold,
  updated: { name: 'updated_at', type: 'timestamptz', direction: 'desc' },
  price: { name: 'price_min', type: 'numeric', direction: 'asc' },
  sold,
};

/** Where an item stands in a list. */
export interface Position {
  /** Of ranked lists by relevance; else the same for all. */
  readonly score: number;
  /** Value of the sort's column as the server writes it (a Date would lose microseconds); null when there is none. */
  readonly key: string | null;
  readonly id: string;
}

/** Orders positions as the statements do: by score where it is asked for, then by the column, then by id in the column's direction. */
export function comparePositions(sort: SearchSort): (a: Position, b: Position) => number {
  const { direction, type } = sortColumns[sort];
  const sign = direction === 'asc' ? 1 : -1;
  const byKey = (a: string | null, b: string | null): number => {
    if (a === b) return 0;
    if (a === null || b === null) return a === null ? 1 : -1;
    // Times are written so that their texts sort as they do.
    return sign * (type === 'timestamptz' ? (a < b ? -1 : 1) : Number(a) - Number(b));
  };
  return (a, b) => (sort === 'relevance' ? b.score - a.score : 0) || byKey(a.key, b.key) || sign * (BigInt(a.id) < BigInt(b.id) ? -1 : BigInt(a.id) > BigInt(b.id) ? 1 : 0);
}
