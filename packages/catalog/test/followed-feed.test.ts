import type { Change } from '@1688/core';
import { changesSince, importProducts } from '@1688/catalog';
import { changes, type Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { exportedProducts, fold, type Line } from './fold-feed.ts';
import { collected, numberedProducts, recordsOf } from './records.ts';
import { readWithRestarts, seeded } from './restarting-reader.ts';

interface Moment { readonly seq: bigint; readonly lines: Map<string, Line> }

/** The cursor, then the tables, which may be newer: what the feed says twice of them does no harm. */
async function momentOf(db: Database): Promise<Moment> {
  return { seq: await changes(db).latest(), lines: await exportedProducts(db) };
}

/** What a subscriber has who read the tables once, and from then on only the feed; a new offer it reads when it hears of it. */
function folded({ lines }: Moment, entries: readonly Change[], made: ReadonlyMap<string, Line>): Map<string, Line> {
  const held = structuredClone(lines);
  for (const { entity, sourceId, kind, fields } of entries) {
    if (entity !== 'product') continue;
    if (kind === 'created') held.set(sourceId, structuredClone(made.get(sourceId) ?? {}));
    fold(held.get(sourceId) ?? {}, fields);
  }
  return held;
}

test('eight writers at once: a reader that restarts at random misses nothing, and from any cursor the feed gives the tables', async () => {
  await using database = await testDatabase({ poolMax: 24 });
  const { db } = database;
  const random = seeded(1688);
  await importProducts(db, recordsOf(numberedProducts(40)), { observedAt: new Date(Date.UTC(2026, 0, 1)) });
  const moments: Moment[] = [await momentOf(db)];
  let clock = 1;
  const writer = async (number: number): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      clock += 1;
      const from = Math.floor(random() * 20);
      const list = [...numberedProducts(20, { from, priceCny: `${10 + clock}.00` }), ...(round === 4 ? numberedProducts(3, { from: 1_000 + number * 10 }) : [])];
      await importProducts(db, recordsOf(random() < 0.5 ? list : list.toReversed()), { scope: `shop ${number}`, batchSize: 7, observedAt: new Date(Date.UTC(2026, 0, 1, 0, clock)) });
      if (random() < 0.3) moments.push(await momentOf(db));
    }
  };
  let last: bigint | null = null;
  const reading = readWithRestarts(db, { random, until: async () => last });

  await Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)));
  last = await changes(db).latest();
  const { read, restarts } = await reading;

  const all = await collected(changesSince(db, 0n));
  const tables = await exportedProducts(db);
  expect(read.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq));
  expect(restarts).toBeGreaterThan(5);
  expect(moments.length).toBeGreaterThan(5);
  for (const moment of moments) expect(folded(moment, read.filter(({ seq }) => seq > moment.seq), tables)).toEqual(tables);
});
