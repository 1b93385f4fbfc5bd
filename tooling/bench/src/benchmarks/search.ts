import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, type Database } from '@1688/db';
import type { Benchmark, BenchmarkOptions, Figure } from '../benchmark.ts';
import { figureOf, ratio } from '../interleaved.ts';
import { titlesOf, type TitleSource } from '../offers/title-source.ts';
import { openTitleTable } from '../peers/title-table.ts';
import { depths } from '../search/depth.ts';
import { fuzz } from '../search/fuzz.ts';
import { exactness, rightFirstPages, type Exactness } from '../search/exactness.ts';
import { heldTitles, type HeldTitles } from '../search/held-titles.ts';
import { ingestRates } from '../search/ingest.ts';
import { latencies, oursPerRound } from '../search/latency.ts';
import { openTitles, quality, readPairs } from '../search/quality.ts';
import { classNames, queryClasses, type ClassName, type Query } from '../search/query-classes.ts';
import { fillStore, importOffers } from '../search/title-store.ts';
import { startBenchServer, type BenchServer } from '../store/bench-server.ts';
import { ensurePsql } from '../store/psql.ts';

/** Asking for 10,000 substrings of a million titles page by page takes hours. */
const mostVerified = 20_000;
const mostSubstrings = 10_000;
const mostIngested = 20_000;
const deepest = 100_000;
/** Real and mutated queries, over so many titles. */
const mostFuzzed = 100_000;
const fuzzedQueries = 20_000;
/** The p95 of a class against the median of ILIKE. */
const p95Goals = Object.fromEntries(classNames.map((name) => [`${name}P95`, { max: name === 'ranked' ? 0.1 : 0.25 }]));

/** Finding titles against ILIKE and pg_trgm; what is found against LIKE and against what people judged; and what search costs an import. */
export const searchBenchmark: Benchmark = {
  name: 'search',
  summary: 'exact and ranked search against ILIKE and pg_trgm, its recall, its share of an import, and deep pages',
  goals: {
    exactRecall: { min: 1 }, precision: { min: 1 }, pages: { min: 1 }, recall1: { min: 0.65 }, recall10: { min: 0.88 },
    ilike2: { min: 20 }, ilikeMany: { min: 100 }, trgm2: { min: 50 }, p95: { max: 0.25 }, ...p95Goals,
    fuzzErrors: { max: 0 }, fuzzSlowestMs: { max: 1_000 }, ingest: { min: 0.45 }, keyset: { max: 2 }, keysetOfTerm: { max: 2 },
  },
  async measure(options) {
    const { data, signal, say } = options;
    const [rows, runs] = [options.rows ?? 1_000_000, options.runs ?? 20];
    ensurePsql(say);
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
    await using server = await startBenchServer();
    say(server.version);
    const around: Around = { ...options, server, folder: folder.path, titles: await titlesOf(data), rows, runs };
    await importOffers(server, folder.path, around.titles, signal);
    const found = await measureFound(around);
    const judged = await measureQuality(around);
    const exact = found.exact ?? (await withStore(around, 'verified', mostVerified, (db, held) => measureExactness(around, db, held)));
    const fuzzed = await withStore(around, 'fuzzed', Math.min(rows, mostFuzzed), (db, held) => measureFuzz(around, db, held));
    const ingest = await ingestRates(server, { ...around, rows: Math.min(rows, mostIngested), runs: 2 });
    say(ingest.map(({ who, median }) => `${who}: ${median} offers/s`).join(', '));
    const figures = [...found.figures, ...judged.figures, ...fuzzed.figures, ...ingest];
    return { size: rows, runs, figures, ratios: { ...ratiosOf(figures), pages: found.pages, exactRecall: exact.recall, precision: exact.precision, ...judged.ratios, ...fuzzed.ratios } };
  },
};

interface Around extends BenchmarkOptions { readonly server: BenchServer; readonly folder: string; readonly titles: TitleSource; readonly rows: number; readonly runs: number }

async function withStore<Result>(around: Around, name: string, rows: number, work: (db: Database, held: HeldTitles) => Promise<Result>): Promise<Result> {
  const { server } = around;
  around.say(`filling a store of ${rows} titles${around.data === null ? ' of generated words' : ''}`);
  const address = await fillStore(server, name, { ...around, rows });
  // One core for everybody: a statement that spreads over both is no faster where more than one is asked at a time.
  await server.with(name, (client) => client.query(`alter database "${name}" set max_parallel_workers_per_gather = 0`));
  await using db = await openDatabase(address);
  return await work(db, await heldTitles(db, around.signal));
}

interface Found {
  readonly figures: Figure[];
  /** The share of compared pages that are those of LIKE. */
  readonly pages: number;
  /** Null when the store is too large to be asked for so many substrings. */
  readonly exact: Exactness | null;
}

function measureFound(around: Around): Promise<Found> {
  const { server, rows, runs, data, signal, say } = around;
  return withStore(around, 'titles', rows, async (db, held) => {
    const queries = await queryClasses(held, data, runs * oursPerRound);
    await using table = await openTitleTable(server, 'titles');
    if (table.trigrams === null) say('this server does not come with pg_trgm: not compared');
    const timed = await latencies(db, table, queries, { rounds: runs, signal, say });
    const deep = await measureDepths(around, db, held);
    say('comparing first pages with a pass over all titles');
    const compared = classNames.filter((name) => name !== 'ranked').flatMap((name) => queries[name].slice(0, runs).map((query): [ClassName, Query] => [name, query]));
    const right = await rightFirstPages(db, held, compared, signal);
    const pages = Math.min(right, ...deep.map(({ right: walk }) => (walk ? 1 : 0)));
    const exact = rows <= mostVerified ? await measureExactness(around, db, held) : null;
    return { figures: [...timed, ...deep.flatMap(({ figures }) => figures)], pages, exact };
  });
}

