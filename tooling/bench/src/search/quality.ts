import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { search, type SearchOptions } from '@1688/catalog';
import { openDatabase, type Database } from '@1688/db';
import { runImporter } from '../importer/run-importer.ts';
import type { BenchServer } from '../store/bench-server.ts';

/** A query and the title that people judged to answer it. */
export interface JudgedPair {
  readonly query: string;
  readonly title: string;
}

/** Shares of judged pairs whose title is the first, or among the first ten, of what is found. */
export interface Quality {
  readonly pairs: number;
  readonly recallAt1: number;
  readonly recallAt10: number;
}

/** JSON Lines of `{ query, title }`, or null when there is no such file. */
export async function readPairs(file: string): Promise<JudgedPair[] | null> {
  if (!existsSync(file)) return null;
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as JudgedPair);
}

/** Imports the titles of `titles/titles.tsv` below `data` as a table of ids and titles, nothing else, and opens that store. */
export async function openTitles(server: BenchServer, data: string, folder: string, signal: AbortSignal): Promise<Database> {
  const titles = (await readFile(path.join(data, 'titles/titles.tsv'), 'utf8')).split('\n').map((line) => line.split('\t')[1] ?? '').filter((title) => title.trim() !== '');
  const file = path.join(folder, 'titles.csv');
  await writeFile(file, ['商品ID,标题', ...titles.map((title, place) => `${800_000_000_000 + place},"${title.replaceAll('"', '""')}"`), ''].join('\n'));
  const address = await server.fresh('quality');
  await runImporter({ address, file, folder, rows: titles.length, signal });
  await server.with('quality', (client) => client.query('vacuum (analyze)'));
  return openDatabase(address);
}

/** Two titles that are spelled the same are one answer. */
export async function quality(db: Database, pairs: readonly JudgedPair[], options: SearchOptions, signal: AbortSignal): Promise<Quality> {
  let [first, firstTen] = [0, 0];
  for (const { query, title } of pairs) {
    signal.throwIfAborted();
    const { items } = await search(db, query, { ...options, limit: 10 });
    const place = items.findIndex((item) => item.title.trim() === title.trim());
    if (place === 0) first += 1;
    if (place >= 0) firstTen += 1;
  }
  return { pairs: pairs.length, recallAt1: rounded(first / pairs.length), recallAt10: rounded(firstTen / pairs.length) };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
