import type { Connection, Transaction } from './connection.ts';
import { livingClaimants } from './image-claimant.ts';
import { adjustReferences } from './image-objects.ts';
import { quoteName } from './quote-name.ts';

export interface ClaimImagesOptions {
  /** Most pictures; several rows that show one picture count as one. Default 50. */
  readonly limit?: number;
  /** Only these canonical URLs, whether they are due or not. Default: those due first. */
  readonly urls?: readonly string[];
  /** After this time without an outcome somebody else may claim them. Default 120. */
  readonly leaseSeconds?: number;
  /** The number of an `ImageClaimant`: its claims also end with its session. */
  readonly claimant?: number;
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

/** What came of a claim: pictures to fetch, and those that another row had already: they are settled. */
export interface ClaimedImages {
  readonly claims: readonly ImageClaim[];
  readonly known: readonly string[];
}

interface ClaimedRow {
  canonical_url: string;
  url: string;
  row_ids: string[];
  attempts: number;
  etag: string | null;
  last_modified: string | null;
}

/**
 * Claims pictures. Claims are made by picture, not by row: whoever cannot lock every row of a picture at once leaves it to the
 * others, so two never fetch the same one, and nobody waits.
 */
export async function claimRows(trx: Transaction, options: ClaimImagesOptions): Promise<ClaimedImages> {
  const { limit = 50, urls = null, leaseSeconds = 120, claimant = null, includeFailed = false, attemptedBefore = null } = options;
  const images = `${quoteName(trx.schema)}.product_images`;
  const free = freeRows();
  const { rows } = await trx.knex.raw<{ rows: ClaimedRow[] }>(
    `with alive as materialized ${livingClaimants(trx)},
     wanted as materialized (${urls ? 'select unnest(cast(:urls as text[])) as canonical_url' : firstDue(trx, includeFailed)}),
     locked as materialized (
       select id, canonical_url from ${images}
       where canonical_url in (select canonical_url from wanted) and ${waitingRows(includeFailed)} and (${free}) for update skip locked),
     whole as (
       select canonical_url from ${images} p where canonical_url in (select canonical_url from wanted) and ${waitingRows(includeFailed)}
       group by canonical_url having count(*) = (select count(*) from locked where locked.canonical_url = p.canonical_url)),
     claimed as (
       update ${images} p set claimed_until = now() + make_interval(secs => :leaseSeconds), claimed_by = :claimant
       from locked where p.id = locked.id and locked.canonical_url in (select canonical_url from whole)
       returning p.*)
     select canonical_url, min(url) as url, array_agg(id::text order by id) as row_ids, max(attempts) as attempts, max(etag) as etag, max(last_modified) as last_modified
     from claimed group by canonical_url order by min(next_attempt_at) nulls last, min(id)`,
    { limit, urls, leaseSeconds, claimant, attemptedBefore } as never,
  );
  const known = await settleKnown(trx, rows.map((row) => row.canonical_url));
  const claims = rows.filter((row) => !known.has(row.canonical_url)).map((row): ImageClaim => ({
    canonicalUrl: row.canonical_url, url: row.url, rowIds: row.row_ids, attempts: row.attempts, etag: row.etag, lastModified: row.last_modified,
  }));
  return { claims, known: [...known] };
}

function firstDue(trx: Transaction, includeFailed: boolean): string {
  const order = includeFailed ? 'id' : 'next_attempt_at, id';
  const pick = (due: string): string => `select id, canonical_url, next_attempt_at from ${quoteName(trx.schema)}.product_images
       where ${waitingRows(includeFailed)} and (${freeRows()}) and ${due} order by ${order} limit :limit for update skip locked`;
  return `with due as materialized (${pick(includeFailed ? 'true' : 'next_attempt_at <= now()')}),
     undated as materialized (${pick(includeFailed ? 'false' : 'next_attempt_at is null')}),
     picked as (select * from due union all select * from undated)
     select canonical_url from picked group by canonical_url order by min(next_attempt_at) nulls last, min(id) limit :limit`;
}

/** Points rows to what is stored for another row already, unless the object is being collected at this moment. */
async function settleKnown(trx: Transaction, urls: readonly string[]): Promise<Set<string>> {
  if (urls.length === 0) return new Set();
  const s = quoteName(trx.schema);
  const { rows } = await trx.knex.raw<{ rows: { canonical_url: string; sha256: string }[] }>(
    `with known as materialized (
       select canonical_url, min(sha256) as sha256 from ${s}.product_images where canonical_url = any(:urls) and state = 'stored' and deleted_at is null group by canonical_url),
     held as materialized (
       select sha256 from ${s}.image_objects where sha256 in (select sha256 from known) and state = 'live' order by sha256 for no key update)
     select known.* from known join held using (sha256)`, { urls } as never);
  for (const { canonical_url, sha256 } of rows) await pointToObject(trx, canonical_url, { sha256 });
  return new Set(rows.map((row) => row.canonical_url));
}

/** How many pictures are due, and belong to nobody. */
export async function countDue(db: Connection, { includeFailed = false, attemptedBefore = null }: { includeFailed?: boolean; attemptedBefore?: Date | null }): Promise<number> {
  const due = includeFailed ? 'true' : '(next_attempt_at <= now() or next_attempt_at is null)';
  const { rows } = await db.knex.raw<{ rows: { count: string }[] }>(
    `with alive as materialized ${livingClaimants(db)}
     select count(distinct canonical_url) as count from ${quoteName(db.schema)}.product_images where ${waitingRows(includeFailed)} and (${freeRows()}) and ${due}`,
    { attemptedBefore } as never,
  );
  return Number(rows[0]?.count);
}

export function waitingRows(includeFailed: boolean): string {
  return `deleted_at is null and state in ('pending', 'failed'${includeFailed ? ", 'gone'" : ''})`;
}

/** Rows that nobody holds; needs the table `alive` and the binding `attemptedBefore`. */
export function freeRows(): string {
  return `(claimed_until is null or claimed_until <= now() or (claimed_by is not null and claimed_by not in (select * from alive)))
    and (attempts = 0 or updated_at < coalesce(:attemptedBefore, now()))`;
}

/** Points every live row of a picture to its object. */
async function pointToObject(trx: Transaction, canonicalUrl: string, { sha256 }: { sha256: string }): Promise<void> {
  const images = `${quoteName(trx.schema)}.product_images`;
  const { rows } = await trx.knex.raw<{ rows: { before: string | null }[] }>(
    `with held as materialized (select id, sha256 from ${images} where canonical_url = ? and deleted_at is null order by id for update)
     update ${images} p set state = 'stored', sha256 = ?, fetched_at = now(), updated_at = now(), claimed_until = null, claimed_by = null,
       next_attempt_at = null, error_code = null, error_message = null, attempts = 0
     from held where p.id = held.id and held.sha256 is distinct from ? returning held.sha256 as before`,
    [canonicalUrl, sha256, sha256] as never,
  );
  const deltas = new Map([[sha256, rows.length]]);
  for (const { before } of rows) if (before !== null) deltas.set(before, (deltas.get(before) ?? 0) - 1);
  await adjustReferences(trx, deltas);
}
