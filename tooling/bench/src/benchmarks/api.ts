import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { probe } from '../api/probe.ts';
import { apiKey, servePeer, serveProgram, serveUs } from '../api/served.ts';
import { wrk, type Load } from '../api/wrk.ts';
import type { Benchmark } from '../benchmark.ts';
import { ensure } from '../debian-needs.ts';
import { writePictures } from '../images/picture-files.ts';
import { runImporter } from '../importer/run-importer.ts';
import { figureOf, interleaved, median, ratio } from '../interleaved.ts';
import { writeOffers } from '../offers/offer-file.ts';
import { titlesOf } from '../offers/title-source.ts';
import { startBenchServer } from '../store/bench-server.ts';
import { schema } from '../store/filled-tables.ts';

const connections = 32;
const seconds = 4;
const pictures = 50;

/** Pages, single products and pictures over HTTP, and what is left of them under four times the load. */
export const apiBenchmark: Benchmark = {
  name: 'api',
  summary: 'lists, products and pictures over HTTP against pgbench, an objection handler and nginx; overload',
  goals: { pgbench: { min: 0.35 }, objection: { min: 1.8 }, nginx: { min: 0.25 }, p99ById: { max: 50 }, overloadP99: { max: 250 }, recoverySeconds: { max: 5 } },
  async measure(options) {
    const { signal, say } = options;
    const [rows, runs] = [options.rows ?? 100_000, options.runs ?? 3];
    ensure('wrk', ['wrk'], () => isThere('wrk'), say);
    ensure('nginx', ['nginx-light'], () => existsSync('/usr/sbin/nginx') || isThere('nginx'), say);
    ensure('pgbench', ['postgresql-contrib'], () => isThere('pgbench'), say);
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'bench1688-'));
    await using server = await startBenchServer();
    const offers = path.join(folder.path, 'offers.jsonl');
    say(`importing ${rows} offers`);
    await writeOffers(offers, { rows, titles: await titlesOf(options.data), signal });
    const address = await server.fresh('api');
    await runImporter({ address, file: offers, folder: folder.path, rows, signal });
    const images = await hangPictures(folder.path, signal);
    const ids = await server.with('api', async (client) => {
      for (const each of images) await client.query(`insert into ${schema}.image_objects (sha256, key, size_bytes, width_px, height_px, format) values ($1, $2, $3, 800, 800, 'jpeg')`, [each.sha256, each.key, each.sizeBytes]);
      await client.query('vacuum analyze');
      return (await client.query<{ id: string; offer: string }>(`select id, source_id as offer from ${schema}.products order by random() limit 500`)).rows;
    });
    await using us = await serveUs(address, folder.path);
    await using objection = await servePeer('objection-list.ts', { address, schema });
    await using nginx = await startNginx(folder.path);
    const headers = { authorization: `Bearer ${apiKey}` };
    const load = (url: string, paths: readonly string[], more: { connections?: number; seconds?: number } = {}): Promise<Load> => wrk({ url, paths, headers, connections, seconds, folder: folder.path, signal, ...more });
    const sound = (each: Load): number => {
      if (each.others > 0) throw new Error(`Expected answers with status 200 alone, received ${each.others} others (503: the machine has too much to do for this server to take more).`);
      return each.perSecond;
    };
    const cursors = ids.map(({ id }) => `/api/v1/products?limit=50&cursor=${Buffer.from(JSON.stringify(['id', 'asc', null, id])).toString('base64url')}`);
    const byId = ids.map(({ offer }) => `/api/v1/products/${offer}`);
    const p99s: number[] = [];
    const lists = await interleaved([
      { who: 'list', run: async () => sound(await load(us.url, cursors)) },
      { who: 'pgbench', run: async () => pgbench(address, rows) },
      { who: 'objection', run: async () => sound(await load(objection.url, ids.map(({ id }) => `/?after=${id}`))) },
      { who: 'byId', run: async () => {
        const each = await load(us.url, byId);
        p99s.push(each.p99);
        return sound(each);
      } },
      { who: 'picture', run: async () => sound(await load(us.url, images.map(({ sha256 }) => `/i/${sha256}/original.jpg`))) },
      { who: 'nginx', run: async () => sound(await load(nginx.url, images.map(({ key }) => `/${key}`))) },
    ], { runs, unit: '1/s', signal });
    say('four times as many as it takes at once');
    const [over, admitted] = await Promise.all([load(us.url, byId, { connections: 256 }), probe({ url: us.url, paths: byId, headers, callers: 4, seconds, signal })]);
    if (over.wrong > 0) throw new Error(`Expected 200, 429 and 503 alone under overload, received ${over.wrong} others.`);
    const recovery = await untilAsBefore(() => load(us.url, byId, { seconds: 1 }), median(p99s.slice(1)));
    const figures = [
      ...lists, figureOf('byId p99', p99s.slice(1), 'ms'), figureOf('overload', [over.perSecond], '1/s'), figureOf('overload refused', [over.others / seconds], '1/s'),
      figureOf('overload p99', [admitted.p99], 'ms'), figureOf('recovery', [recovery], 's'),
    ];
    return {
      size: rows, runs, figures,
      ratios: { pgbench: ratio(figures, 'list', 'pgbench'), objection: ratio(figures, 'list', 'objection'), nginx: ratio(figures, 'picture', 'nginx'), p99ById: Number(median(p99s.slice(1)).toFixed(1)), overloadP99: Number(admitted.p99.toFixed(1)), recoverySeconds: Number(recovery.toFixed(1)) },
    };
  },
};

