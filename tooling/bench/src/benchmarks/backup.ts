import { createHash } from 'node:crypto';
import { mkdir, mkdtempDisposable, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { BackupAnswer, BackupOrder } from '../backup/backup-work.ts';
import { ensureDumpPeers, timed } from '../backup/dump-peers.ts';
import { fillPictures, fillShop, scatterChanges } from '../backup/fill-shop.ts';
import type { Benchmark, BenchmarkOptions, Figure } from '../benchmark.ts';
import { childAnswer } from '../child-answer.ts';
import { figureOf, median, ratio } from '../interleaved.ts';
import { startBenchServer, type BenchServer } from '../store/bench-server.ts';

const worker = new URL('../backup/backup-work.ts', import.meta.url);
const mostPictures = 5_000;

/** Backups of rows against pg_dump and pg_restore, of pictures against restic, and what a backup of few changes costs. */
export const backupBenchmark: Benchmark = {
  name: 'backup',
  summary: 'full, unchanged and changed backups, verification and restore against pg_dump, pg_restore and restic',
  goals: {
    pgDumpFc: { min: 1 }, size: { max: 1.1 }, unchangedTime: { max: 0.7 }, unchangedBytes: { max: 0.001 }, newBytes0_1pct: { max: 0.01 }, newBytes5pct: { max: 0.04 },
    verify: { min: 1 }, pgRestore: { max: 1.1 }, restic: { min: 1 }, resticUnchanged: { max: 0.5 }, memoryMb: { max: 300 },
  },
  async measure(options) {
    const [rows, runs] = [options.rows ?? 200_000, options.runs ?? 3];
    const { signal, say } = options;
    ensureDumpPeers(say);
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
    await using server = await startBenchServer();
    say(server.version);
    const around: Around = { ...options, server, folder: folder.path, values: new Map(), signal };
    await server.fresh('shop');
    say(`filling a shop of ${rows} rows and ${Math.min(mostPictures, rows)} pictures`);
    await server.with('shop', (client) => fillShop(client, rows));
    const raw = await server.with('shop', rawBytes);
    for (let round = 0; round < runs; round += 1) {
      say(`round ${round + 1} of ${runs}`);
      await measureRows(around, round, raw);
    }
    const pictures = path.join(folder.path, 'pictures');
    await server.with('shop', (client) => fillPictures(client, pictures, Math.min(mostPictures, rows)));
    for (let round = 0; round < runs; round += 1) await measurePictures(around, round, pictures);
    const figures = figuresOf(around);
    return { size: rows, runs, figures, ratios: ratiosOf(figures) };
  },
};

interface Around extends BenchmarkOptions {
  readonly server: BenchServer;
  readonly folder: string;
  readonly values: Map<string, { unit: string; values: number[] }>;
}

function note({ values }: Around, who: string, unit: string, value: number): void {
  const entry = values.get(who) ?? { unit, values: [] };
  entry.values.push(value);
  values.set(who, entry);
}

async function ours(around: Around, order: Omit<BackupOrder, 'address'> & { readonly database: string }): Promise<BackupAnswer> {
  const { database, ...rest } = order;
  const answer = await childAnswer<BackupAnswer>(worker, { ...rest, address: around.server.address(database) }, around.signal);
  note(around, 'memory', 'MB', answer.memoryMb);
  return answer;
}

/** One after the other, all in each round, so that a machine that is slower for a while is slower for everybody. */
async function measureRows(around: Around, round: number, raw: number): Promise<void> {
  const { server, signal } = around;
  const folder = path.join(around.folder, `round-${round}`);
  await mkdir(folder);
  const [dump, dumps, repository] = [path.join(folder, 'dump.fc'), path.join(folder, 'dumps'), path.join(folder, 'repository')];
  const address = server.address('shop');
  note(around, 'pg_dump -Fc', 's', await timed('pg_dump', ['-Fc', '-n', 'sync1688', '-f', dump, address], { signal }));
  const full = await ours(around, { work: 'create', database: 'shop', repository, name: 'full', pictures: null });
  note(around, 'ours full', 's', full.seconds);
  note(around, 'pg_dump -Fd -j2', 's', await timed('pg_dump', ['-Fd', '-j2', '-n', 'sync1688', '-f', dumps, address], { signal }));
  note(around, 'ours bytes', 'B', full.bytesNew);
  note(around, 'pg_dump -Fc bytes', 'B', (await stat(dump)).size);
  const unchanged = await ours(around, { work: 'create', database: 'shop', repository, name: 'unchanged', pictures: null });
  note(around, 'ours unchanged', 's', unchanged.seconds);
  note(around, 'ours unchanged bytes', 'B', unchanged.bytesNew);
  const verified = await ours(around, { work: 'verify', database: 'shop', repository, name: 'full', pictures: null });
  note(around, 'ours verify', 'MB/s', raw / 1e6 / verified.seconds);
  note(around, 'zstd + SHA-256', 'MB/s', await machineRate(server));
  await server.fresh('restored');
  await server.with('restored', (client) => client.query('drop schema sync1688 cascade'));
  note(around, 'pg_restore -j2', 's', await timed('pg_restore', ['-j2', '-d', server.address('restored'), dumps], { signal }));
  await server.with('restored', (client) => client.query('drop schema sync1688 cascade; checkpoint'));
  note(around, 'ours restore', 's', (await ours(around, { work: 'restore', database: 'restored', repository, name: 'full', pictures: null })).seconds);
  await server.drop('restored');
  await server.fresh('changed', 'shop');
  for (const [every, who] of [[1_000, 'ours 0.1 % bytes'], [20, 'ours 5 % bytes']] as const) {
    await server.with('changed', (client) => scatterChanges(client, every));
    note(around, who, 'B', (await ours(around, { work: 'create', database: 'changed', repository, name: who, pictures: null })).bytesNew);
  }
  await server.drop('changed');
  await rm(folder, { recursive: true });
}

async function measurePictures(around: Around, round: number, pictures: string): Promise<void> {
  const { signal } = around;
  const folder = path.join(around.folder, `pictures-${round}`);
  await mkdir(folder);
  const restic = (args: readonly string[]): Promise<number> => timed('restic', args, { signal, cwd: pictures, env: { RESTIC_REPOSITORY: path.join(folder, 'restic'), RESTIC_PASSWORD: 'bench', RESTIC_CACHE_DIR: path.join(folder, 'cache') } });
  const backUp = async (name: string): Promise<number> => (await ours(around, { work: 'create', database: 'shop', repository: path.join(folder, 'repository'), name, pictures })).seconds;
  await restic(['init']);
  note(around, 'restic first', 's', await restic(['backup', '.']));
  note(around, 'ours pictures first', 's', await backUp('first'));
  note(around, 'restic unchanged', 's', await restic(['backup', '.']));
  note(around, 'ours pictures unchanged', 's', await backUp('second'));
  await rm(folder, { recursive: true });
}

async function rawBytes(client: Parameters<Parameters<BenchServer['with']>[1]>[0]): Promise<number> {
  const { rows } = await client.query<{ tablename: string }>(`select tablename from pg_tables where schemaname = 'sync1688'`);
  let bytes = 0;
  for (const { tablename } of rows) bytes += Number((await client.query<{ n: string }>(`select coalesce(sum(octet_length(t::text)), 0) as n from sync1688.${tablename} as t`)).rows[0]?.n);
  return bytes;
}

/** What one core of this machine decompresses and hashes, of rows like these. */
async function machineRate(server: BenchServer): Promise<number> {
  const { rows } = await server.with('shop', (client) => client.query<{ t: string }>('select p::text as t from sync1688.products as p order by id limit 1000'));
  const raw = Buffer.from(rows.map(({ t }) => `${t}\n`).join(''));
  const frame = zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } });
  const begun = performance.now();
  let bytes = 0;
  while (performance.now() - begun < 500) bytes += createHash('sha256').update(zstdDecompressSync(frame)).digest().length > 0 ? raw.length : 0;
  return bytes / 1e3 / (performance.now() - begun);
}