async function measureDepths({ rows, runs, signal, say }: Around, db: Database, held: HeldTitles): Promise<{ figures: Figure[]; right: boolean }[]> {
  const done: { figures: Figure[]; right: boolean }[] = [];
  for (const [name, text] of [['all', ''], ['term', frequentCharacter(held)]] as const) {
    const holding = held.holding([text]);
    const depth = Math.min(deepest, Math.floor((holding.length * 0.8) / 200) * 200);
    const { figures, passed } = await depths(db, name, text, { depth, runs, signal });
    done.push({ figures, right: passed.join() === held.bestSold(holding, passed.length).join() });
    say(`${name}${text === '' ? '' : ` ${text}`}: ${holding.length} of ${rows} products, first page ${figures[0]?.median} ms, behind ${passed.length} ${figures[1]?.median} ms${passed.length < depth ? ` (the walk to ${depth} would last more than a minute)` : ''}`);
  }
  return done;
}

/** Pairs of characters are too rare to lead 100,000 deep. */
function frequentCharacter(held: HeldTitles): string {
  const counts = new Map<string, number>();
  for (let row = 0; row < Math.min(held.count, 10_000); row += 1) {
    for (const letter of new Set(held.folded(row).match(/\p{Script=Han}/gu))) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

async function measureExactness({ signal, say }: Around, db: Database, held: HeldTitles): Promise<Exactness> {
  const count = Math.min(mostSubstrings, held.count);
  say(`comparing the titles that hold ${count} random substrings with LIKE, among ${held.count}`);
  const found = await exactness(db, held, count, signal);
  say(`recall ${found.recall}, precision ${found.precision}${found.wrong.length === 0 ? '' : `; ${found.wrong.length} wrong, such as ${found.wrong.slice(0, 5).map((text) => JSON.stringify(text)).join(' ')}`}`);
  return found;
}

async function measureFuzz({ data, rows, signal, say }: Around, db: Database, held: HeldTitles): Promise<{ figures: Figure[]; ratios: Record<string, number> }> {
  const count = Math.min(fuzzedQueries, rows * 10);
  say(`asking ${count} real and mutated queries`);
  const { figures, failed, slowest, slowestMs } = await fuzz(db, held, { data, count, signal });
  say(`${failed.length} failed${failed.length === 0 ? '' : ` such as ${failed[0]?.slice(0, 300)}`}, the slowest took ${slowestMs} ms: ${slowest}`);
  return { figures, ratios: { fuzzErrors: failed.length, fuzzSlowestMs: slowestMs } };
}

async function measureQuality({ server, data, pairs: file, folder, signal, say }: Around): Promise<{ figures: Figure[]; ratios: Record<string, number> }> {
  const pairs = data === null ? null : await readPairs(file ?? path.join(data, 'queries/query-title-pairs.jsonl'));
  if (data === null || pairs === null) {
    say('no judged pairs of query and title: the quality of ranking is not measured');
    return { figures: [], ratios: {} };
  }
  await using db = await openTitles(server, data, folder, signal);
  const ranked = await quality(db, pairs, { mode: 'ranked' }, signal);
  const auto = await quality(db, pairs, {}, signal);
  const shown = ({ recallAt1, recallAt10 }: typeof ranked): string => `first ${recallAt1}, among ten ${recallAt10}`;
  say(`${pairs.length} judged pairs: ranked ${shown(ranked)}; by default ${shown(auto)}`);
  const figures = [figureOf('pairs', [pairs.length], 'pairs'), figureOf('auto recallAt1', [auto.recallAt1], 'of pairs'), figureOf('auto recallAt10', [auto.recallAt10], 'of pairs')];
  return { figures, ratios: { recall1: ranked.recallAt1, recall10: ranked.recallAt10 } };
}

function ratiosOf(figures: readonly Figure[]): Record<string, number> {
  const figure = (who: string): Figure | undefined => figures.find((one) => one.who === who);
  const p95s = classNames.map((name) => [`${name}P95`, Number(((figure(`ours ${name}`)?.p95 ?? Number.NaN) / (figure(`ilike ${name}`)?.median ?? Number.NaN)).toPrecision(4))] as const);
  return {
    ilike2: ratio(figures, 'ilike twoCharacters', 'ours twoCharacters'),
    ilikeMany: ratio(figures, 'ilike severalWords', 'ours severalWords'),
    ...(figure('trgm twoCharacters') ? { trgm2: ratio(figures, 'trgm twoCharacters', 'ours twoCharacters') } : {}),
    p95: Math.max(...p95s.map(([, value]) => value)),
    ...Object.fromEntries(p95s),
    ingest: ratio(figures, 'ingest', 'ingestBare'),
    keyset: ratio(figures, 'all deep', 'all 0'),
    keysetOfTerm: ratio(figures, 'term deep', 'term 0'),
  };
}
