import { SyncError } from '@1688/core';
import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';
import { quoteName } from './quote-name.ts';

/** What a person said of two offers that look alike. */
export interface ImageDecision {
  readonly offerId: string;
  readonly otherOfferId: string;
  readonly decision: 'same' | 'different';
  readonly note: string | null;
  readonly decidedAt: Date;
}

/** Decisions on 同款, kept once for a pair, in whichever order it is named. */
export function imageDecisions(db: Connection) {
  const s = quoteName(db.schema);
  const pair = `select least(a.id, b.id) as product_id, greatest(a.id, b.id) as other_product_id from ${s}.products a, ${s}.products b where a.source_id = :offerId and b.source_id = :otherOfferId`;
  return guarded({
    /** Replaces what was decided before. @throws NOT_FOUND, ARGUMENT_INVALID for one offer twice */
    async decide({ offerId, otherOfferId, decision, note = null }: Pick<ImageDecision, 'offerId' | 'otherOfferId' | 'decision'> & { readonly note?: string | null }): Promise<void> {
      if (offerId === otherOfferId) throw new SyncError('ARGUMENT_INVALID', `Expected two different offers, received ${offerId} twice.`);
      const { rowCount } = await db.knex.raw<{ rowCount: number }>(
        `insert into ${s}.image_decisions (product_id, other_product_id, decision, note) select product_id, other_product_id, :decision, :note from (${pair}) as p
         on conflict (product_id, other_product_id) do update set decision = excluded.decision, note = excluded.note, decided_at = now()`, { offerId, otherOfferId, decision, note } as never);
      if (rowCount === 0) throw new SyncError('NOT_FOUND', `Expected the offers ${offerId} and ${otherOfferId} to be stored, found one of them or none.`);
    },

    /** @returns false when nothing was decided */
    async forget(offerId: string, otherOfferId: string): Promise<boolean> {
      const { rowCount } = await db.knex.raw<{ rowCount: number }>(`delete from ${s}.image_decisions d using (${pair}) as p where d.product_id = p.product_id and d.other_product_id = p.other_product_id`, { offerId, otherOfferId });
      return rowCount > 0;
    },

    /** All that was decided about one offer. */
    async list(offerId: string): Promise<readonly ImageDecision[]> {
      const { rows } = await db.knex.raw<{ rows: { other: string; decision: ImageDecision['decision']; note: string | null; decided_at: Date }[] }>(
        `select o.source_id as other, d.decision, d.note, d.decided_at from ${s}.products p
           join ${s}.image_decisions d on d.product_id = p.id or d.other_product_id = p.id
           join ${s}.products o on o.id = case when d.product_id = p.id then d.other_product_id else d.product_id end
         where p.source_id = ? order by o.source_id`, [offerId]);
      return rows.map((row) => ({ offerId, otherOfferId: row.other, decision: row.decision, note: row.note, decidedAt: row.decided_at }));
    },
  });
}
