import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { exportRecords, importProducts, type ExportEntity } from '@1688/catalog';
import type { Database } from '@1688/db';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { numberedProducts, recordsOf, valueOf } from './records.ts';

const child = fileURLToPath(new URL('overlapping-child.ts', import.meta.url));
const each = { count: 120, step: 60 };
const priceOf = (number: number): string => `${30 + number}.00`;

/** All opened, then started at once; each answers with its counts, or the failure it ended with. */
async function importAtOnce(url: string, numbers: readonly number[]): Promise<unknown[]> {
  const children = numbers.map((number) => fork(child, [url, String(number), String(each.count), String(number * each.step), priceOf(number)], { execArgv: ['--conditions=@1688/source'], stdio: 'inherit' }));
  await Promise.all(children.map((one) => once(one, 'message')));
  const answers = children.map(async (one) => ((await once(one, 'message')) as unknown[])[0]);
  const ended = children.map((one) => once(one, 'exit'));
  for (const one of children) one.send('go');
  await Promise.all(ended);
  return Promise.all(answers);
}

/** What the store holds now, as text that is equal for equal stores. */
async function currentState(db: Database): Promise<string> {
  const entities: ExportEntity[] = ['products', 'suppliers', 'images'];
  const lines: string[] = [];
  for (const entity of entities) for await (const record of exportRecords(db, entity, { sorted: true, portable: true })) lines.push(JSON.stringify(record));
  return lines.join('\n');
}

test('J10: eight processes that import the same suppliers with half their offers in common end as one after the other', async () => {
  await using concurrent = await testDatabase();
  await using serial = await testDatabase();
  const numbers = [0, 1, 2, 3, 4, 5, 6, 7];

  const results = await importAtOnce(concurrent.url, numbers);
  for (const number of numbers) {
    await importProducts(serial.db, recordsOf(numberedProducts(each.count, { from: number * each.step, priceCny: priceOf(number) })),
      { scope: `shop ${number}`, observedAt: new Date(Date.UTC(2026, 0, 1 + number)) });
  }

  const sum = (key: string): number => results.reduce<number>((total, result) => total + Number((result as Record<string, unknown>)[key]), 0);
  for (const result of results) expect(result).toMatchObject({ read: each.count, rejected: 0, duplicates: 0 });
  expect(sum('created')).toBe(numbers.length * each.step + each.step);
  expect(sum('created') + sum('updated') + sum('unchanged')).toBe(numbers.length * each.count);
  expect(await currentState(concurrent.db) === await currentState(serial.db)).toBe(true);
  expect(await valueOf(concurrent.db, 'select count(*)::integer - count(distinct (product_id, role, canonical_url))::integer from sync1688.product_images')).toBe(0);
  expect(await valueOf(concurrent.db, 'select count(*)::integer from sync1688.product_images')).toBe(numbers.length * each.step + each.step);
}, 180_000);
