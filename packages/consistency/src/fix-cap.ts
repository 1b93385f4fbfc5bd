import { has, readCatalog } from './catalog.ts';
import type { Session } from './session.ts';

/** Most actions of one plan: it is held in memory. What goes beyond is planned after the first plan was applied. */
export const mostActions = 50_000;

/**
 * How many things one check may have mended without being forced: 100, or 0.5 % of its table when that is more. A store that
 * lost a mount, or a wrong idea of ours, shows itself as very many faults.
 */
export async function fixCap(session: Session, population: string | null): Promise<number> {
  if (population === null || !has(await readCatalog(session), [population])) return 100;
  const [row] = await session.rows<{ rows: string }>(session.sql('select count(*)::text as rows from ?', [session.named(population)]));
  return Math.max(100, Math.floor(Number(row?.rows ?? 0) * 0.005));
}
