import type { Database } from '@1688/db';
import { collectBytes, type StorageBackend } from '@1688/storage';
import { createHash } from 'node:crypto';

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export interface Picture {
  readonly key: string;
  readonly sha256: string;
  readonly bytes: Buffer;
}

/** Stores pictures as the image store does, with their rows. Pictures of the same numbers are the same. */
export async function addPictures(db: Database, files: StorageBackend, from: number, to: number): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (let number = from; number <= to; number += 1) {
    const bytes = Buffer.from(`picture ${number} `.repeat(40));
    const hash = sha256(bytes);
    const key = `sha256/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}.jpg`;
    await files.put(key, bytes);
    await db.knex.withSchema(db.schema).table('image_objects').insert({ sha256: hash, key, size_bytes: bytes.length, width_px: 8, height_px: 8, format: 'jpeg' });
    pictures.push({ key, sha256: hash, bytes });
  }
  return pictures;
}

export async function addProducts(db: Database, from: number, to: number): Promise<void> {
  await db.knex.raw(`insert into ${db.schema}.products (source_id, title, price_min, attributes)
    select (610947572000 + n)::text, '夏季雪纺连衣裙 ' || n, n / 100.0, jsonb_build_array(jsonb_build_object('name', '颜色', 'value', n::text)) from generate_series(?::int, ?::int) as n`, [from, to]);
}

export async function values<Row extends object>(db: Database, sql: string): Promise<Row[]> {
  return (await db.knex.raw<{ rows: Row[] }>(sql)).rows;
}

export async function keysOf(backend: StorageBackend, prefix = ''): Promise<string[]> {
  return (await collected(backend.list(prefix))).map((each) => each.key);
}

export async function bytesOf(backend: StorageBackend, key: string): Promise<Buffer> {
  return Buffer.from(await collectBytes((await backend.get(key)).body));
}

/** Everything that a stream gives. */
export async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
