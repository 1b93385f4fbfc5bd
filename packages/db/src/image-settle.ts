import type { Connection, Transaction } from './connection.ts';
import { upsertObjects, upsertVariants } from './image-object-writes.ts';
import { adjustReferences, type ImageVariant, type NewImageObject } from './image-objects.ts';
import { quoteName } from './quote-name.ts';
import { atomically } from './transaction.ts';

/** What a download found: the object, its variants, and what the origin wants to be asked with next time. */
export interface FetchedImage extends NewImageObject {
  readonly variants?: readonly ImageVariant[];
  readonly etag?: string | null;
  readonly lastModified?: string | null;
}

export interface ImageFailure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** What the origin asked us to wait. */
  readonly retryAfterMs?: number;
}

/** How downloads ended, each named by the picture's canonical URL. */
export interface ImageOutcomes {
  readonly stored?: readonly (FetchedImage & { readonly canonicalUrl: string })[];
  readonly failed?: readonly (ImageFailure & { readonly canonicalUrl: string })[];
  /** The origin says that they are what is stored. */
  readonly unchanged?: readonly string[];
}

export interface SettleOptions {
  /**
   * Which of these keys are not in the picture store. Asked while the objects are locked against collection: an object that was
   * there when it was fetched may have been collected since.
   */
  readonly absent?: (keys: readonly string[]) => Promise<ReadonlySet<string>>;
}

export interface SettledImages {
  /** Rows of `product_images` that were written. */
  readonly rows: number;
  /** Pictures whose bytes are not in the store: they wait again. */
  readonly absent: readonly string[];
}

/**
 * Writes many outcomes in one transaction. Locks are taken in one order, rows of pictures before objects, as an import does.
 * Writing the same outcome again changes nothing but times and attempts.
 */
export async function settleImages(db: Connection, outcomes: ImageOutcomes, { absent }: SettleOptions = {}): Promise<SettledImages> {
  const { stored = [], failed = [], unchanged = [] } = outcomes;
  return atomically(db, async (trx) => {
    await lockRows(trx, [...stored, ...failed].map((each) => each.canonicalUrl));
    await upsertObjects(trx, stored);
    const lost = absent && stored.length > 0 ? await absent(stored.flatMap((each) => [each.key, ...(each.variants ?? []).map((variant) => variant.key)])) : new Set<string>();
    const isLost = (each: FetchedImage): boolean => [each, ...(each.variants ?? [])].some(({ key }) => lost.has(key));
    const kept = stored.filter((each) => !isLost(each));
    await giveUpLost(trx, stored.filter(isLost), lost);
    await upsertVariants(trx, kept);
    const rows = await pointRows(trx, kept) + await noteFailures(trx, failed) + await noteUnchanged(trx, unchanged);
    return { rows, absent: stored.filter(isLost).map((each) => each.canonicalUrl) };
  });
}

async function lockRows(trx: Transaction, urls: readonly string[]): Promise<void> {
  await trx.knex.raw(`select id from ${quoteName(trx.schema)}.product_images where canonical_url = any(?) and deleted_at is null order by id for update`, [[...urls]] as never);
}

/** What was collected between its fetch and now is fetched again; its row must not say that it is there. */
async function giveUpLost(trx: Transaction, images: readonly (FetchedImage & { canonicalUrl: string })[], lost: ReadonlySet<string>): Promise<void> {
  if (images.length === 0) return;
  const s = quoteName(trx.schema);
  const originals = images.filter((each) => lost.has(each.key)).map((each) => each.sha256);
  await trx.knex.raw(`update ${s}.image_objects set state = 'missing', updated_at = now() where sha256 = any(?)`, [originals] as never);
  await trx.knex.raw(`update ${s}.product_images set claimed_until = null, claimed_by = null where canonical_url = any(?) and claimed_until is not null`, [images.map((each) => each.canonicalUrl)] as never);
}

