// needs: postgresql-client
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { randomOf } from '../src/offers/random.ts';
import { titlesOf } from '../src/offers/title-source.ts';
import { runBenchmark } from '../src/run.ts';
import { classNames } from '../src/search/query-classes.ts';

const around = { say: () => undefined, signal: new AbortController().signal, defaultData: '/nowhere' };

/** A folder in the shape of the real data: titles, queries that occur in none, and pairs of a query and its title. */
async function writeData(folder: string): Promise<void> {
  const make = await titlesOf(null);
  const titles = Array.from({ length: 200 }, (_, place) => make(randomOf(place)));
  const queries = titles.slice(0, 40).map((title) => title.slice(-4) + title.slice(0, 5));
  await mkdir(path.join(folder, 'titles'));
  await mkdir(path.join(folder, 'queries'));
  await writeFile(path.join(folder, 'titles/titles.tsv'), titles.map((title) => `bench\t${title}\n`).join(''));
  await writeFile(path.join(folder, 'queries/queries.txt'), queries.map((query) => `${query}\n`).join(''));
  await writeFile(path.join(folder, 'queries/query-title-pairs.jsonl'), queries.map((query, place) => `${JSON.stringify({ query, title: titles[place] })}\n`).join(''));
}

test('search tells times of every class, finds what LIKE finds, and has a ratio for each goal', { timeout: 600_000 }, async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
  await writeData(folder.path);

  const { envelope, exitCode } = await runBenchmark(['search', '--rows', '2000', '--runs', '2', '--data', folder.path, '--json'], around);

  expect(envelope).toMatchObject({ schema: 'bench@1', ok: true, data: { name: 'search', size: 2_000, runs: 2, ratios: { exactRecall: 1, fuzzErrors: 0, precision: 1, pages: 1 } } });
  if (!envelope.ok) return;
  const { figures, goals, ratios } = envelope.data;
  const times = figures.filter(({ who }) => classNames.some((name) => who === `ours ${name}` || who === `ilike ${name}`));
  expect(times).toHaveLength(classNames.length * 2);
  for (const { median, p95, p99, max } of times) {
    expect(median).toBeGreaterThan(0);
    expect([median, p95, p99, max].toSorted((a, b) => Number(a) - Number(b))).toEqual([median, p95, p99, max]);
  }
  const measured = Object.keys(ratios);
  if (!figures.some(({ who }) => who.startsWith('trgm'))) measured.push('trgm2'); // this server comes without pg_trgm
  expect(measured.toSorted()).toEqual(Object.keys(goals).toSorted());
  expect(exitCode).toBe(0);
});
