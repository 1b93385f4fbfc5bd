import { importProducts, type ImportOptions, type ImportResult } from '@1688/catalog';
import { isSyncError, type SyncError } from '@1688/core';
import type { Database } from '@1688/db';
import { numberedProducts, recordsOf } from './records.ts';

export const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));
export const offer = (number: number): string => String(610_947_000_000 + number);

/** A full scan of the scope `shop` that meets all of the first `count` numbered products but some. */
export function scan(db: Database, number: number, { count = 20, without = [], ...options }: ImportOptions & { readonly count?: number; readonly without?: readonly number[] } = {}): Promise<ImportResult> {
  const gone = new Set(without.map(offer));
  const products = [...numberedProducts(count)].filter(({ offerId }) => !gone.has(offerId));
  return importProducts(db, recordsOf(products), { scope: 'shop', fullScan: true, observedAt: day(number), ...options });
}

/** The code of the failure, or 'done'. */
export async function outcomeOf(run: Promise<unknown>): Promise<string> {
  return run.then(() => 'done', (error: unknown) => (isSyncError(error) ? (error satisfies SyncError).code : String(error)));
}

/** Offer ids of what is delisted. */
export async function delistedOffers(db: Database): Promise<string[]> {
  const { rows } = await db.knex.raw<{ rows: { source_id: string }[] }>('select source_id from sync1688.products where delisted_at is not null order by source_id');
  return rows.map((row) => row.source_id);
}
