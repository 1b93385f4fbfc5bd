import { fileURLToPath } from 'node:url';
import type { ProductRecord } from '@1688/core';
import { readProducts, type ProductOutcome, type ReadOptions, type SourceInput } from '@1688/sources';

export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

export async function readAll(input: SourceInput, options?: ReadOptions): Promise<ProductOutcome[]> {
  return await collected(readProducts(input, options));
}

export async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The records that became products. */
export async function readGood(input: SourceInput, options?: ReadOptions): Promise<ProductRecord[]> {
  return (await readAll(input, options)).flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
}

/** `line code field` of each reject. */
export async function readRejects(input: SourceInput, options?: ReadOptions): Promise<string[]> {
  return (await readAll(input, options)).flatMap((outcome) => (outcome.ok ? [] : [`${outcome.item.position.line} ${outcome.error.code} ${outcome.item.field}`]));
}

/** The text as bytes, for inputs that are no file. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
