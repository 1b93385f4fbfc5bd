import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureRows } from './failure-rows.ts';

const root = join(import.meta.dirname, '../../..');

test('every fault of the table names tests that exist', async () => {
  const missing: string[] = [];
  for (const [row, proofs] of Object.entries(failureRows)) {
    if (proofs.length === 0) missing.push(`${row} has no test`);
    for (const [file, name] of proofs) {
      const text = await readFile(join(root, file), 'utf8').catch(() => '');
      if (!text.includes(`'${name}'`)) missing.push(`${row}: ${file} has no test '${name}'`);
    }
  }

  expect(missing).toEqual([]);
});

test('the table has every fault from 1 to 33 and of the rows B', () => {
  const numbers = Object.keys(failureRows).flatMap((row) => /^\d+/.exec(row)?.[0] ?? []);
  const letters = Object.keys(failureRows).filter((row) => row.startsWith('B'));

  expect(numbers.map(Number)).toEqual(Array.from({ length: 33 }, (_, at) => at + 1));
  expect(letters).toEqual(['B01', 'B02', 'B03', 'B04', 'B05', 'B06', 'B09', 'B10', 'B11', 'B12', 'B13', 'B14', 'B15', 'B16', 'B17', 'B18']);
});
