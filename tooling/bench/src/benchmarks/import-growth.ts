import { mkdir, mkdtempDisposable, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions, Figure } from '../benchmark.ts';
import { runImporter } from '../importer/run-importer.ts';
import type { Mark } from '../importer/importer.ts';
import { figureOf, median } from '../interleaved.ts';
import { writeOffers } from '../offers/offer-file.ts';
import { titlesOf } from '../offers/title-source.ts';
import { startBenchServer, type BenchServer } from '../store/bench-server.ts';
import { filledTables, rowCounts } from '../store/filled-tables.ts';
import { ensurePsql, psql } from '../store/psql.ts';
import { sliceLines } from '../store/table-slices.ts';

/** A million has a mark at every 100,000. */
const slices = 10;
/** A tenth must be more than one transaction, or it has no rate of its own. */
const leastRows = 20_000;

/**
 * How rate and memory of one long import develop, beside the rate of `\copy` into tables that grow alike. `rate` is what our rate
 * kept from the second to fourth tenth to the last three, against what that of `\copy` kept; below 1 we fell more.
 */
export const importGrowth: Benchmark = {
  name: 'import-growth',
  summary: 'rate and memory along one long import, against \\copy into tables that grow alike',
  goals: { memoryMb: { max: 350 }, memoryGrowth: { max: 1.1 }, rate: { min: 0.9 } },
  async measure(options) {
    const [rows, runs] = [options.rows ?? 1_000_000, options.runs ?? 1];
    if (rows < leastRows) throw new Error(`Expected --rows to be at least ${leastRows} for --growth, received ${rows}.`);
    ensurePsql(options.say);
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
    await using server = await startBenchServer();
    options.say(server.version);
    const file = path.join(folder.path, 'offers.jsonl');
    options.say(`writing ${rows} offers${options.data === null ? ' of generated words' : ''}`);
    await writeOffers(file, { rows, titles: await titlesOf(options.data), signal: options.signal });
    const rounds: Round[] = [];
    for (let round = 0; round < runs; round += 1) rounds.push(await measureRound(server, folder.path, file, rows, options));
    return { size: rows, runs, ...judged(rounds, rows) };
  },
};

interface Round {
  /** Offers a second in each tenth. */
  readonly us: readonly number[];
  readonly limit: readonly number[];
  readonly marks: readonly Mark[];
  readonly peakMb: number;
}

async function measureRound(server: BenchServer, folder: string, file: string, rows: number, { signal, say }: BenchmarkOptions): Promise<Round> {
  const address = await server.fresh('us');
  const { marks, peakMb } = await runImporter({ address, file, folder, rows, markEvery: Math.floor(rows / slices), signal });
  const us = marks.slice(0, slices).map((mark, index) => (mark.rows - (marks[index - 1]?.rows ?? 0)) / (mark.seconds - (marks[index - 1]?.seconds ?? 0)));
  us.forEach((rate, index) => say(`us    ${marks[index]?.rows}: ${Math.round(rate)} offers/s, ${Math.round(marks[index]?.rssMb ?? 0)} MB, at most ${Math.round(marks[index]?.peakMb ?? 0)}`));
  const copies = path.join(folder, 'copies');
  await mkdir(copies);
  const empty = await server.with('migrated', rowCounts);
  const lines = await server.with('us', async (client) => sliceLines(client, await filledTables(client, empty), slices, copies));
  for (const { to } of lines) await psql(address, to, signal);
  await server.drop('us');
  const limit = await copySlices(server, lines.map(({ from }) => from), rows, signal, say);
  await rm(copies, { recursive: true });
  return { us, limit, marks, peakMb };
}

async function copySlices(server: BenchServer, lines: readonly (readonly string[])[], rows: number, signal: AbortSignal, say: (sentence: string) => void): Promise<number[]> {
  const address = await server.fresh('limit');
  const rates: number[] = [];
  for (const slice of lines) {
    rates.push(rows / slices / (await psql(address, slice, signal)));
    say(`limit ${(rows / slices) * rates.length}: ${Math.round(rates.at(-1) ?? 0)} offers/s`);
  }
  const counts = await server.with('limit', rowCounts);
  if (counts.get('products') !== rows) throw new Error(`Expected the slices to hold ${rows} products, found ${counts.get('products')}.`);
  await server.drop('limit');
  return rates;
}

function judged(rounds: readonly Round[], rows: number): { figures: Figure[]; ratios: Record<string, number> } {
  const tenths = Array.from({ length: slices }, (_, index) => index);
  const figures = tenths.flatMap((tenth) => {
    const at = (who: string): string => `${who} ${Math.floor((rows / slices) * (tenth + 1))}`;
    const of = (pick: (round: Round) => number | undefined): number[] => rounds.map((round) => pick(round) ?? Number.NaN);
    return [
      figureOf(at('us'), of(({ us }) => us[tenth]), 'offers/s'),
      figureOf(at('limit'), of(({ limit }) => limit[tenth]), 'offers/s'),
      figureOf(at('memory'), of(({ marks }) => marks[tenth]?.rssMb), 'MB'),
    ];
  });
  const kept = (rates: readonly number[]): number => median(rates.slice(-3)) / median(rates.slice(1, 4));
  const ratios = {
    memoryMb: Math.round(Math.max(...rounds.map(({ peakMb }) => peakMb))),
    memoryGrowth: rounded(median(rounds.map(({ marks, peakMb }) => peakMb / (marks[0]?.peakMb ?? Number.NaN)))),
    rate: rounded(median(rounds.map(({ us, limit }) => kept(us) / kept(limit)))),
  };
  return { figures, ratios };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
