import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtempDisposable, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Figure } from '../benchmark.ts';
import { writePictures } from '../images/picture-files.ts';
import type { Order, Pulled } from '../images/puller.ts';
import { watched, type Watched } from '../images/watched.ts';
import { figureOf, interleaved, ratio } from '../interleaved.ts';
import { pythonWithScrapy } from '../peers/python-with-scrapy.ts';
import { startBenchServer, type BenchServer } from '../store/bench-server.ts';

const here = new URL('../', import.meta.url);
const concurrency = 16;

/** Pictures from a loopback server into files and rows, against downloading alone, sharp alone, and Scrapy. */
export const imagesBenchmark: Benchmark = {
  name: 'images',
  summary: 'fetching, checking, storing pictures with two variants against raw downloads, sharp alone and Scrapy',
  goals: { limit: { min: 0.8 }, scrapy: { min: 2 }, scrapyCpu: { min: 1.2 }, rawDownload: { min: 0.5 }, hostile: { min: 0.8 }, memoryMb: { max: 512 } },
  async measure({ rows, runs: wantedRuns, signal, say }) {
    const [count, runs] = [rows ?? 1_000, wantedRuns ?? 3];
    const python = pythonWithScrapy(say);
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
    await using server = await startBenchServer();
    const pictures = path.join(folder.path, 'pictures');
    await mkdir(pictures);
    say(`writing ${count} pictures`);
    await writePictures(pictures, count, signal);
    await using origin = await startOrigin(pictures);
    const around: Around = { server, folder: folder.path, pictures, count, port: origin.port, signal };
    const taken: Taken = { us: [], hostile: [], scrapy: [] };
    const figures = await interleaved([
      { who: 'us', run: () => kept(taken.us, pull(around, {}), count) },
      { who: 'raw', run: async () => count / (await inFolder(around, (target) => watched<Timed>(new URL('images/raw-download.ts', here), { origin: origin.url, count, folder: target, concurrency }, signal))).answer.seconds },
      { who: 'sharp', run: async () => count / (await inFolder(around, (target) => watched<Timed>(new URL('images/sharp-alone.ts', here), { pictures, count, folder: target }, signal))).answer.seconds },
      { who: 'scrapy', run: () => kept(taken.scrapy, inFolder(around, (target) => watched<Timed>(new URL('peers/scrapy-images.py', here), { origin: origin.url, count, folder: target, concurrency }, signal, [python])), count) },
      { who: 'storeOnly', run: async () => count / (await pull(around, { storeOnly: true })).answer.seconds },
      { who: 'hostile', run: () => kept(taken.hostile, pull(around, { hostile: true }), count) },
    ].map(({ who, run }) => ({ who, run: () => told(who, run, say) })), { runs, unit: 'pictures/s', signal });
    return { size: count, runs, ...judged(figures, taken, count) };
  },
};

interface Around { readonly server: BenchServer; readonly folder: string; readonly pictures: string; readonly count: number; readonly port: number; readonly signal: AbortSignal }
interface Timed { readonly seconds: number }
interface Taken { readonly us: Watched<Pulled>[]; readonly hostile: Watched<Pulled>[]; readonly scrapy: Watched<Timed>[] }

function judged(figures: readonly Figure[], { us, hostile, scrapy }: Taken, count: number): { figures: Figure[]; ratios: Record<string, number> } {
  const slower = (figures.find(({ who }) => who === 'raw')?.median ?? 0) < (figures.find(({ who }) => who === 'sharp')?.median ?? 0) ? 'raw' : 'sharp';
  // The first round warms up, as for the rates.
  const more = [
    figureOf('usCpu', us.slice(1).map(({ cpuSeconds }) => count / cpuSeconds), 'pictures/CPU s'),
    figureOf('scrapyCpu', scrapy.slice(1).map(({ cpuSeconds }) => count / cpuSeconds), 'pictures/CPU s'),
    figureOf('eventLoopDelayP99', us.slice(1).map(({ answer }) => answer.delayMs), 'ms'),
    figureOf('memory', [...us, ...hostile].map(({ peakMb }) => peakMb), 'MB'),
  ];
  const all = [...figures, ...more];
  return {
    figures: all,
    ratios: {
      limit: ratio(all, 'us', slower), scrapy: ratio(all, 'us', 'scrapy'), scrapyCpu: ratio(all, 'usCpu', 'scrapyCpu'),
      rawDownload: ratio(all, 'storeOnly', 'raw'), hostile: ratio(all, 'hostile', 'us'), memoryMb: Math.round(Math.max(...hostile.map(({ peakMb }) => peakMb), ...us.map(({ peakMb }) => peakMb))),
    },
  };
}

/** Pulls into a database and a folder of its own; the rate is that of the good pictures. */
async function pull(around: Around, { storeOnly = false, hostile = false }: { storeOnly?: boolean; hostile?: boolean }): Promise<Watched<Pulled>> {
  const { server, count, port, signal } = around;
  const address = await server.fresh('pull');
  await server.with('pull', (client) => client.query(waitingPictures(port, count, hostile ? Math.ceil(count / 9) : 0)));
  const pulled = await inFolder(around, (target) => watched<Pulled>(new URL('images/puller.ts', here), { address, folder: target, port, concurrency, storeOnly, wanted: count } satisfies Order, signal));
  if (pulled.answer.stored < count) throw new Error(`Expected ${count} pictures to be stored, received ${pulled.answer.stored}.`);
  await server.drop('pull');
  return pulled;
}

/** Five pictures a product, twenty products a supplier; a bad one is on one of thirty other hosts, and comes among the first. */
function waitingPictures(port: number, count: number, bad: number): string {
  return `
    insert into sync1688.suppliers (source_id) select 's' || n from generate_series(0, ${count} / 100) n;
    insert into sync1688.products (source_id, title, supplier_id) select 'o' || n, '商品' || n, 1 + n / 20 from generate_series(0, ${count} / 5) n;
    insert into sync1688.product_images (product_id, role, position, url, canonical_url, next_attempt_at)
      select 1 + n / 5, case n % 5 when 0 then 'main' else 'gallery' end, n % 5, url, url, 'epoch'::timestamptz + case n % 5 when 0 then interval '0' else interval '1 day' end
      from (select n, 'http://127.0.0.1:${port}/' || n || '.jpg' as url from generate_series(0, ${count - 1}) n
            union all select (n * 9) % ${count}, 'http://127.0.1.' || (1 + n % 30) || ':${port}/bad/' || n from generate_series(0, ${bad - 1}) n) as waiting;
    analyze`;
}

async function inFolder<Answer>({ folder }: Around, work: (target: string) => Promise<Answer>): Promise<Answer> {
  const target = path.join(folder, 'target');
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  return work(target);
}

async function kept<Answer extends Timed>(list: Watched<Answer>[], run: Promise<Watched<Answer>>, count: number): Promise<number> {
  const done = await run;
  list.push(done);
  return count / done.answer.seconds;
}

async function told(who: string, run: () => Promise<number>, say: (sentence: string) => void): Promise<number> {
  const rate = await run();
  say(`${who.padEnd(10)} ${rate.toFixed(1)} pictures/s`);
  return rate;
}

async function startOrigin(folder: string): Promise<AsyncDisposable & { readonly port: number; readonly url: string }> {
  const child = spawn(process.execPath, ['--conditions=@1688/source', fileURLToPath(new URL('images/origin.ts', here)), JSON.stringify({ folder })], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(String(line));
  return {
    port, url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
