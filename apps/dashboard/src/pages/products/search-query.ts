import type { Operations } from '../../api/operations.ts';

export type SearchQuery = Operations['GET /search']['query'];
const sorts = ['relevance', 'updated', 'price', 'sold'] as const;
const money = /^\d{1,9}(\.\d{1,4})?$/;

/** What the address of the page asks the search for; parts that fit nothing are left out. */
export function searchQuery(query: URLSearchParams): SearchQuery & { readonly sort: (typeof sorts)[number] } {
  const text = (name: string): string | undefined => query.get(name)?.slice(0, 200) || undefined;
  const flag = (name: string): string | undefined => (query.get(name) === 'true' || query.get(name) === 'false' ? (query.get(name) ?? undefined) : undefined);
  const yuan = (name: string): string | undefined => (money.test(query.get(name) ?? '') ? (query.get(name) ?? undefined) : undefined);
  const q = text('q');
  return {
    q, sort: sorts.find((each) => each === query.get('sort')) ?? (q === undefined ? 'updated' : 'relevance'), category: text('category'), supplier: text('supplier'), status: text('status'),
    priceMinCny: yuan('priceMin'), priceMaxCny: yuan('priceMax'), hasImages: flag('images'), delisted: flag('delisted'),
  };
}

/** `10-20` and `5000-` of the price facet, as bounds. */
export function priceBand(value: string): { readonly priceMin: string; readonly priceMax: string } {
  const [priceMin = '', priceMax = ''] = value.split('-');
  return { priceMin, priceMax };
}
