import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { changesSince, importProducts } from '@1688/catalog';
import { changes } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { exportedProducts, fold } from './fold-feed.ts';
import { collected, numberedProducts, recordsOf } from './records.ts';
import { readWithRestarts, seeded } from './restarting-reader.ts';

const child = fileURLToPath(new URL('overlapping-child.ts', import.meta.url));

test('eight writing processes, some killed at random: the reader misses nothing and its fold is the tables', async () => {
  await using database = await testDatabase();
  const { db, url } = database;
  const random = seeded(5);
  await importProducts(db, recordsOf(numberedProducts(400)), { observedAt: new Date(Date.UTC(2025, 0, 1)) });
  const start = await changes(db).latest();
  const held = await exportedProducts(db);
  let last: bigint | null = null;
  const reading = readWithRestarts(db, { random, until: async () => last });
  let killed = 0;

  for (let round = 0; round < 3; round += 1) {
    await Promise.all(Array.from({ length: 8 }, async (_, number) => {
      const day = round * 8 + number;
      const writing = fork(child, [url, String(day), '300', String(number * 10), `${20 + day}.00`], { execArgv: ['--conditions=@1688/source'], stdio: 'ignore' });
      const ended = new Promise((resolve) => writing.once('exit', resolve));
      await new Promise((resolve) => writing.once('message', resolve));
      writing.send('go');
      if (number % 2 === 0) await sleep(50 + random() * 600).then(() => { if (writing.kill('SIGKILL')) killed += 1; });
      await ended;
    }));
  }
  last = await changes(db).latest();
  const { read } = await reading;

  for (const { entity, sourceId, fields, seq } of read) if (entity === 'product' && seq > start) fold(held.get(sourceId) ?? {}, fields);
  expect(killed).toBeGreaterThan(3);
  expect(read.map(({ seq }) => seq)).toEqual((await collected(changesSince(db, 0n))).map(({ seq }) => seq));
  expect(held).toEqual(await exportedProducts(db));
});
