import {
  adjustReferences, encodeToldTimes, firstAttemptAt, productColumns, productTimesWith, quoteName, sameTimes, skuColumns,
  type ProductImageState, type ProductState, type SkuState, type ToldTimes, type Transaction,
} from '@1688/db';
import type pg from 'pg';
import { copyRows, type CopyValue } from './copy-rows.ts';

/** A product before and after a batch; `before` is null for a new one. `after.id` is set. */
export interface WrittenProduct {
  readonly before: ProductState | null;
  readonly after: ProductState & { readonly id: string };
}

const timeColumns = [
  'first_observed_at', 'content_observed_at', 'price_observed_at', 'stock_observed_at', 'images_observed_at',
  'list_hash', 'list_observed_at', 'detail_hash', 'detail_observed_at', 'message_hash', 'message_observed_at', 'told_times',
];
const columns = ['source_id', 'supplier_id', ...productColumns.map(({ column }) => column), ...timeColumns];
const columnList = columns.join(', ');

/**
 * Inserts products through a staging table, where the server makes the title's grams.
 * @returns source id → our id of those that got a row: another run may have been faster with the others
 */
export async function insertProducts(client: pg.ClientBase, schema: string, states: readonly ProductState[]): Promise<Map<string, string>> {
  if (states.length === 0) return new Map();
  const s = quoteName(schema);
  const stage = await makeStage(client, schema, 'products', columnList, 'inserted');
  await copyRows(client, `${stage} (${columnList})`, states.map(productRow));
  const { rows } = await client.query<{ id: string; source_id: string }>(
    `insert into ${s}.products (${columnList}, title_grams, last_synced_at)
     select ${columnList}, ${s}.grams(title), now() from ${stage} order by source_id collate "C"
     on conflict (source_id) do nothing returning id, source_id`);
  return new Map(rows.map((row) => [row.source_id, row.id]));
}

/** Writes new values over rows that the transaction has locked. */
export async function updateProducts(client: pg.ClientBase, schema: string, written: readonly (WrittenProduct & { touched: boolean })[]): Promise<void> {
  if (written.length === 0) return;
  const s = quoteName(schema);
  const stage = await makeStage(client, schema, 'products', `id, ${columnList}, false as touched`, 'updated');
  await copyRows(client, `${stage} (id, ${columnList}, touched)`, written.map(({ after, touched }) => [after.id, ...productRow(after), touched]));
  await client.query(
    `update ${s}.products p set (${columnList}) = row(${columns.map((column) => `s.${column}`).join(', ')}),
       title_grams = case when p.title = s.title then p.title_grams else ${s}.grams(s.title) end,
       updated_at = case when s.touched then now() else p.updated_at end,
       last_synced_at = now(), sync_status = 'completed'
     from ${stage} s where p.id = s.id`);
}

/**
 * Makes the rows below products equal to the new states; what stayed the same is not touched.
 * @param client the raw client of `trx`
 * @returns how many pictures are new
 */
export async function writeChildren(trx: Transaction, client: pg.ClientBase, written: readonly WrittenProduct[]): Promise<number> {
  await writeSkusAndTiers(client, trx.schema, written);
  return writeImages(trx, client, written);
}

const skuColumnNames = ['position', ...skuColumns.map(({ column }) => column), 'deleted_at', 'told_times'];

