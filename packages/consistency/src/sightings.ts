import { has, readCatalog } from './catalog.ts';
import { mostActions } from './fix-cap.ts';
import type { Session } from './session.ts';

/** Things of checks whose fix takes something away, gathered while a check runs. */
export interface Sightings {
  add(check: string, thing: string): void;
  list(): ReadonlyMap<string, ReadonlySet<string>>;
}

/** At most so many of each check as a plan can hold; what is beyond is seen again later. */
export function openSightings(): Sightings {
  const seen = new Map<string, Set<string>>();
  return {
    add(check, thing) {
      const things = seen.get(check) ?? new Set();
      if (things.size < mostActions) things.add(thing);
      seen.set(check, things);
    },
    list: () => seen,
  };
}

/**
 * Notes what was seen, with the time it was seen first.
 * @param whole checks that looked at everything: what they no longer show is forgotten
 */
export async function saveSightings(session: Session, seen: ReturnType<Sightings['list']>, whole: readonly string[]): Promise<void> {
  if (!has(await readCatalog(session), ['consistency_sightings'])) return;
  const table = session.named('consistency_sightings');
  for (const [check, things] of seen) {
    await session.rows(session.sql(
      'insert into ? (check_id, thing) select ?, thing from unnest(?::text[]) as thing on conflict (check_id, thing) do update set last_seen_at = now()', [table, check, [...things]],
    ));
  }
  await session.rows(session.sql('delete from ? where check_id = any(?) and last_seen_at < now()', [table, [...whole]]));
}

/** Since when a thing has been seen, in milliseconds; null when no check saw it. */
export async function seenForMs(session: Session, check: string, thing: string): Promise<number | null> {
  if (!has(await readCatalog(session), ['consistency_sightings'])) return null;
  const [row] = await session.rows<{ ms: number }>(session.sql(
    'select (extract(epoch from clock_timestamp() - first_seen_at) * 1000)::float8 as ms from ? where check_id = ? and thing = ?', [session.named('consistency_sightings'), check, thing],
  ));
  return row?.ms ?? null;
}
