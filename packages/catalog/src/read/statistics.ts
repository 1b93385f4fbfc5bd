import { normalizeMoney } from '@1688/core';
import { quoteName, transaction, withClient, type Connection } from '@1688/db';
import type pg from 'pg';

export interface CatalogStatistics {
  /** When this was counted. */
  readonly computedAt: Date;
  /** Without removed ones. */
  readonly products: {
    readonly total: number;
    readonly removed: number;
    readonly delisted: number;
    /** By the source's own word; '' where it says nothing. */
    readonly byStatus: Counts;
    readonly bySyncStatus: Counts;
    /** The fifty largest; '' where the source names none. */
    readonly byCategory: readonly { readonly categoryId: string; readonly name: string | null; readonly count: number }[];
    /** Of the lowest prices; null while there is none. */
    readonly price: { readonly min: string | null; readonly max: string | null; readonly average: string | null };
    readonly skus: number;
    readonly lastSyncedAt: Date | null;
  };
  readonly suppliers: { readonly total: number; readonly byProvince: Counts; readonly byType: Counts };
  /** `objects` and `bytes` count each stored picture once, however many products show it. */
  readonly images: { readonly total: number; readonly byState: Counts; readonly objects: number; readonly bytes: number };
  readonly syncs: {
    readonly total: number;
    readonly byStatus: Counts;
    /** The last thirty days with runs, newest first, by UTC day. */
    readonly byDay: readonly { readonly day: string; readonly runs: number; readonly read: number; readonly created: number; readonly updated: number; readonly rejected: number }[];
    readonly last: { readonly id: string; readonly kind: string; readonly status: string; readonly startedAt: Date; readonly finishedAt: Date | null } | null;
  };
}

export type Counts = Readonly<Record<string, number>>;

export interface StatisticsOptions {
  /** Figures of a large store may be so old, in seconds; those of a store that is counted within a second are always new. Default 0. */
  readonly maxAgeSeconds?: number;
}

/** What takes longer to count is kept for others. */
const longCountMs = 1_000;

/** Figures over the whole store, of one moment, which `computedAt` tells. */
export async function statistics(db: Connection, { maxAgeSeconds = 0 }: StatisticsOptions = {}): Promise<CatalogStatistics> {
  const s = quoteName(db.schema);
  const kept = maxAgeSeconds > 0 ? await keptStatistics(db, s, maxAgeSeconds) : null;
  if (kept) return kept;
  const started = performance.now();
  const read = (trx: Connection): Promise<CatalogStatistics> => withClient(trx, (client) => readStatistics(client, s));
  const counted = await transaction(db, read, { isolation: 'repeatable read', readOnly: true });
  if (performance.now() - started > longCountMs) await keep(db, s, counted);
  return counted;
}

async function keptStatistics(db: Connection, s: string, maxAgeSeconds: number): Promise<CatalogStatistics | null> {
  const [row] = await withClient(db, async (client) => (await client.query<{ value: CatalogStatistics }>(
    `select value from ${s}.statistics_cache where computed_at > now() - make_interval(secs => $1)`, [maxAgeSeconds])).rows);
  if (!row) return null;
  const time = (value: Date | string): Date => new Date(value);
  const { products, syncs, computedAt, ...rest } = row.value;
  const { last, ...runs } = syncs;
  return {
    ...rest,
    computedAt: time(computedAt),
    products: { ...products, lastSyncedAt: products.lastSyncedAt && time(products.lastSyncedAt) },
    syncs: { ...runs, last: last && { ...last, startedAt: time(last.startedAt), finishedAt: last.finishedAt && time(last.finishedAt) } },
  };
}

async function keep(db: Connection, s: string, counted: CatalogStatistics): Promise<void> {
  const write = withClient(db, (client) => client.query(
    `insert into ${s}.statistics_cache (computed_at, value) values ($1, $2)
     on conflict (only_row) do update set computed_at = excluded.computed_at, value = excluded.value`, [counted.computedAt, JSON.stringify(counted)]));
  await write.catch(() => {}); // who may only read, or reads a replica, counts again next time
}