async function writeSkusAndTiers(client: pg.ClientBase, schema: string, written: readonly WrittenProduct[]): Promise<void> {
  const s = quoteName(schema);
  const moved = written.flatMap(changedSkus);
  const fresh = moved.filter(({ sku }) => sku.id === null);
  const ids = fresh.some(({ sku }) => sku.tiers.length > 0) ? await reserveIds(client, schema, 'skus', fresh.length) : null;
  const names = ['product_id', 'source_id', ...skuColumnNames, ...(ids ? ['id'] : [])];
  await copyRows(client, `${s}.skus (${names.join(', ')})`,
    fresh.map(({ productId, sku, common }, index) => [productId, sku.skuId, ...skuRow(sku, common), ...(ids ? [ids[index]] : [])]));
  const old = moved.filter(({ sku }) => sku.id !== null);
  await updateRows(client, schema, { table: 'skus', columns: skuColumnNames, rows: old.map(({ sku, common }) => [sku.id, ...skuRow(sku, common)]) });

  const oldTiers = new Map(written.flatMap(({ before }) => before?.skus ?? []).map((sku) => [sku.id, sku.tiers]));
  const retiered = old.filter(({ sku }) => oldTiers.get(sku.id) !== sku.tiers);
  const products = written.filter(({ before, after }) => (before?.tiers ?? []) !== after.tiers);
  const replaced = products.filter(({ before }) => before !== null && before.tiers.length > 0).map(({ after }) => after.id);
  if (replaced.length > 0) await client.query(`delete from ${s}.price_tiers where product_id = any($1) and sku_id is null`, [replaced]);
  if (retiered.length > 0) await client.query(`delete from ${s}.price_tiers where sku_id = any($1)`, [retiered.map(({ sku }) => sku.id)]);
  const rows: CopyValue[][] = products.flatMap(({ after }) => after.tiers.map((tier) => [after.id, null, tier.minQuantity, tier.priceCny]));
  for (const { productId, sku } of retiered) rows.push(...sku.tiers.map((tier) => [productId, sku.id, tier.minQuantity, tier.priceCny]));
  for (const [index, { productId, sku }] of fresh.entries()) rows.push(...sku.tiers.map((tier) => [productId, ids?.[index], tier.minQuantity, tier.priceCny]));
  await copyRows(client, `${s}.price_tiers (product_id, sku_id, min_quantity, price)`, rows);
}

async function writeImages(trx: Transaction, client: pg.ClientBase, written: readonly WrittenProduct[]): Promise<number> {
  const { schema } = trx;
  const moved = written.flatMap(({ before, after }) => changedImages(before?.images, after.images).map((image) => ({ productId: after.id, image })));
  const fresh = moved.filter(({ image }) => image.id === null);
  await copyRows(client, `${quoteName(schema)}.product_images (product_id, role, position, url, canonical_url, next_attempt_at, told_at, deleted_at)`,
    fresh.map(({ productId, image }) => [productId, image.role, image.position, image.url, image.canonicalUrl, firstAttemptAt(image.role), toldAt(image), deletedAt(image)]));
  const old = moved.filter(({ image }) => image.id !== null);
  await updateRows(client, schema, { table: 'product_images', columns: ['position', 'url', 'told_at', 'deleted_at'], rows: old.map(({ image }) => imageRow(image)) });
  const wasDeleted = new Map(written.flatMap(({ before }) => before?.images ?? []).map((image) => [image.id, image.deleted]));
  const turned = old.filter(({ image }) => wasDeleted.get(image.id) !== image.deleted).map(({ image }) => image.id);
  await recountObjects(trx, client, turned);
  return fresh.filter(({ image }) => !image.deleted).length;
}

/** Pictures that came back or went count for the stored object they show, where they show one. */
async function recountObjects(trx: Transaction, client: pg.ClientBase, imageIds: readonly (string | null)[]): Promise<void> {
  if (imageIds.length === 0) return;
  const { rows } = await client.query<{ sha256: string; delta: string }>(
    `select sha256, sum(case when deleted_at is null then 1 else -1 end) as delta from ${quoteName(trx.schema)}.product_images
     where id = any($1) and sha256 is not null group by sha256`, [imageIds]);
  await adjustReferences(trx, new Map(rows.map(({ sha256, delta }) => [sha256, Number(delta)])));
}

