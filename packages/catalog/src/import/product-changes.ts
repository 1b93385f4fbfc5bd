import { changedFields, quoteName, sameContent } from '@1688/db';
import type pg from 'pg';
import { listingChange } from '../delisting/listing-change.ts';
import type { ChangeRow } from './change-rows.ts';
import type { MergeStep } from './merge-steps.ts';
import type { WrittenProduct } from './product-writer.ts';

export interface MergedSteps {
  readonly steps: readonly MergeStep[];
  readonly written: WrittenProduct;
}

/** What the feed says of merged products, suppliers by their source ids. @param sourceIds our id → source id, as far as it is known */
export async function productChanges(client: pg.ClientBase, schema: string, { syncRecordId, products, sourceIds }: { readonly syncRecordId: string; readonly products: readonly MergedSteps[]; readonly sourceIds: ReadonlyMap<string, string> }): Promise<ChangeRow[]> {
  const names = new Map(sourceIds);
  const unnamed = products.map(({ written }) => written.before?.supplierId).filter((id) => id != null && !names.has(id));
  if (unnamed.length > 0) {
    const { rows } = await client.query<{ id: string; source_id: string }>(`select id, source_id from ${quoteName(schema)}.suppliers where id = any($1)`, [unnamed]);
    for (const { id, source_id } of rows) names.set(id, source_id);
  }
  const nameOf = (id: unknown): string | null => (typeof id === 'string' ? (names.get(id) ?? null) : null);
  return products.flatMap(({ steps }) => steps.filter(({ outcome }) => outcome !== 'unchanged').flatMap(({ outcome, record, before, after }): ChangeRow[] => {
    const change = { entity: 'product', sourceId: after.offerId } as const;
    const move = listingChange(before, after, record, syncRecordId);
    const moves = move ? [move] : [];
    if (outcome === 'created') return [{ ...change, kind: 'created', fields: {} }, ...moves];
    if (sameContent(before, after)) return moves;
    const fields = changedFields(before, after);
    if (fields['supplier']) fields['supplier'] = { before: nameOf(before.supplierId), after: nameOf(after.supplierId) };
    return [{ ...change, kind: 'updated', fields }, ...moves];
  }));
}
