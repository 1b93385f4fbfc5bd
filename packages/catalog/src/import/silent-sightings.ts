import { recordKinds, type RecordKind } from '@1688/core';
import { markOf, quoteName, remarkedState, type ProductState } from '@1688/db';
import type pg from 'pg';
import { tellingsOf } from '../read/history-points.ts';
import { kindAt, standingMarks, toldMarks } from '../time/told-events.ts';
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

/** A document that was told again in silence, and now turns out to have been told after one that arrives late. */
export interface SilentTelling {
  /** As it is stored. */
  readonly state: ProductState;
  readonly kind: RecordKind;
  /** When the document was told last, as far as the row says. */
  readonly toldAt: Date;
  readonly seenAt: Date;
}

export interface CaughtUp {
  readonly state: ProductState;
  readonly silent: readonly SilentTelling[];
}

type Asked = LateCandidate & { readonly state: ProductState; readonly after: Date };

/**
 * A record that tells what its kind told before writes nothing but a sighting, so the times in the product's row fall behind. When a
 * record arrives that may be older than such a sighting, this gives the state with the times caught up: what was told before it counts
 * as told at the later sighting, until which its kind told nothing else. In the usual case, where nothing was seen later, it costs one
 * look into an index.
 *
 * Limits: a sighting that another run has not committed yet is not seen; where another kind of record has told a field since, the
 * repeated telling does not count for that field, as each kind is compared with its own last record alone; and of a product whose
 * history is not kept, or no longer, only what each kind told last is caught up.
 * @param history false: that what stood between the oldest and the last telling is not on record
 * @returns by the stored states that they replace
 */
export async function seenSilently(client: pg.ClientBase, schema: string, candidates: readonly LateCandidate[], { history }: { readonly history: boolean }): Promise<Map<ProductState, CaughtUp>> {
  const asked = candidates.flatMap((candidate): Asked[] => {
    const { state, records } = candidate;
    const after = state && leastAfterLast(state, records);
    return after ? [{ ...candidate, state, after }] : [];
  });
  if (asked.length === 0) return new Map();
  const after = asked.reduce((least, each) => (each.after < least ? each.after : least), asked[0]!.after);
  const sightings = await sightingsAfter(client, schema, { ids: asked.map(({ state }) => state.id!), after });
  const byId = Map.groupBy(sightings, ({ id }) => id);
  const between = history ? await seenBetween(client, schema, asked, byId) : [];
  const last = asked.flatMap(({ state, underWay }) => {
    const repeated = underWay.filter(({ kind, hash }) => state.kinds[kind].hash?.equals(hash));
    return seenLast(state, [...(byId.get(state.id!) ?? []), ...repeated]);
  });
  const silent = Map.groupBy([...between, ...last], ({ state }) => state);
  return new Map([...silent].map(([state, tellings]) => [state, { state: tellings.reduce(toldAgain, state), silent: tellings }]));
}

/** The oldest record that could replace what an earlier one of any kind told, or null. */
function leastAfterLast(state: ProductState, records: readonly PreparedRecord[]): Date | null {
  const known = recordKinds.some((kind) => state.kinds[kind].observedAt !== null);
  return known ? records.reduce<Date | null>((least, { observedAt }) => (least === null || observedAt < least ? observedAt : least), null) : null;
}

/** What each kind told last. */
function seenLast(state: ProductState, seen: readonly Pick<Sighting, 'kind' | 'observedAt'>[]): SilentTelling[] {
  return recordKinds.flatMap((kind) => {
    const toldAt = state.kinds[kind].observedAt;
    const seenAt = lastOf(seen, kind);
    return toldAt && seenAt && isOlder(toldAt, seenAt) ? [{ state, kind, toldAt, seenAt }] : [];
  });
}

function lastOf(seen: readonly Pick<Sighting, 'kind' | 'observedAt'>[], kind: RecordKind): Date | null {
  return seen.reduce<Date | null>((last, each) => (each.kind === kind && (last === null || each.observedAt > last) ? each.observedAt : last), null);
}

/**
 * What a kind told earlier than its last document, and still stands in some field: it was seen again before the kind told something
 * else, and one of the records belongs between. Messages are never repeated: each tells of its own moment.
 */
async function seenBetween(client: pg.ClientBase, schema: string, asked: readonly Asked[], sightings: ReadonlyMap<string, readonly Sighting[]>): Promise<SilentTelling[]> {
  const late = asked.filter(({ state, after }) => (sightings.get(state.id!) ?? []).some(({ kind, observedAt }) => kind !== 'message' && observedAt > after && isOlder(observedAt, state.kinds[kind].observedAt)));
  if (late.length === 0) return [];
  const tellings = await tellingsOf(client, schema, late.map(({ state }) => state.id));
  const { rows } = await client.query<{ history_since: Date | null }>(`select history_since from ${quoteName(schema)}.store`);
  const keptSince = rows[0]?.history_since?.getTime() ?? -Infinity;
  return late.flatMap(({ state, records }) => {
    const standing = standingMarks(state).filter((mark) => kindAt(mark) !== 'message' && mark >= keptSince);
    const told = [...standing, ...toldMarks(tellings.get(state.id!) ?? [])];
    return standing.flatMap((mark): SilentTelling[] => {
      const kind = kindAt(mark);
      const next = Math.min(...told.filter((each) => each > mark && kindAt(each) === kind));
      if (next === Infinity) return []; // told last
      const seen = (sightings.get(state.id!) ?? []).filter((each) => each.kind === kind && markOf(each.observedAt, kind) > mark && markOf(each.observedAt, kind) < next);
      const seenAt = lastOf(seen, kind);
      const parts = seenAt !== null && records.some((record) => markOf(record.observedAt, record.kind) > mark && markOf(record.observedAt, record.kind) < markOf(seenAt, kind));
      return parts ? [{ state, kind, toldAt: new Date(Math.floor(mark)), seenAt }] : [];
    });
  });
}

function toldAgain(state: ProductState, { kind, toldAt, seenAt }: SilentTelling): ProductState {
  return state.kinds[kind].observedAt?.getTime() === toldAt.getTime() ? seenAgain(state, kind, seenAt) : remarkedState(state, markOf(toldAt, kind), markOf(seenAt, kind));
}

/** The state as if what a kind told last had been told again at a time; the same object when it was told no earlier. */
export function seenAgain(state: ProductState, kind: RecordKind, seenAt: Date | null): ProductState {
  const { hash, observedAt } = state.kinds[kind];
  if (!observedAt || !seenAt || !isOlder(observedAt, seenAt)) return state;
  const raised = remarkedState(state, markOf(observedAt, kind), markOf(seenAt, kind));
  return { ...raised, kinds: { ...state.kinds, [kind]: { hash, observedAt: seenAt } } };
}
