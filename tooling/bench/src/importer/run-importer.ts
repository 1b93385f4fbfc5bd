import { childAnswer } from '../child-answer.ts';
import type { Imported, Order } from './importer.ts';

/** @throws when a record was rejected or another number than `rows` was read: then something else was measured */
export async function runImporter({ rows, markEvery = Number.MAX_SAFE_INTEGER, signal, ...order }: Omit<Order, 'markEvery'> & { rows: number; markEvery?: number; signal: AbortSignal }): Promise<Imported> {
  const imported = await childAnswer<Imported>(new URL('importer.ts', import.meta.url), { ...order, markEvery } satisfies Order, signal);
  if (imported.read !== rows || imported.rejected > 0) throw new Error(`Expected ${rows} offers to be imported, received ${JSON.stringify({ ...imported, marks: undefined })}.`);
  return imported;
}
