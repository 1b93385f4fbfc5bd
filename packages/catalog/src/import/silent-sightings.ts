import { recordKinds, type RecordKind } from '@1688/core';
import { markOf, remarkedState, type ProductState } from '@1688/db';
import type pg from 'pg';
import { isOlder } from './merge-record.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { sightingsAfter, type Sighting } from './sighting.ts';

export interface LateCandidate {
  /** As it is stored; undefined when it was purged meanwhile. */
  readonly state: ProductState | undefined;
  readonly records: readonly PreparedRecord[];
  /** Of the same offer in a batch that is not committed yet. */
  readonly underWay: readonly PreparedRecord[];
}

/**
 * A record that tells what its kind told before writes nothing but a sighting, so the times in the product's row fall behind. When a
 * record arrives that may be older than such a sighting, this gives the state with the times caught up: what was last told by that kind
 * counts as told at the later sighting. In the usual case, where nothing was seen later, it costs one look into an index.
 *
 * Limits: a sighting that another run has not committed yet is not seen; and where another kind of record has told a field since, the
 * repeated telling does not count for that field, as each kind is compared with its own last record alone.
 * @returns caught-up states, by the stored ones that they replace
 */
export async function seenSilently(client: pg.ClientBase, schema: string, candidates: readonly LateCandidate[]): Promise<Map<ProductState, ProductState>> {
  const caughtUp = new Map<ProductState, ProductState>();
  const asked = candidates.flatMap(({ state, records, underWay }) => {
    const after = state && leastAfterLast(state, records);
    return after ? [{ state, after, underWay }] : [];
  });
  if (asked.length === 0) return caughtUp;
  const after = asked.reduce((least, each) => (each.after < least ? each.after : least), asked[0]!.after);
  const sightings = await sightingsAfter(client, schema, { ids: asked.map(({ state }) => state.id!), after });
  const byId = Map.groupBy(sightings, ({ id }) => id);
  for (const { state, underWay } of asked) {
    const repeated = underWay.filter(({ kind, hash }) => state.kinds[kind].hash?.equals(hash));
    const seen = [...(byId.get(state.id!) ?? []), ...repeated];
    const raised = recordKinds.reduce((before, kind) => seenAgain(before, kind, lastOf(seen, kind)), state);
    if (raised !== state) caughtUp.set(state, raised);
  }
  return caughtUp;
}

/** The oldest record that could replace what an earlier one of any kind told, or null. */
function leastAfterLast(state: ProductState, records: readonly PreparedRecord[]): Date | null {
  const known = recordKinds.some((kind) => state.kinds[kind].observedAt !== null);
  return known ? records.reduce<Date | null>((least, { observedAt }) => (least === null || observedAt < least ? observedAt : least), null) : null;
}

function lastOf(seen: readonly Pick<Sighting, 'kind' | 'observedAt'>[], kind: RecordKind): Date | null {
  return seen.reduce<Date | null>((last, each) => (each.kind === kind && (last === null || each.observedAt > last) ? each.observedAt : last), null);
}

/** The state as if what a kind told last had been told again at a time; the same object when it was told no earlier. */
export function seenAgain(state: ProductState, kind: RecordKind, seenAt: Date | null): ProductState {
  const { hash, observedAt } = state.kinds[kind];
  if (!observedAt || !seenAt || !isOlder(observedAt, seenAt)) return state;
  const raised = remarkedState(state, markOf(observedAt, kind), markOf(seenAt, kind));
  return { ...raised, kinds: { ...state.kinds, [kind]: { hash, observedAt: seenAt } } };
}
