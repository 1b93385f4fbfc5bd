import { schema, type FilledTable } from './filled-tables.ts';
import { psql } from './psql.ts';

/** Ids are given by the database. */
const given = new Set(['id', 'product_id']);

/** Writes what peers are handed, a `ReadyOffer` as JSON in each line, from a store that an import finished. */
export async function writeReadyOffers(address: string, tables: readonly FilledTable[], file: string, signal: AbortSignal): Promise<void> {
  const object = (name: string, alias: string): string => {
    const { used = [], binary = [] } = tables.find((table) => table.name === name) ?? {};
    // Hashes and the like, all of type bytea, serve our importer alone: peers need not write them.
    const columns = used.filter((column) => !given.has(column) && !binary.includes(column));
    return `json_build_object(${columns.map((column) => `'${column}', ${alias}.${column}`).join(', ')})`;
  };
  const children = (name: string): string => `(select coalesce(json_agg(${object(name, 'c')} order by c.id), '[]') from ${schema}.${name} c where c.product_id = p.id)`;
  const select = `select json_build_object('product', ${object('products', 'p')}, 'skus', ${children('skus')}, 'tiers', ${children('price_tiers')}) from ${schema}.products p order by p.id`;
  await psql(address, ['\\pset format unaligned', '\\pset tuples_only on', '\\set FETCH_COUNT 1000', `\\o '${file}'`, `${select};`], signal);
}
