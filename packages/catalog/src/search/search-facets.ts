import type pg from 'pg';
import { matching, type PageRequest } from './exact-page.ts';
import { lexeme } from './gram-query.ts';
import { listedConditions } from './search-filter.ts';

export const searchFacets = ['category', 'supplier', 'status', 'price'] as const;
export type FacetName = (typeof searchFacets)[number];

/** One value and how many of the found products have it. */
export interface FacetValue {
  /** Category id, source id of the supplier, the source's status, or `10-20` for lowest prices from 10 to below 20 yuan; null where there is none. */
  readonly value: string | null;
  /** Of a category or supplier. */
  readonly name: string | null;
  readonly count: number;
}

export interface Facets {
  /** The twenty most frequent values of each facet that was asked for; prices in their own order. */
  readonly values: Readonly<Partial<Record<FacetName, readonly FacetValue[]>>>;
  /** False when more was found than is counted: the shares are those of the first 10,000 that the server came upon. */
  readonly isExact: boolean;
}

export interface FoundCount {
  readonly value: number;
  /** True up to 1,000; more are the server's estimate. */
  readonly isExact: boolean;
}

/** What a search found on all its pages. */
export interface FoundSet {
  /** Ids of a ranked search; null: what fits the conditions. */
  readonly candidates: readonly string[] | null;
  /** Whether there may be more than the candidates. */
  readonly isCut: boolean;
}

const mostCounted = 1_001;
const mostInFacets = 10_000;
const valuesOfFacet = 20;
const priceSteps = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000];

/** Exact up to 1,000; beyond that what the planner expects, which knows how frequent the common grams are. */
export async function countFound(client: pg.ClientBase, { query, filter }: PageRequest, { candidates, isCut }: FoundSet, schema: string): Promise<FoundCount> {
  if (candidates !== null) return { value: candidates.length, isExact: !isCut && candidates.length < mostCounted };
  const counted = listedConditions(schema, query, filter);
  const { rows } = await client.query<{ found: number }>(
    `select count(*)::int as found from (select from ${counted.s}.products p where ${matching(query, counted)} limit ${mostCounted}) counted`, counted.values);
  const found = rows[0]?.found ?? 0;
  if (found < mostCounted) return { value: found, isExact: true };
  const { s, values, bind, text } = listedConditions(schema, query, filter);
  // Without LIKE, of which the planner knows nothing.
  const grams = query.grams.length === 0 ? '' : ` and p.title_grams @@ ${bind(query.grams.map(lexeme).join(' & '))}::tsquery`;
  const { rows: plans } = await client.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number; Plans?: { 'Plan Rows': number; 'Parallel Aware'?: boolean }[] } }] }>(
    `explain (format json) select from ${s}.products p where ${text}${grams}`, values);
  return { value: Math.max(mostCounted, plans[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0), isExact: false };
}

/** How the found products are spread. */
export async function facetsOf(client: pg.ClientBase, { query, filter }: PageRequest, { candidates, isCut }: FoundSet, { schema, facets }: { readonly schema: string; readonly facets: readonly FacetName[] }): Promise<Facets> {
  const conditions = listedConditions(schema, query, filter);
  const { s, values, bind } = conditions;
  const condition = candidates === null ? matching(query, conditions) : `p.id = any(${bind(candidates.slice(0, mostInFacets))}::bigint[])`;
  const steps = `array[${priceSteps.join(', ')}]::numeric[]`;
  const one: Readonly<Record<FacetName, string>> = {
    category: `select 'category', category_id, max(category_name), count(*) from found group by category_id`,
    supplier: `select 'supplier', (select source_id from ${s}.suppliers where id = supplier_id), (select name from ${s}.suppliers where id = supplier_id), count(*) from found group by supplier_id`,
    status: `select 'status', source_status, null, count(*) from found group by source_status`,
    price: `select 'price', width_bucket(price_min, ${steps})::text, null, count(*) from found group by 2`,
  };
  const { rows } = await client.query<{ facet: FacetName | 'all'; value: string | null; name: string | null; count: string }>(
    `with found as materialized (select p.category_id, p.category_name, p.supplier_id, p.source_status, p.price_min from ${s}.products p where ${condition} limit ${mostInFacets + 1})
     select * from (${[...facets].map((facet) => `(${one[facet]} order by count(*) desc, 2 limit ${facet === 'price' ? priceSteps.length + 2 : valuesOfFacet})`).join(' union all ')}
     union all select 'all', null, null, count(*) from found) spread (facet, value, name, count)`, values);
  const all = Number(rows.find(({ facet }) => facet === 'all')?.count ?? 0);
  const valuesOf = (facet: FacetName): FacetValue[] => rows.filter((row) => row.facet === facet).map(({ value, name, count }) => ({ value, name, count: Number(count) }));
  const found = Object.fromEntries(facets.map((facet) => [facet, facet === 'price' ? priceBands(valuesOf(facet)) : valuesOf(facet)]));
  return { values: found, isExact: all <= mostInFacets && !isCut };
}

/** Numbers of steps become bands of yuan, the cheapest first; what has no price is last. */
function priceBands(values: readonly FacetValue[]): FacetValue[] {
  const place = ({ value }: FacetValue): number => (value === null ? Infinity : Number(value));
  const band = (step: number): string => (step === priceSteps.length ? `${priceSteps.at(-1)}-` : `${priceSteps[step - 1]}-${priceSteps[step]}`);
  return values.toSorted((a, b) => place(a) - place(b)).map((each) => ({ ...each, value: each.value === null ? null : band(Number(each.value)) }));
}
