import { expect, test } from 'vitest';
import { cliStore, exitOf, tableOf } from './cli-store.ts';

interface Line { seq?: string; sourceId?: string; kind?: string; data?: { nextSince: string } }

test('changes are followed as they come, Ctrl-C says where to go on, and nothing is missed from there', async () => {
  await using store = await cliStore();
  await store.file('a.csv', tableOf([['610940000001', '夏季连衣裙', '35.00']]));
  await store.file('b.csv', tableOf([['610940000001', '夏季连衣裙', '33.00'], ['610940000002', '冬季毛衣', '80.00']]));
  await store.run('import', 'a.csv');
  const child = store.start('changes', '--follow', '--json');
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => { printed += String(chunk); });
  const lines = (): Line[] => printed.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
  await expect.poll(() => lines().length, { timeout: 20_000 }).toBeGreaterThan(0);
  await store.run('import', 'b.csv');
  await expect.poll(() => lines().filter(({ sourceId }) => sourceId === '610940000002').length, { timeout: 20_000 }).toBe(1);

  child.kill('SIGINT');
  const code = await exitOf(child);

  const followed = lines();
  const feed = await store.data<{ items: Line[]; nextSince: string }>('changes');
  expect(code).toBe(0);
  expect(followed.slice(0, -1).map(({ seq }) => seq)).toEqual(feed.items.map(({ seq }) => seq));
  expect(followed.at(-1)?.data).toMatchObject({ nextSince: feed.nextSince });
});