function figuresOf({ values }: Around): Figure[] {
  return [...values].map(([who, entry]) => (who === 'memory' ? { ...figureOf(who, entry.values, entry.unit), median: Math.round(Math.max(...entry.values)) } : figureOf(who, entry.values, entry.unit)));
}

function ratiosOf(figures: readonly Figure[]): Record<string, number> {
  const of = (who: string): number => median(figures.filter((each) => each.who === who).map((each) => each.median));
  return {
    pgDumpFc: ratio(figures, 'pg_dump -Fc', 'ours full'), size: ratio(figures, 'ours bytes', 'pg_dump -Fc bytes'), unchangedTime: ratio(figures, 'ours unchanged', 'ours full'),
    unchangedBytes: of('ours unchanged bytes') / of('ours bytes'), newBytes0_1pct: ratio(figures, 'ours 0.1 % bytes', 'ours bytes'), newBytes5pct: ratio(figures, 'ours 5 % bytes', 'ours bytes'),
    // Either the fixed rate or most of what this machine can.
    verify: Number(Math.max(of('ours verify') / 150, of('ours verify') / of('zstd + SHA-256') / 0.7).toPrecision(4)),
    pgRestore: ratio(figures, 'ours restore', 'pg_restore -j2'), restic: ratio(figures, 'restic first', 'ours pictures first'), resticUnchanged: ratio(figures, 'ours pictures unchanged', 'restic unchanged'),
    memoryMb: of('memory'),
  };
}
