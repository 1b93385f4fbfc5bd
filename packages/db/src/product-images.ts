import type { ImageState, ProductImage } from '@1688/core';
import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';
import { listCandidates, type ImageCandidate, type ListCandidatesOptions } from './image-candidates.ts';
import { claimRows, countDue, type ClaimedImages, type ClaimImagesOptions, type ImageClaim } from './image-claims.ts';
import { claimStale, type ClaimStaleOptions, type StaleImage } from './image-refresh.ts';
import { settleImages, type FetchedImage, type ImageFailure, type ImageOutcomes, type SettledImages, type SettleOptions } from './image-settle.ts';
import { compareImages } from './product-image-list.ts';
import { quoteName } from './quote-name.ts';
import { ProductImageRow, ProductRow, rowsOf } from './rows.ts';
import { imageSummary, type ImageSummary } from './summaries.ts';
import { atomically } from './transaction.ts';

/** A picture of a product as stored. */
export interface StoredProductImage extends ProductImage {
  readonly id: string;
  readonly canonicalUrl: string;
  /** Place within its role, from 0. */
  readonly position: number;
  readonly state: ImageState;
  /** The object it shows, or null while none is stored. */
  readonly sha256: string | null;
  readonly attempts: number;
  readonly errorCode: string | null;
  readonly nextAttemptAt: Date | null;
}

export interface ListedImage extends StoredProductImage {
  readonly offerId: string;
}

export interface ListProductImagesOptions {
  readonly offerId?: string;
  readonly state?: ImageState;
  /** Only pictures after the one with this id. */
  readonly after?: string;
  readonly limit?: number;
}

const pageSize = 500;

export interface ImageCounts extends Readonly<Record<ImageState, number>> {
  /** Rows that somebody works on now. */
  readonly claimed: number;
}

/** Pictures of products (商品图片) and the claims of those who fetch them. */
export function productImages(db: Connection) {
  return guarded({
    /** Pictures in the order of our ids; of one offer when it is named. */
    async *list({ after = '0', limit = Infinity, offerId, state }: ListProductImagesOptions = {}): AsyncGenerator<ListedImage> {
      for (let last = after, left = limit; left > 0;) {
        const query = rowsOf(ProductImageRow, db).joinRelated('product').select('product_images.*', 'product.source_id as offer_id')
          .whereNull('product_images.deleted_at').whereNull('product.deleted_at')
          .where('product_images.id', '>', last).orderBy('product_images.id').limit(Math.min(left, pageSize));
        if (offerId !== undefined) query.where('product.source_id', offerId);
        if (state !== undefined) query.where('product_images.state', state);
        const rows = await query as unknown as (ProductImageRow & { offer_id: string })[];
        for (const row of rows) yield { ...toProductImage(row), offerId: row.offer_id };
        left -= rows.length;
        last = rows.at(-1)?.id ?? last;
        if (rows.length < pageSize) return;
      }
    },

    /** How far the pictures of one product are, or null when there is no such product. */
    async summary(offerId: string): Promise<ImageSummary | null> {
      return imageSummary(db, offerId);
    },

    /** Offer ids that show this object. */
    async findOffers(sha256: string): Promise<string[]> {
      const owners = rowsOf(ProductImageRow, db).where({ sha256, deleted_at: null }).select('product_id');
      const rows = await rowsOf(ProductRow, db).where('id', 'in', owners).whereNull('deleted_at').select('source_id').orderBy('source_id');
      return rows.map((row) => row.source_id);
    },

    /**
     * Pictures to fetch, those due first, main pictures before others. Each is the caller's until its lease ends; what is stored
     * already under the same canonical URL needs no fetch and is settled here. An empty list: nothing is due.
     */
    async claim(options: ClaimImagesOptions = {}): Promise<readonly ImageClaim[]> {
      for (;;) {
        const { claims, known } = await atomically(db, (trx) => claimRows(trx, options));
        if (claims.length > 0 || known.length === 0) return claims;
      }
    },

    /** Like `claim`, once, and tells also which pictures are settled. */
    async take(options: ClaimImagesOptions = {}): Promise<ClaimedImages> {
      return atomically(db, (trx) => claimRows(trx, options));
    },

    /** What waits, in the order of `claim`, page by page; for who chooses among it before claiming. */
    async candidates(options: ListCandidatesOptions = {}): Promise<readonly ImageCandidate[]> {
      return listCandidates(db, options);
    },

    /** Claims stored pictures that the origin was not asked about for long, those longest ago first. */
    async claimStale(options: ClaimStaleOptions): Promise<readonly StaleImage[]> {
      return atomically(db, (trx) => claimStale(trx, options));
    },

    /** How many pictures `claim` with the same options would hand out one after the other. */
    async countWaiting(options: Pick<ClaimImagesOptions, 'includeFailed' | 'attemptedBefore'> = {}): Promise<number> {
      return countDue(db, options);
    },

    /** A longer lease for what takes long. */
    async renew(canonicalUrls: readonly string[], leaseSeconds = 120): Promise<void> {
      await db.knex.raw(
        `update ${quoteName(db.schema)}.product_images set claimed_until = now() + make_interval(secs => ?)
         where canonical_url = any(?) and claimed_until is not null and deleted_at is null`,
        [leaseSeconds, [...canonicalUrls]] as never,
      );
    },

    /** Gives claims back without an outcome, as when the pull is cancelled. */
    async release(canonicalUrls: readonly string[]): Promise<void> {
      await db.knex.raw(
        `update ${quoteName(db.schema)}.product_images set claimed_until = null, claimed_by = null where canonical_url = any(?) and claimed_until is not null`,
        [[...canonicalUrls]] as never,
      );
    },

    /** Writes how many downloads ended, in one transaction. */
    async settle(outcomes: ImageOutcomes, options: SettleOptions = {}): Promise<SettledImages> {
      return settleImages(db, outcomes, options);
    },

    /**
     * The picture lies in the store: its object and variants are noted, and every row that shows it points there.
     * @returns how many rows
     */
    async stored(canonicalUrl: string, image: FetchedImage): Promise<number> {
      return (await settleImages(db, { stored: [{ ...image, canonicalUrl }] })).rows;
    },

    /** See `ImageFailure`. @returns how many rows */
    async failed(canonicalUrl: string, failure: ImageFailure): Promise<number> {
      return (await settleImages(db, { failed: [{ ...failure, canonicalUrl }] })).rows;
    },

    /** Live rows by state. */
    async counts(): Promise<ImageCounts> {
      const { rows } = await db.knex.raw<{ rows: { state: ImageState; count: string; claimed: string }[] }>(
        `select state, count(*) as count, count(*) filter (where claimed_until > now()) as claimed
         from ${quoteName(db.schema)}.product_images where deleted_at is null group by state`,
      );
      const of = (state: ImageState): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
      return {
        pending: of('pending'), stored: of('stored'), failed: of('failed'), gone: of('gone'),
        claimed: rows.reduce((sum, row) => sum + Number(row.claimed), 0),
      };
    },
  });
}

export function toProductImages(rows: readonly ProductImageRow[]): StoredProductImage[] {
  return rows.toSorted(compareImages).map(toProductImage);
}

function toProductImage(row: ProductImageRow): StoredProductImage {
  return {
    id: row.id,
    url: row.url,
    canonicalUrl: row.canonical_url,
    role: row.role,
    position: row.position,
    state: row.state,
    sha256: row.sha256,
    attempts: row.attempts,
    errorCode: row.error_code,
    nextAttemptAt: row.next_attempt_at,
  };
}
