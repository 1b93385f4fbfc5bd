import type { Connection, Transaction } from './connection.ts';
import { adjustReferences } from './image-objects.ts';
import { quoteName } from './quote-name.ts';

export interface ClaimImagesOptions {
  /** Most pictures; several rows that show one picture count as one. Default 50. */
  readonly limit?: number;
  /** After this time without an outcome somebody else may claim them. Default 120. */
  readonly leaseSeconds?: number;
  /** Also take what was given up, and what waits for its next attempt. Default false. */
  readonly includeFailed?: boolean;
  /** Leave out what failed after this time: a pull with `includeFailed` gives its own start, so that it ends. */
  readonly attemptedBefore?: Date;
}

/** One picture to fetch, for all rows that show it. */
export interface ImageClaim {
  readonly canonicalUrl: string;
  /** As a source wrote it; the canonical form is tried where this one fails. */
  readonly url: string;
  /** Our ids of the rows that show it. */
  readonly rowIds: readonly string[];
  /** Attempts made so far. */
  readonly attempts: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

interface ClaimedRow {
  canonical_url: string;
  url: string;
  row_ids: string[];
  attempts: number;
  etag: string | null;
  last_modified: string | null;
  known_sha256: string | null;
}

/**
 * Claims the pictures that are due first. Claims are made by picture, not by row: whoever cannot lock every row of a picture at
 * once leaves it to the others, so two never fetch the same one, and nobody waits.
 */
export async function claimRows(trx: Transaction, options: ClaimImagesOptions): Promise<ClaimedRow[]> {
  const { limit = 50, leaseSeconds = 120, includeFailed = false, attemptedBefore = null } = options;
  const images = `${quoteName(trx.schema)}.product_images`;
  const objects = `${quoteName(trx.schema)}.image_objects`;
  const waiting = waitingRows(includeFailed);
  const order = includeFailed ? 'id' : 'next_attempt_at, id';
  const pick = (due: string): string => `select id, canonical_url, next_attempt_at from ${images}
       where ${waiting} and (${freeRows}) and ${due} order by ${order} limit :limit for update skip locked`;
  const { rows } = await trx.knex.raw<{ rows: ClaimedRow[] }>(
    `with due as materialized (${pick(includeFailed ? 'true' : 'next_attempt_at <= now()')}),
     undated as materialized (${pick(includeFailed ? 'false' : 'next_attempt_at is null')}),
     picked as (select * from due union all select * from undated),
     wanted as materialized (
       select canonical_url from picked group by canonical_url order by min(next_attempt_at) nulls last, min(id) limit :limit),
     locked as materialized (
       select id, canonical_url from ${images}
       where canonical_url in (select canonical_url from wanted) and ${waiting} and (${freeRows}) for update skip locked),
     whole as (
       select canonical_url from ${images} p where canonical_url in (select canonical_url from wanted) and ${waiting}
       group by canonical_url having count(*) = (select count(*) from locked where locked.canonical_url = p.canonical_url)),
     claimed as (
       update ${images} p set claimed_until = now() + make_interval(secs => :leaseSeconds)
       from locked where p.id = locked.id and locked.canonical_url in (select canonical_url from whole)
       returning p.*)
     select canonical_url, min(url) as url, array_agg(id::text order by id) as row_ids, max(attempts) as attempts, max(etag) as etag, max(last_modified) as last_modified,
       (select s.sha256 from ${images} s join ${objects} o on o.sha256 = s.sha256 and o.state = 'live'
        where s.canonical_url = claimed.canonical_url and s.state = 'stored' limit 1) as known_sha256
     from claimed group by canonical_url order by min(next_attempt_at) nulls last, min(id)`,
    { limit, leaseSeconds, attemptedBefore } as never,
  );
  return rows;
}

/** How many pictures are due, and belong to nobody. */
export async function countDue(db: Connection, { includeFailed = false, attemptedBefore = null }: { includeFailed?: boolean; attemptedBefore?: Date | null }): Promise<number> {
  const due = includeFailed ? 'true' : '(next_attempt_at <= now() or next_attempt_at is null)';
  const { rows } = await db.knex.raw<{ rows: { count: string }[] }>(
    `select count(distinct canonical_url) as count from ${quoteName(db.schema)}.product_images where ${waitingRows(includeFailed)} and (${freeRows}) and ${due}`,
    { attemptedBefore } as never,
  );
  return Number(rows[0]?.count);
}

function waitingRows(includeFailed: boolean): string {
  return `deleted_at is null and state in ('pending', 'failed'${includeFailed ? ", 'gone'" : ''})`;
}

const freeRows = '(claimed_until is null or claimed_until <= now()) and (attempts = 0 or updated_at < coalesce(:attemptedBefore, now()))';

/** Points every live row of a picture to its object. */
export async function pointToObject(trx: Transaction, canonicalUrl: string, { sha256, etag = null, lastModified = null }: { sha256: string; etag?: string | null; lastModified?: string | null }): Promise<number> {
  const images = `${quoteName(trx.schema)}.product_images`;
  const { rows } = await trx.knex.raw<{ rows: { before: string | null }[] }>(
    `with held as materialized (select id, sha256 from ${images} where canonical_url = ? and deleted_at is null order by id for update)
     update ${images} p set state = 'stored', sha256 = ?, etag = coalesce(?, p.etag), last_modified = coalesce(?, p.last_modified), fetched_at = now(),
       updated_at = now(), claimed_until = null, next_attempt_at = null, error_code = null, error_message = null, attempts = 0
     from held where p.id = held.id returning held.sha256 as before`,
    [canonicalUrl, sha256, etag, lastModified] as never,
  );
  const deltas = new Map<string, number>();
  for (const { before } of rows.filter((row) => row.before !== sha256)) {
    deltas.set(sha256, (deltas.get(sha256) ?? 0) + 1);
    if (before !== null) deltas.set(before, (deltas.get(before) ?? 0) - 1);
  }
  await adjustReferences(trx, deltas);
  return rows.length;
}

export interface ImageFailure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** What the origin asked us to wait. */
  readonly retryAfterMs?: number;
}

const mostAttempts = 10;

/**
 * Notes that a picture could not be fetched. A retryable failure is due again after 1 minute, then 4, 16 … up to a day, with some
 * chance in it; any other, and the tenth in a row, is given up: `gone`. What is stored already stays stored.
 */
export async function noteFailure(db: Connection, canonicalUrl: string, failure: ImageFailure): Promise<number> {
  const { code, message, retryable, retryAfterMs = 0 } = failure;
  const images = `${quoteName(db.schema)}.product_images`;
  const { rowCount } = await db.knex.raw<{ rowCount: number }>(
    `update ${images} set attempts = attempts + 1, claimed_until = null, updated_at = now(), error_code = :code, error_message = :message,
       state = case when :retryable and attempts + 1 < :mostAttempts then 'failed' else 'gone' end,
       next_attempt_at = case when :retryable and attempts + 1 < :mostAttempts then
         now() + greatest(make_interval(secs => :retryAfterSeconds), least(interval '1 minute' * 4 ^ least(attempts, 8), interval '1 day') * (0.75 + random() / 2)) end
     where id in (select id from ${images} where canonical_url = :canonicalUrl and deleted_at is null and state <> 'stored' order by id for update)`,
    { code, message: message.slice(0, 1_000), retryable, retryAfterSeconds: retryAfterMs / 1_000, mostAttempts, canonicalUrl },
  );
  return rowCount;
}
