import { readdir } from 'node:fs/promises';
import type { ProductRecord } from '@1688/core';
import { fixture, readGood } from './read-all.ts';

/** Every field that a profile fills from any of the fixtures, by profile: `title`, `supplier.city`, `skus[].priceCny`, `observedAt`. */
export async function filledFields(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const filled = new Map<string, Set<string>>();
  for (const name of await readdir(fixture('.'))) {
    for (const record of await readGood(fixture(name))) {
      const own = filled.get(record.profile) ?? new Set();
      for (const field of fieldsOf(record)) own.add(field);
      filled.set(record.profile, own);
    }
  }
  return filled;
}

function* fieldsOf({ product, observedAt }: ProductRecord): Generator<string> {
  if (observedAt !== null) yield 'observedAt';
  for (const [field, value] of Object.entries(product)) {
    if (value == null) continue;
    if (field === 'supplier' || field === 'specifications') yield* Object.entries(value).flatMap(([key, each]) => (each == null || (Array.isArray(each) && each.length === 0) ? [] : [`${field}.${key}`]));
    else if (field === 'skus') for (const sku of product.skus ?? []) yield* Object.entries(sku).flatMap(([key, each]) => (each == null ? [] : [`skus[].${key}`]));
    else if (!Array.isArray(value) || value.length > 0) yield field;
  }
}
