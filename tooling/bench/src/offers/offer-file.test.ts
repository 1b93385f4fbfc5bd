import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ProductRecord } from '@1688/core';
import { readProducts } from '@1688/sources';
import { changedOffers, writeOffers } from './offer-file.ts';
import { titlesOf } from './title-source.ts';

const { signal } = new AbortController();

async function written(folder: string, options: { rows: number; changed?: boolean }): Promise<string> {
  const file = path.join(folder, `${options.changed ?? false}.jsonl`);
  await writeOffers(file, { ...options, titles: await titlesOf(null), signal });
  return file;
}

test('a written offer is read as a detail with three SKUs, two tiers and no picture', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
  const reader = readProducts(await written(folder.path, { rows: 50 }));

  const { profile } = await reader.detection;
  const records: ProductRecord[] = [];
  for await (const outcome of reader) {
    if (!outcome.ok) throw outcome.error;
    records.push(outcome.value);
  }

  expect(profile).toBe('crossborder');
  expect(new Set(records.map(({ product }) => product.offerId)).size).toBe(50);
  for (const { kind, product } of records) {
    expect([kind, product.skus?.length, product.priceTiers?.length, product.images?.length]).toEqual(['detail', 3, 2, 0]);
  }
  const attributeBytes = records.map(({ product }) => Buffer.byteLength(JSON.stringify(product.attributes)));
  expect(attributeBytes.reduce((sum, bytes) => sum + bytes, 0) / 50).toBeGreaterThan(500);
  expect(new Set(records.map(({ product }) => product.supplier?.sourceId)).size).toBe(3);
});

test('the same offers are written every time, and one in a hundred differs in the changed file', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
  const rows = 250;

  const first = await readFile(await written(folder.path, { rows }), 'utf8');
  const again = await readFile(await written(folder.path, { rows }), 'utf8');
  const changed = await readFile(await written(folder.path, { rows, changed: true }), 'utf8');

  const [before, after] = [first.split('\n'), changed.split('\n')];
  expect(again).toBe(first);
  expect(before.filter((line, index) => line !== after[index])).toHaveLength(changedOffers(rows));
  expect([changedOffers(37), changedOffers(38), changedOffers(rows)]).toEqual([0, 1, 3]);
});
