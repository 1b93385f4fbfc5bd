import type { Transaction } from './connection.ts';
import { livingClaimants } from './image-claimant.ts';
import { quoteName } from './quote-name.ts';

export interface ClaimStaleOptions {
  /** Only pictures that were fetched, or found unchanged, before this time. */
  readonly before: Date;
  /** Default 50. */
  readonly limit?: number;
  /** Default 120. */
  readonly leaseSeconds?: number;
  /** The number of an `ImageClaimant`. */
  readonly claimant?: number;
}

/** A stored picture and what the origin told about it. */
export interface StaleImage {
  readonly canonicalUrl: string;
  readonly url: string;
  readonly sha256: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

interface StaleRow {
  canonical_url: string;
  url: string;
  sha256: string;
  etag: string | null;
  last_modified: string | null;
}

export async function claimStale(trx: Transaction, { before, limit = 50, leaseSeconds = 120, claimant }: ClaimStaleOptions): Promise<StaleImage[]> {
  const images = `${quoteName(trx.schema)}.product_images`;
  const { rows } = await trx.knex.raw<{ rows: StaleRow[] }>(
    `with alive as materialized ${livingClaimants(trx)},
     due as materialized (
       select id from ${images} where state = 'stored' and deleted_at is null and fetched_at < :before
         and (claimed_until is null or claimed_until <= now() or (claimed_by is not null and claimed_by not in (select * from alive)))
       order by fetched_at, id limit :limit for update skip locked),
     claimed as (
       update ${images} p set claimed_until = now() + make_interval(secs => :leaseSeconds), claimed_by = :claimant from due where p.id = due.id returning p.*)
     select distinct on (canonical_url) canonical_url, url, sha256, etag, last_modified from claimed order by canonical_url, id`,
    { before, limit, leaseSeconds, claimant: claimant ?? null } as never,
  );
  return rows.map((row) => ({ canonicalUrl: row.canonical_url, url: row.url, sha256: row.sha256, etag: row.etag, lastModified: row.last_modified }));
}
