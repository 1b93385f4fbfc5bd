import path from 'node:path';
import type pg from 'pg';
import { schema, type FilledTable } from './filled-tables.ts';

/** Which rows of a table belong to a slice: those whose key lies above the bound before and up to its own. */
interface Cut {
  readonly key: string;
  readonly bounds: readonly string[];
}

/**
 * Cuts a finished store into `slices` that can be loaded one after the other, each with as many products and with all that belongs
 * to them: suppliers in the slice of the first product that names them, tables without a product by their own key.
 * @returns the lines of psql for each slice, to write and to load its files
 */
export async function sliceLines(finished: pg.Client, tables: readonly FilledTable[], slices: number, folder: string): Promise<{ to: readonly string[]; from: readonly string[] }[]> {
  const products = await boundsOf(finished, 'products', 'id', slices);
  const suppliers = await supplierBounds(finished, products);
  const cuts = new Map<string, Cut>();
  for (const { name, columns } of tables) {
    const [first = 'id'] = columns;
    if (name === 'products') cuts.set(name, { key: 'id', bounds: products });
    else if (name === 'suppliers') cuts.set(name, { key: 'id', bounds: suppliers });
    else if (columns.includes('product_id')) cuts.set(name, { key: 'product_id', bounds: products });
    else if (columns.includes('supplier_id')) cuts.set(name, { key: 'supplier_id', bounds: suppliers });
    else cuts.set(name, { key: first, bounds: await boundsOf(finished, name, first, slices) });
  }
  return Array.from({ length: slices }, (_, slice) => {
    const lines = tables.map(({ name, columns }) => linesOf(name, columns, cuts.get(name)!, slice, slice === slices - 1, path.join(folder, `${name}-${slice}.txt`)));
    return { to: lines.map(({ to }) => to), from: lines.map(({ from }) => from) };
  });
}

function linesOf(table: string, columns: readonly string[], { key, bounds }: Cut, slice: number, last: boolean, file: string): { to: string; from: string } {
  const list = columns.join(', ');
  const conditions = [slice === 0 ? '' : `${key} > ${bounds[slice - 1]}`, last ? '' : `${key} <= ${bounds[slice]}`].filter(Boolean);
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  return { to: `\\copy (select ${list} from ${schema}.${table}${where} order by ${key}) to '${file}'`, from: `\\copy ${schema}.${table} (${list}) from '${file}'` };
}

/** The key of the last row of each slice but the last. */
async function boundsOf(client: pg.Client, table: string, key: string, slices: number): Promise<string[]> {
  const { rows } = await client.query<{ bound: string }>(
    `select coalesce(max(key) filter (where place <= ceil(total::numeric * slice / $1)), 0) as bound
     from (select ${key} as key, row_number() over (order by ${key}) as place, count(*) over () as total from ${schema}.${table}) as placed, generate_series(1, $1::int - 1) as slice
     group by slice order by slice`, [slices]);
  return rows.map(({ bound }) => bound);
}

async function supplierBounds(client: pg.Client, productBounds: readonly string[]): Promise<string[]> {
  const bounds: string[] = [];
  for (const bound of productBounds) {
    const { rows } = await client.query<{ bound: string }>(`select coalesce(max(supplier_id), 0) as bound from ${schema}.products where id <= $1`, [bound]);
    bounds.push(rows[0]?.bound ?? '0');
  }
  return bounds;
}