/** Seconds from the end of the overload to the end of the first second without a refusal and with latencies of the kind there were before. */
async function untilAsBefore(ask: () => Promise<Load>, p99: number): Promise<number> {
  const started = performance.now();
  for (;;) {
    const { others, p99: now } = await ask();
    const passed = (performance.now() - started) / 1_000;
    if ((others === 0 && now <= Math.max(50, p99 * 2)) || passed > 30) return passed;
  }
}

interface HungPicture {
  readonly sha256: string;
  readonly key: string;
  readonly sizeBytes: number;
}

/** Pictures where the file storage keeps them: nginx serves the same files. */
async function hangPictures(folder: string, signal: AbortSignal): Promise<HungPicture[]> {
  await writePictures(folder, pictures, signal);
  const hung: HungPicture[] = [];
  for (let number = 0; number < pictures; number += 1) {
    const bytes = await readFile(path.join(folder, `${number}.jpg`));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const key = `sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.jpg`;
    const file = path.join(folder, 'images', key);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    hung.push({ sha256, key, sizeBytes: bytes.length });
  }
  return hung;
}

/** The same rows as one JSON text, planned once, over so many connections as our pool has. Transactions a second. */
function pgbench(address: string, rows: number): number {
  const script = fileURLToPath(new URL('../peers/page-of-products.sql', import.meta.url));
  const { stdout, stderr } = spawnSync('pgbench', ['-n', '-M', 'prepared', '-c', '10', '-j', '1', '-T', String(seconds), '-D', `last=${rows}`, '-f', script, address], { encoding: 'utf8' });
  const [, tps] = /tps = ([\d.]+)/.exec(stdout) ?? [];
  if (tps === undefined) throw new Error(`pgbench failed: ${stderr}`);
  return Number(tps);
}

async function startNginx(folder: string) {
  const port = await freePort();
  const conf = path.join(folder, 'nginx.conf');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  await writeFile(conf, `${user} worker_processes auto; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; events { worker_connections 512; }
http { access_log off; sendfile on; keepalive_requests 1000000; types { image/jpeg jpg; } server { listen 127.0.0.1:${port}; root ${folder}/images; } }\n`);
  return serveProgram(existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx', ['-c', conf, '-p', folder, '-g', 'daemon off;'], `http://127.0.0.1:${port}`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}

function isThere(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}