async function readStatistics(client: pg.ClientBase, s: string): Promise<CatalogStatistics> {
  const rows = async (text: string): Promise<Row[]> => (await client.query<Row>(text)).rows;
  const one = async (text: string): Promise<Row> => (await rows(text))[0] ?? {};
  const counts = async (table: string, column: string): Promise<Counts> =>
    toCounts(await rows(`select coalesce(${column}, '') as name, count(*) as count from ${s}.${table} group by 1 order by 2 desc, 1`));
  const live = 'products where deleted_at is null';
  const product = await one(
    `select count(*) filter (where deleted_at is null) as total, count(deleted_at) as removed,
       count(*) filter (where delisted_at is not null and deleted_at is null) as delisted,
       min(price_min) filter (where deleted_at is null) as min, max(price_min) filter (where deleted_at is null) as max,
       round(avg(price_min) filter (where deleted_at is null), 2) as average, max(last_synced_at) as last,
       (select count(*) from ${s}.skus k join ${s}.products p on p.id = k.product_id where k.deleted_at is null and p.deleted_at is null) as skus
     from ${s}.products`);
  const image = await one(`select count(*) as objects, coalesce(sum(size_bytes), 0) as bytes from ${s}.image_objects`);
  const categories = await rows(
    `select coalesce(category_id, '') as id, max(category_name) as name, count(*) as count from ${s}.${live} group by 1 order by 3 desc, 1 limit 50`);
  const days = await rows(
    `select to_char(started_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*) as runs, sum(read_count) as read, sum(created_count) as created,
       sum(updated_count) as updated, sum(rejected_count) as rejected
     from ${s}.sync_records group by 1 order by 1 desc limit 30`);
  const [last] = await rows(`select id, kind, status, started_at, finished_at from ${s}.sync_records order by id desc limit 1`);
  const byState = await counts('product_images where deleted_at is null', 'state');
  const byStatus = await counts('sync_records', 'status');
  return {
    computedAt: new Date(),
    products: {
      total: Number(product['total']),
      removed: Number(product['removed']),
      delisted: Number(product['delisted']),
      byStatus: await counts(live, 'source_status'),
      bySyncStatus: await counts(live, 'sync_status'),
      byCategory: categories.map((row) => ({ categoryId: String(row['id']), name: row['name'] as string | null, count: Number(row['count']) })),
      price: { min: money(product['min']), max: money(product['max']), average: money(product['average']) },
      skus: Number(product['skus']),
      lastSyncedAt: product['last'] as Date | null,
    },
    suppliers: {
      total: Number((await one(`select count(*) as total from ${s}.suppliers where deleted_at is null`))['total']),
      byProvince: await counts('suppliers where deleted_at is null', 'province'),
      byType: await counts('suppliers where deleted_at is null', 'supplier_type'),
    },
    images: { total: sum(byState), byState, objects: Number(image['objects']), bytes: Number(image['bytes']) },
    syncs: {
      total: sum(byStatus),
      byStatus,
      byDay: days.map((row) => ({
        day: String(row['day']), runs: Number(row['runs']), read: Number(row['read']), created: Number(row['created']),
        updated: Number(row['updated']), rejected: Number(row['rejected']),
      })),
      last: last
        ? { id: String(last['id']), kind: String(last['kind']), status: String(last['status']), startedAt: last['started_at'] as Date, finishedAt: last['finished_at'] as Date | null }
        : null,
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

function toCounts(rows: readonly Row[]): Counts {
  return Object.fromEntries(rows.map((row) => [String(row['name']), Number(row['count'])]));
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function money(value: unknown): string | null {
  return value === null || value === undefined ? null : normalizeMoney(String(value));
}
