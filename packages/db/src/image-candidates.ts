import type { Connection } from './connection.ts';
import { livingClaimants } from './image-claimant.ts';
import { freeRows, waitingRows, type ClaimImagesOptions } from './image-claims.ts';
import { quoteName } from './quote-name.ts';

/** A row of `product_images` that waits, as far as the order of fetching matters. */
export interface ImageCandidate {
  readonly canonicalUrl: string;
  /** Our id of the product's supplier, or null. */
  readonly supplierId: string | null;
  /** 0 for main pictures, higher for those that matter less. */
  readonly priority: number;
  /** Where to go on after this row. */
  readonly place: CandidatePlace;
}

/** A place in the order of candidates: those with a time, those without, then those given up. */
export interface CandidatePlace {
  readonly phase: number;
  /** As PostgreSQL writes it, with microseconds; null where the phase has no times. */
  readonly at: string | null;
  readonly id: string;
}

export interface ListCandidatesOptions extends Pick<ClaimImagesOptions, 'includeFailed' | 'attemptedBefore' | 'limit'> {
  /** Default: from the beginning. */
  readonly after?: CandidatePlace | null;
}

interface CandidateRow {
  id: string;
  at: string | null;
  canonical_url: string;
  supplier_id: string | null;
  priority: number;
}

const start: CandidatePlace = { phase: 0, at: null, id: '0' };

/**
 * Pictures that are due and belong to nobody, first those with the earliest time, main pictures before others. Claims nothing.
 * @param limit default 1,000
 * @returns fewer than `limit` only at the end
 */
export async function listCandidates(db: Connection, { after = null, limit = 1_000, includeFailed = false, attemptedBefore }: ListCandidatesOptions = {}): Promise<ImageCandidate[]> {
  const found: ImageCandidate[] = [];
  for (let place = after ?? start; place.phase <= (includeFailed ? 2 : 1) && found.length < limit; place = { phase: place.phase + 1, at: null, id: '0' }) {
    const { phase } = place;
    const rows = await candidateRows(db, place, { limit: limit - found.length, includeFailed, attemptedBefore });
    found.push(...rows.map((row) => ({
      canonicalUrl: row.canonical_url, supplierId: row.supplier_id, priority: row.priority, place: { phase, at: row.at, id: row.id },
    })));
  }
  return found;
}

async function candidateRows(db: Connection, { phase, at, id }: CandidatePlace, { limit, includeFailed, attemptedBefore = null }: { limit: number; includeFailed: boolean; attemptedBefore: Date | null | undefined }): Promise<CandidateRow[]> {
  const s = quoteName(db.schema);
  const due = includeFailed ? 'next_attempt_at is not null' : 'next_attempt_at <= now()';
  const where = phase === 2 ? "i.deleted_at is null and i.state = 'gone' and i.id > :id"
    : `i.${waitingRows(false).replace('and state', 'and i.state')} and ${phase === 1 ? 'next_attempt_at is null and i.id > :id' : at === null ? due : `${due} and (next_attempt_at, i.id) > (cast(:at as timestamptz), :id)`}`;
  const { rows } = await db.knex.raw<{ rows: CandidateRow[] }>(
    `with alive as materialized ${livingClaimants(db)},
     waiting as (
       select i.id, i.next_attempt_at, i.canonical_url, i.product_id, i.role, i.claimed_until, i.claimed_by, i.attempts, i.updated_at from ${s}.product_images i where ${where}
         and ${freeRows()} order by ${phase === 0 ? 'next_attempt_at, i.id' : 'i.id'} limit :limit)
     select w.id, w.next_attempt_at::text as at, w.canonical_url, p.supplier_id,
       case w.role when 'main' then 0 when 'gallery' then 1 when 'sku' then 2 else 3 end as priority
     from waiting w join ${s}.products p on p.id = w.product_id order by w.next_attempt_at, w.id`,
    { id, at, limit, attemptedBefore } as never,
  );
  return rows;
}
