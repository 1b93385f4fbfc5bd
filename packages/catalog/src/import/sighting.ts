import type { RecordKind } from '@1688/core';
import { quoteName } from '@1688/db';
import type pg from 'pg';

export interface Sighting {
  readonly kind: RecordKind;
  readonly observedAt: Date;
  /** Our id of the product; '' for one that has no row. */
  readonly id: string;
}

/** One row for each kind of record and moment of the batch. */
export async function writeSightings(client: pg.ClientBase, schema: string, { syncRecordId, scope, met }: {
  readonly syncRecordId: string; readonly scope: string; readonly met: readonly Sighting[];
}): Promise<void> {
  const groups = [...Map.groupBy(met, ({ kind, observedAt }) => `${kind} ${observedAt.toISOString()}`)].map(([key, group]) => {
    const [kind = '', observedAt = ''] = key.split(' ');
    const ids = sorted(new Set(group.map(({ id }) => id).filter((id) => id !== '')));
    return { kind, observedAt, count: ids.length, ids: encodeSorted(ids), first: ids.at(0)?.toString(), last: ids.at(-1)?.toString() };
  });
  if (groups.length === 0) return;
  await client.query(
    `insert into ${quoteName(schema)}.sightings (sync_record_id, scope, kind, observed_at, product_count, product_ids, first_product_id, last_product_id)
     select $1, $2, * from unnest($3::text[], $4::timestamptz[], $5::integer[], $6::bytea[], $7::bigint[], $8::bigint[])`,
    [syncRecordId, scope, groups.map(({ kind }) => kind), groups.map(({ observedAt }) => observedAt), groups.map(({ count }) => count), groups.map(({ ids }) => ids),
      groups.map(({ first }) => first ?? null), groups.map(({ last }) => last ?? null)]);
}

/** Sightings of any of these products after a time, oldest first. @param ids our ids, at least one */
export async function sightingsAfter(client: pg.ClientBase, schema: string, { ids, after }: { readonly ids: readonly string[]; readonly after: Date }): Promise<Sighting[]> {
  const wanted = new Set(ids);
  const range = sorted(wanted);
  const { rows } = await client.query<{ kind: RecordKind; observed_at: Date; product_ids: Buffer }>(
    `select kind, observed_at, product_ids from ${quoteName(schema)}.sightings
     where observed_at > $1 and first_product_id <= $3 and last_product_id >= $2 order by observed_at`, [after, range.at(0)?.toString(), range.at(-1)?.toString()]);
  return rows.flatMap(({ kind, observed_at: observedAt, product_ids: bytes }) =>
    decodeIds(bytes).filter((id) => wanted.has(id)).map((id) => ({ kind, observedAt, id })));
}

/** The run that saw one product at one time; null where none is on record any more. @param id our id */
export async function runThatSaw(client: pg.ClientBase, schema: string, { id, kind, observedAt }: Sighting): Promise<string | null> {
  const { rows } = await client.query<{ sync_record_id: string | null; product_ids: Buffer }>(
    `select sync_record_id, product_ids from ${quoteName(schema)}.sightings
     where observed_at = $1 and kind = $2 and first_product_id <= $3 and last_product_id >= $3 order by id`, [observedAt, kind, id]);
  return rows.find(({ product_ids: bytes }) => decodeIds(bytes).includes(id))?.sync_record_id ?? null;
}

/**
 * The form of `sightings.product_ids`: rising ids, each as the LEB128 varint of its distance from the one before.
 * @param ids in any order, without repetition; decimal bigints above 0
 */
export function encodeIds(ids: Iterable<string>): Buffer {
  return encodeSorted(sorted(ids));
}

function sorted(ids: Iterable<string>): BigUint64Array {
  return BigUint64Array.from(ids, BigInt).toSorted();
}

function encodeSorted(ids: BigUint64Array): Buffer {
  const bytes: number[] = [];
  let previous = 0n;
  for (const id of ids) {
    let distance = id - previous;
    previous = id;
    while (distance > 127n) {
      bytes.push(Number(distance & 127n) | 128);
      distance >>= 7n;
    }
    bytes.push(Number(distance));
  }
  return Buffer.from(bytes);
}

/** The ids that `encodeIds` wrote, rising. A last id that was cut off is left out. */
export function decodeIds(bytes: Uint8Array): string[] {
  const ids: string[] = [];
  let [previous, distance, shift] = [0n, 0n, 0n];
  for (const byte of bytes) {
    distance |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte > 127) continue;
    previous += distance;
    ids.push(previous.toString());
    [distance, shift] = [0n, 0n];
  }
  return ids;
}