interface RowUpdate {
  readonly table: string;
  /** Without the id, which comes first in each row. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CopyValue[])[];
}

async function updateRows(client: pg.ClientBase, schema: string, { table, columns: names, rows }: RowUpdate): Promise<void> {
  if (rows.length === 0) return;
  const list = names.join(', ');
  const stage = await makeStage(client, schema, table, `id, ${list}`, 'updated');
  await copyRows(client, `${stage} (id, ${list})`, rows);
  // A row that was soft-deleted before keeps the time at which that happened.
  const values = names.map((name) => (name === 'deleted_at' ? 'case when s.deleted_at is null then null else coalesce(t.deleted_at, s.deleted_at) end' : `s.${name}`));
  await client.query(`update ${quoteName(schema)}.${table} t set (${list}, updated_at) = row(${values.join(', ')}, now()) from ${stage} s where t.id = s.id`);
}

/** An empty table of this transaction with some columns of one of ours; dropped with the commit, so that a pooler may reuse the session. */
async function makeStage(client: pg.ClientBase, schema: string, table: string, selected: string, use: string): Promise<string> {
  const stage = `pg_temp.sync1688_${use}_${table}`;
  await client.query(`create temporary table ${stage} on commit drop as select ${selected} from ${quoteName(schema)}.${table} with no data`);
  return stage;
}

async function reserveIds(client: pg.ClientBase, schema: string, table: string, count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select nextval(pg_get_serial_sequence($1, $2)) as id from generate_series(1, $3)', [`${quoteName(schema)}.${quoteName(table)}`, 'id', count]);
  return rows.map((row) => row.id);
}

interface MovedSku {
  readonly productId: string;
  readonly sku: SkuState;
  /** What the product's row says of its SKUs. */
  readonly common: ToldTimes;
}

/** SKUs whose row is not what is stored: also one that no longer has the times of the others. */
function changedSkus({ before, after }: WrittenProduct): MovedSku[] {
  if (before && before.skus === after.skus && before.skuTold === after.skuTold) return [];
  const stored = new Map(before?.skus.map((sku) => [sku.skuId, sku]));
  const common = after.skuTold;
  const sharesBefore = (sku: SkuState): boolean => before !== null && sameTimes(sku.told, before.skuTold);
  const isStored = (sku: SkuState, old: SkuState): boolean =>
    old.fields === sku.fields && old.tiers === sku.tiers && old.deleted === sku.deleted && old.position === sku.position
    && (sameTimes(sku.told, common) ? sharesBefore(old) : !sharesBefore(old) && sameTimes(old.told, sku.told));
  return after.skus.filter((sku) => {
    const old = stored.get(sku.skuId);
    return !old || !isStored(sku, old);
  }).map((sku) => ({ productId: after.id, sku, common }));
}

function changedImages(before: readonly ProductImageState[] | undefined, after: readonly ProductImageState[]): readonly ProductImageState[] {
  if (before === after) return [];
  const stored = new Map(before?.map((image) => [image.id, image]));
  return after.filter((image) => {
    const old = image.id === null ? undefined : stored.get(image.id);
    if (!old || old.deleted !== image.deleted || old.url !== image.url || old.position !== image.position) return true;
    return image.deleted && !Object.is(old.told, image.told);
  });
}

function productRow(state: ProductState): CopyValue[] {
  const { observed, kinds } = state;
  return [
    state.offerId, state.supplierId, ...productColumns.map(({ field }) => state.fields[field]),
    state.firstObservedAt, observed.content, observed.price, observed.stock, observed.images,
    kinds.list.hash, kinds.list.observedAt, kinds.detail.hash, kinds.detail.observedAt, kinds.message.hash, kinds.message.observedAt,
    encodeToldTimes(productTimesWith(state.told, state.skuTold)),
  ];
}

function skuRow(sku: SkuState, common: ToldTimes): CopyValue[] {
  const told = sameTimes(sku.told, common) ? null : encodeToldTimes(sku.told);
  return [sku.position, ...skuColumns.map(({ field }) => sku.fields[field]), sku.deleted ? new Date() : null, told];
}

function imageRow(image: ProductImageState): CopyValue[] {
  return [image.id, image.position, image.url, toldAt(image), deletedAt(image)];
}

/** A picture that is shown was told by the last list of its role, whose time the product's row has. */
function toldAt(image: ProductImageState): number | null {
  return image.deleted && !Number.isNaN(image.told) ? image.told : null;
}

function deletedAt(image: ProductImageState): Date | null {
  return image.deleted ? new Date() : null;
}
