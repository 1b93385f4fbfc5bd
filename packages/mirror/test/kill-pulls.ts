import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportRecords } from '@1688/catalog';
import { productImages, products, transaction } from '@1688/db';
import { check, collectImages, type Mirror } from '@1688/mirror';
import { collectBytes } from '@1688/storage';
import { expect } from 'vitest';
import { randomFrom } from './gc-interleaving.ts';
import { openTestMirror } from './image-store.ts';
import { numbered, pictureServer, type PictureServer } from './picture-server.ts';

const puller = fileURLToPath(new URL('killed-puller.ts', import.meta.url));

export interface KillPullsOptions {
  readonly stores: number;
  /** Kills in each store. */
  readonly kills: number;
  /** Pictures in each store. */
  readonly pictures: number;
  readonly seed: number;
}

/** So many pictures are withheld from a run that is to be killed: it cannot end before. */
const withheld = 5;

/** Pulls with a process that is killed again and again, each time between the first and the last commit, until a last one ends by itself, and compares what is stored with a clean run. */
export async function killPulls({ stores, kills, pictures, seed }: KillPullsOptions): Promise<void> {
  let stopAt = Infinity;
  await using server = await pictureServer(async (url, response) => {
    if (server.asked.length > stopAt) return; // the connection ends with the process
    await sleep(5);
    if (url.startsWith('/gone')) response.writeHead(404).end();
    else await numbered(url, response);
  });
  const clean = await cleanRun(server, pictures);
  for (let store = 1; store <= stores; store += 1) {
    const random = randomFrom(seed + store);
    await using stack = new AsyncDisposableStack();
    const opened = await openTestMirror(stack);
    await fill(opened.mirror, server.origin, pictures);
    const moments = Array.from({ length: kills }, () => Math.floor(random() * (pictures - withheld))).toSorted((a, b) => a - b);
    for (const [at, moment] of moments.entries()) {
      const before = await settled(opened.mirror);
      const start = server.asked.length;
      stopAt = start + pictures - withheld - before;
      await pullUntil(opened, server, async () => {
        while (server.asked.length - start < Math.max(1, moment - before)) await sleep(2);
        while ((await settled(opened.mirror)) === 0) await sleep(2);
        await sleep(random() * 40);
      });
      const committed = await settled(opened.mirror);
      expect(committed).toBeGreaterThan(0);
      expect(committed).toBeLessThan(pictures);
      process.stdout.write(`seed ${seed} store ${store} kill ${at + 1}: from picture ${moment} on, ${committed} of ${pictures} committed\n`);
      await expectWhole(opened.mirror);
    }
    stopAt = Infinity;
    await pullUntil(opened, server);
    await expectWhole(opened.mirror);
    expect(await fingerprint(opened.mirror)).toBe(clean);
    expect(await collectImages(opened.mirror, { graceMs: -60_000, dryRun: true })).toMatchObject({ collected: 0, strays: 0 });
    expect((await check(opened.mirror, { deep: true })).totalIssues).toBe(0);
    expect(await temporaryFiles(opened.mirror)).toEqual([]);
  }
}

async function cleanRun(server: PictureServer, pictures: number): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const opened = await openTestMirror(stack);
  await fill(opened.mirror, server.origin, pictures);
  await pullUntil(opened, server);
  return await fingerprint(opened.mirror);
}

/** A twentieth does not exist, a tenth has the bytes of another one. */
async function fill({ db }: Mirror, origin: string, pictures: number): Promise<void> {
  const nameOf = (number: number): string => (number % 20 === 7 ? `gone-${number}` : number % 10 === 3 ? `${number - 1}-again` : String(number));
  await transaction(db, async (trx) => {
    for (let first = 0; first < pictures; first += 5) {
      const numbers = Array.from({ length: Math.min(5, pictures - first) }, (_, at) => first + at);
      await products(trx).upsert({ offerId: String(610_947_000_000 + first), title: '夏季雪纺连衣裙', images: numbers.map((number, at) => ({ url: `${origin}/${nameOf(number)}.png`, role: at === 0 ? 'main' : 'gallery' })) });
    }
  });
}

/** Runs a pull to its end, or kills it when the moment has come. */
async function pullUntil({ url, folder }: { url: string; folder: string }, server: PictureServer, moment?: () => Promise<void>): Promise<void> {
  const port = String(server.allow[0].port);
  const child = fork(puller, [url, folder, port], { execArgv: ['--conditions=@1688/source', '--disable-warning=ExperimentalWarning'], stdio: 'inherit', env: { ...process.env, NODE_COMPILE_CACHE: path.join(tmpdir(), 'kill-pulls-cache') } });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  if (moment) {
    await Promise.race([moment(), ended.then(({ code }) => { throw new Error(`Expected the pull to go on until it is killed, it ended with ${code}.`); })]);
    child.kill('SIGKILL');
  }
  const { code, signal } = await ended;
  if (!moment || signal !== 'SIGKILL') expect(code).toBe(0);
}

async function settled({ db }: Mirror): Promise<number> {
  const { stored, gone, failed } = await productImages(db).counts();
  return stored + gone + failed;
}

/** Every picture that a row says is stored is there, whole. */
async function expectWhole({ db, storage }: Mirror): Promise<void> {
  const { rows } = await db.knex.raw<{ rows: { sha256: string; key: string | null; state: string | null }[] }>(
    `select distinct i.sha256, o.key, o.state from sync1688.product_images i left join sync1688.image_objects o using (sha256) where i.state = 'stored'`);
  for (const { sha256, key, state } of rows) {
    const bytes = await collectBytes((await storage.get(key ?? '')).body);
    expect([state, createHash('sha256').update(bytes).digest('hex')]).toEqual(['live', sha256]);
  }
}

async function fingerprint({ db }: Mirror): Promise<string> {
  const lines: string[] = [];
  for await (const record of exportRecords(db, 'images', { sorted: true, portable: true })) lines.push(JSON.stringify(record));
  const { rows } = await db.knex.raw<{ rows: object[] }>(`select sha256, reference_count, state, size_bytes, (select count(*) from sync1688.image_variants v where v.sha256 = o.sha256) as variants from sync1688.image_objects o order by sha256`);
  return [...lines, ...rows.map((row) => JSON.stringify(row))].join('\n');
}

async function temporaryFiles({ places }: Mirror): Promise<string[]> {
  return readdir(path.join(places.storage, '.tmp'), { recursive: true }).then((names) => names.filter((name) => name.includes('.')), () => []);
}