async function pointRows(trx: Transaction, images: readonly (FetchedImage & { canonicalUrl: string })[]): Promise<number> {
  if (images.length === 0) return 0;
  const s = quoteName(trx.schema);
  const told = images.map(({ canonicalUrl, sha256, etag = null, lastModified = null }) => ({ canonical_url: canonicalUrl, sha256, etag, last_modified: lastModified }));
  const { rows } = await trx.knex.raw<{ rows: { before: string | null; after: string; count: string }[] }>(
    `with told as (select * from jsonb_to_recordset(?::jsonb) as t (canonical_url text, sha256 text, etag text, last_modified text)),
     held as materialized (
       select i.id, i.sha256 as before, t.* from ${s}.product_images i join told t using (canonical_url) where i.deleted_at is null),
     pointed as (
       update ${s}.product_images p set state = 'stored', sha256 = held.sha256, etag = coalesce(held.etag, p.etag), last_modified = coalesce(held.last_modified, p.last_modified),
         fetched_at = now(), updated_at = now(), claimed_until = null, claimed_by = null, next_attempt_at = null, error_code = null, error_message = null, attempts = 0
       from held where p.id = held.id returning held.before, held.sha256 as after)
     select before, after, count(*) as count from pointed group by before, after`,
    [JSON.stringify(told)],
  );
  const deltas = new Map<string, number>();
  for (const { before, after, count } of rows.filter((row) => row.before !== row.after)) {
    deltas.set(after, (deltas.get(after) ?? 0) + Number(count));
    if (before !== null) deltas.set(before, (deltas.get(before) ?? 0) - Number(count));
  }
  await adjustReferences(trx, deltas);
  return rows.reduce((sum, row) => sum + Number(row.count), 0);
}

const mostAttempts = 10;

/**
 * A retryable failure is due again after 1 minute, then 4, 16 … up to a day, with some chance in it; any other, and the tenth in a
 * row, is given up: `gone`. What is stored already stays stored.
 */
async function noteFailures(trx: Transaction, failures: readonly (ImageFailure & { canonicalUrl: string })[]): Promise<number> {
  if (failures.length === 0) return 0;
  const told = failures.map(({ canonicalUrl, code, message, retryable, retryAfterMs = 0 }) => ({
    canonical_url: canonicalUrl, code, message: message.slice(0, 1_000), retryable, wait: retryAfterMs / 1_000,
  }));
  const { rowCount } = await trx.knex.raw<{ rowCount: number }>(
    `update ${quoteName(trx.schema)}.product_images p set attempts = attempts + 1, claimed_until = null, claimed_by = null, updated_at = now(), error_code = t.code, error_message = t.message,
       state = case when t.retryable and attempts + 1 < :mostAttempts then 'failed' else 'gone' end,
       next_attempt_at = case when t.retryable and attempts + 1 < :mostAttempts then
         now() + greatest(make_interval(secs => t.wait), least(interval '1 minute' * 4 ^ least(attempts, 8), interval '1 day') * (0.75 + random() / 2)) end
     from jsonb_to_recordset(cast(:told as jsonb)) as t (canonical_url text, code text, message text, retryable boolean, wait double precision)
     where p.canonical_url = t.canonical_url and p.deleted_at is null and p.state <> 'stored'`,
    { told: JSON.stringify(told), mostAttempts },
  );
  return rowCount + await noteUnchanged(trx, told.map((each) => each.canonical_url));
}

/** Stored pictures were asked about now. */
async function noteUnchanged(trx: Transaction, urls: readonly string[]): Promise<number> {
  if (urls.length === 0) return 0;
  const { rowCount } = await trx.knex.raw<{ rowCount: number }>(
    `update ${quoteName(trx.schema)}.product_images set fetched_at = now(), claimed_until = null, claimed_by = null
     where id in (select id from ${quoteName(trx.schema)}.product_images where canonical_url = any(?) and deleted_at is null and state = 'stored' order by id for update)`,
    [[...urls]] as never,
  );
  return rowCount;
}
