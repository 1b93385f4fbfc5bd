import { spawnSync } from 'node:child_process';
import { mkdtempDisposable, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { childAnswer } from '../child-answer.ts';
import { ensure } from '../debian-needs.ts';
import { runImporter } from '../importer/run-importer.ts';
import { figureOf, interleaved, ratio, type Contender } from '../interleaved.ts';
import { writeOffers } from '../offers/offer-file.ts';
import { titlesOf } from '../offers/title-source.ts';
import { startBenchServer, type BenchServer } from '../store/bench-server.ts';
import { copyLines, filledTables, rowCounts, schema } from '../store/filled-tables.ts';
import { ensurePsql, psql } from '../store/psql.ts';
import { writeReadyOffers } from '../store/ready-offers.ts';

const peers = new URL('../peers/', import.meta.url);

/** A JSON file in, committed rows out, against `\copy` of the same final rows and three libraries that write ready objects. */
export const importBenchmark: Benchmark = {
  name: 'import',
  summary: 'a fresh import of a JSON file against \\copy, knex, objection and SQLAlchemy',
  goals: { limit: { min: 0.6 }, knex: { min: 1.3 }, objection: { min: 1.6 }, sqlalchemy: {}, memoryMb: { max: 350 } },
  async measure(options) {
    const { signal, say } = options;
    const [rows, runs] = [options.rows ?? 100_000, options.runs ?? 3];
    ensurePsql(say);
    ensure('SQLAlchemy for Python 3', ['python3-sqlalchemy', 'python3-psycopg2'], () => pythonWithSqlAlchemy() !== undefined, say);
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
    await using server = await startBenchServer();
    say(server.version);
    const work = await prepare(server, folder.path, { ...options, rows });
    const peaks: number[] = [];
    const us = async (): Promise<number> => {
      const { seconds, peakMb } = await runImporter({ address: await server.fresh('us'), file: work.offers, folder: folder.path, rows, signal });
      peaks.push(peakMb);
      return seconds;
    };
    const limit = async (): Promise<number> => psql(await server.fresh('limit'), work.copies, signal);
    const contenders: Contender[] = [
      { who: 'us', run: () => rate(server, 'us', rows, us) },
      { who: 'limit', run: () => rate(server, 'limit', rows, limit) },
      ...['knex', 'objection', 'sqlalchemy'].map((who) => ({ who, run: () => rate(server, who, rows, () => runPeer(server, who, work.ready, signal)) })),
    ].map(({ who, run }) => ({ who, run: () => told(who, run, say) }));
    const figures = await interleaved(contenders, { runs, unit: 'offers/s', signal });
    figures.push(figureOf('memory', peaks, 'MB'));
    const versus = (who: string): number => ratio(figures, 'us', who);
    const memoryMb = Math.round(Math.max(...peaks));
    const ratios = { limit: versus('limit'), knex: versus('knex'), objection: versus('objection'), sqlalchemy: versus('sqlalchemy'), memoryMb };
    return { size: rows, runs, figures, ratios };
  },
};

interface Work {
  /** The JSON file. */
  readonly offers: string;
  /** Lines of psql that load the final rows. */
  readonly copies: readonly string[];
  /** The file of objects for peers. */
  readonly ready: string;
}

/** Imports once, and keeps the final rows for the others: as text for `\copy`, as objects for peers. */
async function prepare(server: BenchServer, folder: string, { rows, data, signal, say }: BenchmarkOptions & { rows: number }): Promise<Work> {
  const offers = path.join(folder, 'offers.jsonl');
  const ready = path.join(folder, 'ready.jsonl');
  const copies = path.join(folder, 'copies');
  await mkdir(copies);
  say(`writing ${rows} offers${data === null ? ' of generated words' : ''}`);
  await writeOffers(offers, { rows, titles: await titlesOf(data), signal });
  say('importing them once, for the final rows');
  const address = await server.fresh('finished');
  await runImporter({ address, file: offers, folder, rows, signal });
  const empty = await server.with('migrated', rowCounts);
  const tables = await server.with('finished', (client) => filledTables(client, empty));
  say(`final rows: ${tables.map((table) => `${table.rows} ${table.name}`).join(', ')}`);
  await psql(address, copyLines(tables, 'to', copies), signal);
  await writeReadyOffers(address, tables, ready, signal);
  await server.drop('finished');
  // Peers write products, SKUs and tiers: the suppliers that these refer to are there before.
  const suppliers = tables.filter(({ name }) => name === 'suppliers');
  await psql(await server.fresh(withSuppliers), copyLines(suppliers, 'from', copies), signal);
  return { offers, ready, copies: copyLines(tables, 'from', copies) };
}

const withSuppliers = 'with_suppliers';

async function runPeer(server: BenchServer, who: string, file: string, signal: AbortSignal): Promise<number> {
  const address = await server.fresh(who, withSuppliers);
  const order = { peer: `${who}.ts`, address, schema, file };
  const { seconds } = await (who === 'sqlalchemy'
    ? childAnswer<{ seconds: number }>(new URL('sqlalchemy-core.py', peers), order, signal, [pythonWithSqlAlchemy() ?? 'python3'])
    : childAnswer<{ seconds: number }>(new URL('clocked-peer.ts', peers), order, signal));
  return seconds;
}

/** Offers a second, of a run that left all rows behind. */
async function rate(server: BenchServer, database: string, rows: number, run: () => Promise<number>): Promise<number> {
  const seconds = await run();
  const counts = await server.with(database, rowCounts);
  const found = ['products', 'skus', 'price_tiers'].map((table) => counts.get(table));
  if (found.join() !== [rows, rows * 3, rows * 2].join()) throw new Error(`Expected ${rows} offers with three SKUs and two tiers each from ${database}, found ${found.join(', ')} rows.`);
  await server.drop(database);
  return rows / seconds;
}

async function told(who: string, run: () => Promise<number>, say: (sentence: string) => void): Promise<number> {
  const offersPerSecond = await run();
  say(`${who.padEnd(10)} ${Math.round(offersPerSecond)} offers/s`);
  return offersPerSecond;
}

/** Debian's packages are seen by Debian's Python alone, which another one on the path may hide. */
function pythonWithSqlAlchemy(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((python) => spawnSync(python, ['-c', 'import sqlalchemy, psycopg2'], { stdio: 'ignore' }).status === 0);
}
