import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { runImporter } from '../importer/run-importer.ts';
import { writeOffers } from '../offers/offer-file.ts';
import { randomOf } from '../offers/random.ts';
import type { TitleSource } from '../offers/title-source.ts';
import type { BenchServer } from '../store/bench-server.ts';
import { schema } from '../store/filled-tables.ts';
import { psql } from '../store/psql.ts';

/** Name of the database with the imported offers that larger stores are made of. */
const imported = 'offers';
const mostImported = 2_000;
/** The machine that the goals are stated for has so many cores. */
const writers = 2;
/** What differs from the imported offer; all other columns, those of search for attributes too, are as the import wrote them. */
const own: Readonly<Record<string, string>> = {
  source_id: '(700000000000 + t.place)::text',
  title: 't.title',
  title_grams: `${schema}.grams(t.title)`,
  // Each its own, in no order: then the first page is one page and no other.
  sold_quantity: '(t.place * 2654435761) % 4294967296',
  updated_at: `timestamptz '2026-01-01' - t.place * interval '1 second'`,
};

/** Imports some offers in the ordinary way, so that `fillStore` has rows to copy. */
export async function importOffers(server: BenchServer, folder: string, titles: TitleSource, signal: AbortSignal): Promise<void> {
  const file = path.join(folder, 'imported.jsonl');
  await writeOffers(file, { rows: mostImported, titles, signal });
  await runImporter({ address: await server.fresh(imported), file, folder, rows: mostImported, signal });
}

/**
 * A store of `rows` products: the imported ones copied with other titles and sales, their search columns made by the functions of the
 * schema, the indexes built afterwards as the schema defines them; then vacuumed and analyzed.
 * @returns its address
 */
export async function fillStore(server: BenchServer, name: string, { rows, titles, folder, signal, say }: { rows: number; titles: TitleSource; folder: string; signal: AbortSignal; say: (sentence: string) => void }): Promise<string> {
  const address = await server.fresh(name, imported);
  const file = path.join(folder, `${name}.txt`);
  await writeTitles(file, rows, titles, signal);
  await psql(address, ['create unlogged table public.new_titles (place bigint, title text);', `\\copy public.new_titles from '${file}'`], signal);
  const since = performance.now();
  const told = (what: string): void => say(`${name}: ${what} after ${Math.round((performance.now() - since) / 1000)} s`);
  const indexes = await server.with(name, begin);
  await Promise.all(Array.from({ length: writers }, (_, part) => server.with(name, (client) => copyOffers(client, Math.ceil((rows * part) / writers), Math.ceil((rows * (part + 1)) / writers)))));
  told(`${rows} products`);
  await server.with(name, removeImported);
  const waiting = indexes.toSorted((a, b) => Number(b.includes('USING gin')) - Number(a.includes('USING gin')));
  await Promise.all(Array.from({ length: writers }, () => server.with(name, (client) => build(client, waiting))));
  told(`${indexes.length} indexes`);
  await server.with(name, async (client) => {
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
  });
  told('vacuumed and analyzed');
  return address;
}

async function writeTitles(file: string, rows: number, titles: TitleSource, signal: AbortSignal): Promise<void> {
  await pipeline(Readable.from(chunks()), createWriteStream(file), { signal });

  function* chunks(): Generator<string> {
    const perChunk = 1_000;
    for (let start = 0; start < rows; start += perChunk) {
      const places = Array.from({ length: Math.min(perChunk, rows - start) }, (_, offset) => start + offset);
      yield places.map((place) => `${place}\t${titles(randomOf(place)).replace(/[\\\t\r\n]/g, ' ').trim()}\n`).join('');
    }
  }
}

/** Drops the indexes of products that are no constraint. @returns how to make them again */
async function begin(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = '${schema}.products'::regclass and not exists (select from pg_constraint where conindid = indexrelid)`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await client.query(`create unlogged table public.old_offers as select row_number() over (order by id) - 1 as place, p.* from ${schema}.products p`);
  await client.query('analyze public.new_titles, public.old_offers');
  return rows.map(({ definition }) => definition);
}

async function copyOffers(client: pg.Client, first: number, end: number): Promise<void> {
  const { rows } = await client.query<{ attname: string }>(
    `select attname from pg_attribute where attrelid = '${schema}.products'::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'id'`);
  const columns = rows.map(({ attname }) => attname);
  await client.query(
    `insert into ${schema}.products (${columns.join(', ')}) select ${columns.map((column) => own[column] ?? `o.${column}`).join(', ')}
     from public.new_titles t join public.old_offers o on o.place = t.place % ${mostImported} where t.place >= ${first} and t.place < ${end}`);
}

async function removeImported(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`select distinct conrelid::regclass::text as name from pg_constraint where confrelid = '${schema}.products'::regclass`);
  if (rows.length > 0) await client.query(`truncate ${rows.map(({ name }) => name).join(', ')} cascade`);
  await client.query(`delete from ${schema}.products where source_id in (select source_id from public.old_offers)`);
  await client.query('drop table public.new_titles, public.old_offers');
}

async function build(client: pg.Client, waiting: string[]): Promise<void> {
  await client.query(`set maintenance_work_mem = '512MB'`);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await client.query(next);
}
