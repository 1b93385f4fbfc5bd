import type { Connection } from './connection.ts';
import { preparedQuery } from './prepared-query.ts';
import { toProduct, type StoredProduct } from './product-mapping.ts';
import { quoteName } from './quote-name.ts';
import { rowShapes, type RowShape } from './row-shapes.ts';
import type { ProductRow } from './rows.ts';

type Row = Record<string, unknown>;
interface GraphRow { product: Row; supplier: Row | null; skus: Row[]; tiers: Row[]; images: Row[] }

/** One product with everything that belongs to it, in one statement: removed SKUs and pictures are left out. Null when it is removed or unknown. */
export async function readProductGraph(db: Connection, sourceId: string): Promise<StoredProduct | null> {
  const [found] = await preparedQuery<GraphRow>(db, graphStatement(quoteName(db.schema)), [sourceId]);
  if (!found) return null;
  const { product, supplier, skus, tiers, images } = found;
  const row = {
    ...asRow(shapes.products, product), supplier: supplier && { ...asRow(shapes.suppliers, supplier), aliases: supplier['aliases'] },
    skus: skus.map((each) => asRow(shapes.skus, each)), priceTiers: tiers, images: images.map((each) => asRow(shapes.product_images, each)),
  };
  return toProduct(row as unknown as ProductRow);
}

const shapes = Object.fromEntries(['products', 'suppliers', 'supplier_aliases', 'skus', 'price_tiers', 'product_images'].map((table) => [table, rowShapes.find((each) => each.table === table)])) as
  Record<'products' | 'suppliers' | 'supplier_aliases' | 'skus' | 'price_tiers' | 'product_images', RowShape>;

function graphStatement(s: string): string {
  const list = (shape: RowShape, from: string): string => `coalesce((select json_agg(${asJson(shape, 't')}) from ${s}.${from}), '[]'::json)`;
  return `select ${asJson(shapes.products, 'p')} as product,
    (select (${asJson(shapes.suppliers, 't', `'aliases', ${list(shapes.supplier_aliases, 'supplier_aliases t where t.supplier_id = p.supplier_id')}`)}) from ${s}.suppliers t where t.id = p.supplier_id) as supplier,
    ${list(shapes.skus, 'skus t where t.product_id = p.id and t.deleted_at is null')} as skus, ${list(shapes.price_tiers, 'price_tiers t where t.product_id = p.id')} as tiers,
    ${list(shapes.product_images, 'product_images t where t.product_id = p.id and t.deleted_at is null')} as images
  from ${s}.products p where p.source_id = $1 and p.deleted_at is null`;
}

/** A row as JSON that loses nothing: big and decimal numbers as text, as the driver gives them, times as milliseconds. */
function asJson({ columns }: RowShape, alias: string, more?: string): string {
  const pairs = Object.entries(columns).map(([name, type]) => `'${name}', ${expression(`${alias}.${quoteName(name)}`, type)}`);
  return `json_build_object(${[...pairs, ...(more === undefined ? [] : [more])].join(', ')})`;
}

function expression(column: string, type: string): string {
  if (/^(?:bigint|numeric)/.test(type)) return `${column}::text`;
  return isTime(type) ? `(extract(epoch from ${column}) * 1000)::float8` : column;
}

function asRow({ columns }: RowShape, json: Row): Row {
  const times = Object.entries(columns).filter(([, type]) => isTime(type)).map(([name]) => [name, json[name] === null ? null : new Date(json[name] as number)] as const);
  return { ...json, ...Object.fromEntries(times) };
}

function isTime(type: string): boolean {
  return type.startsWith('timestamp');
}
