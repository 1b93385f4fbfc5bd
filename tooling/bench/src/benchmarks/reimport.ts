import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import type { Imported } from '../importer/importer.ts';
import { runImporter } from '../importer/run-importer.ts';
import { figureOf, ratio } from '../interleaved.ts';
import { changedOffers, writeOffers } from '../offers/offer-file.ts';
import { titlesOf } from '../offers/title-source.ts';
import { startBenchServer, type BenchServer } from '../store/bench-server.ts';
import { tracesOf } from '../store/traces.ts';

/**
 * The same file again, then with one offer in a hundred moved, each against the fresh import of the same round. `deadTuples` counts
 * all tables but `sync_records`: a run's own record goes from running to completed, which no run can do without a new row version.
 */
export const reimport: Benchmark = {
  name: 'reimport',
  summary: 'importing unchanged and hardly changed data again, against a fresh import',
  goals: { reimport: { min: 3 }, onePercent: { min: 2.5 }, deadTuples: { max: 0 }, walBytesPerRow: { max: 10 } },
  async measure(options) {
    const [rows, runs] = [options.rows ?? 100_000, options.runs ?? 3];
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
    await using server = await startBenchServer();
    options.say(server.version);
    const work = await prepare(folder.path, { ...options, rows });
    const rounds: Round[] = [];
    for (let round = 0; round <= runs; round += 1) rounds.push(await measureRound(server, work, options));
    rounds.shift(); // as in every comparison, the first round is thrown away
    const of = (pick: (round: Round) => number): number[] => rounds.map(pick);
    const figures = [
      figureOf('fresh', of(({ fresh }) => fresh), 'offers/s'),
      figureOf('identical', of(({ identical }) => identical), 'offers/s'),
      figureOf('onePercent', of(({ onePercent }) => onePercent), 'offers/s'),
      figureOf('deadTuples', of(({ deadTuples }) => deadTuples), 'tuples'),
      figureOf('deadOfRecord', of(({ deadOfRecord }) => deadOfRecord), 'tuples'),
      figureOf('wal', of(({ walBytesPerRow }) => walBytesPerRow), 'B/row'),
    ];
    const medianOf = (name: string): number => figures.find(({ who }) => who === name)?.median ?? Number.NaN;
    const ratios = {
      reimport: ratio(figures, 'identical', 'fresh'), onePercent: ratio(figures, 'onePercent', 'fresh'),
      deadTuples: medianOf('deadTuples'), walBytesPerRow: medianOf('wal'),
    };
    return { size: rows, runs, figures, ratios };
  },
};

interface Work {
  readonly rows: number;
  readonly folder: string;
  readonly offers: string;
  /** The same offers, one in a hundred moved. */
  readonly moved: string;
}

async function prepare(folder: string, { rows, data, signal, say }: BenchmarkOptions & { rows: number }): Promise<Work> {
  const work = { rows, folder, offers: path.join(folder, 'offers.jsonl'), moved: path.join(folder, 'moved.jsonl') };
  const titles = await titlesOf(data);
  say(`writing ${rows} offers twice${data === null ? ' of generated words' : ''}`);
  await writeOffers(work.offers, { rows, titles, signal });
  await writeOffers(work.moved, { rows, titles, changed: true, signal });
  return work;
}

interface Round {
  /** Offers a second, all three. */
  readonly fresh: number;
  readonly identical: number;
  readonly onePercent: number;
  /** Of the identical import. */
  readonly deadTuples: number;
  readonly deadOfRecord: number;
  readonly walBytesPerRow: number;
}

async function measureRound(server: BenchServer, { rows, folder, offers, moved }: Work, { signal, say }: BenchmarkOptions): Promise<Round> {
  const address = await server.fresh('us');
  const importOf = (file: string): Promise<Imported> => runImporter({ address, file, folder, rows, signal });
  const fresh = await importOf(offers);
  const identical = await tracesOf(server, 'us', () => importOf(offers));
  const onePercent = await tracesOf(server, 'us', () => importOf(moved));
  await server.drop('us');
  expectCount('created by a fresh import', rows, fresh.created);
  expectCount('unchanged by an identical import', rows, identical.result.unchanged);
  expectCount('updated by the import of the moved', changedOffers(rows), onePercent.result.updated);
  const { walBytes, deadTuples } = identical.traces;
  const measured = {
    fresh: rows / fresh.seconds, identical: rows / identical.result.seconds, onePercent: rows / onePercent.result.seconds,
    deadTuples: [...deadTuples].reduce((sum, [table, count]) => (table === 'sync_records' ? sum : sum + count), 0),
    deadOfRecord: deadTuples.get('sync_records') ?? 0, walBytesPerRow: walBytes / rows,
  };
  const dead = [...deadTuples].map(([table, count]) => `${count} ${table}`).join(', ') || 'none';
  say(`fresh ${Math.round(measured.fresh)}, identical ${Math.round(measured.identical)}, one percent ${Math.round(measured.onePercent)} offers/s; dead tuples: ${dead}; ${walBytes} B of WAL`);
  return measured;
}

function expectCount(what: string, expected: number, received: number): void {
  if (received !== expected) throw new Error(`Expected ${expected} offers ${what}, received ${received}.`);
}
