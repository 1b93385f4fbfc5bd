import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { runImporter } from '../importer/run-importer.ts';
import { figureOf, ratio } from '../interleaved.ts';
import { writeOffers } from '../offers/offer-file.ts';
import { titlesOf } from '../offers/title-source.ts';
import { startBenchServer, type BenchServer } from '../store/bench-server.ts';

/** The same file again, then one in which every offer has moved, with history and without: each round in databases of its own, in turns. */
export const historyBenchmark: Benchmark = {
  name: 'history',
  summary: 'importing unchanged and wholly changed data with history, against without',
  goals: { unchanged: { min: 0.9 }, changed: { min: 0.75 } },
  async measure(options) {
    const [rows, runs] = [options.rows ?? 50_000, options.runs ?? 3];
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
    await using server = await startBenchServer();
    options.say(server.version);
    const work = await prepare(server, folder.path, { ...options, rows });
    const rounds: Record<'with' | 'without', Round>[] = [];
    for (let round = 0; round <= runs; round += 1) {
      const first = round % 2 === 0; // whoever comes second finds the files warm
      const taken = await measureRound(server, work, first, options);
      const other = await measureRound(server, work, !first, options);
      rounds.push(first ? { with: taken, without: other } : { with: other, without: taken });
    }
    rounds.shift(); // as in every comparison, the first round is thrown away
    const figures = (['with', 'without'] as const).flatMap((who) => [
      figureOf(`unchanged ${who}`, rounds.map((round) => round[who].unchanged), 'offers/s'),
      figureOf(`changed ${who}`, rounds.map((round) => round[who].changed), 'offers/s'),
    ]);
    const ratios = { unchanged: ratio(figures, 'unchanged with', 'unchanged without'), changed: ratio(figures, 'changed with', 'changed without') };
    return { size: rows, runs, figures, ratios };
  },
};

interface Work {
  readonly rows: number;
  readonly folder: string;
  readonly offers: string;
  readonly moved: string;
}

const filled = 'filled';

async function prepare(server: BenchServer, folder: string, { rows, data, signal, say }: BenchmarkOptions & { rows: number }): Promise<Work> {
  const work = { rows, folder, offers: path.join(folder, 'offers.jsonl'), moved: path.join(folder, 'moved.jsonl') };
  const titles = await titlesOf(data);
  say(`writing ${rows} offers twice${data === null ? ' of generated words' : ''}`);
  await writeOffers(work.offers, { rows, titles, signal });
  await writeOffers(work.moved, { rows, titles, changed: 'all', signal });
  await runImporter({ address: await server.fresh(filled), file: work.offers, folder, rows, signal });
  return work;
}

interface Round {
  readonly unchanged: number;
  readonly changed: number;
}

async function measureRound(server: BenchServer, { rows, folder, offers, moved }: Work, history: boolean, { signal, say }: BenchmarkOptions): Promise<Round> {
  const address = await server.fresh('us', filled);
  const unchanged = await runImporter({ address, file: offers, folder, rows, history, signal });
  const changed = await runImporter({ address, file: moved, folder, rows, history, signal });
  await server.drop('us');
  if (unchanged.unchanged !== rows || changed.updated !== rows) throw new Error(`Expected ${rows} offers to be unchanged and then updated, received ${unchanged.unchanged} and ${changed.updated}.`);
  const rates = { unchanged: rows / unchanged.seconds, changed: rows / changed.seconds };
  say(`${history ? 'with' : 'without'} history: unchanged ${Math.round(rates.unchanged)}, changed ${Math.round(rates.changed)} offers/s`);
  return rates;
}
