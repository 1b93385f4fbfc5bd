import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addApiKey, importFile, loadConfig, openMirror, pullImages, type Mirror } from '@1688/mirror';
import { startServer, type RunningServer } from '@1688/server';
import { testDatabase } from '@1688/vitest';
import { madeOffers } from './made-offers.ts';
import { pictureServer } from './picture-server.ts';

/** A store with made offers, and the server that shows it. */
export interface ServedStore extends AsyncDisposable {
  readonly mirror: Mirror;
  readonly server: RunningServer;
  readonly key: string;
}

/** @param offers how many; each fifth moved its price twice, sixty have pictures, two records are rejected */
export async function servedStore({ offers }: { readonly offers: number }): Promise<ServedStore> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const folder = stack.use(await mkdtempDisposable(path.join(tmpdir(), 'browser1688-'))).path;
  const mirror = stack.use(await openMirror(await loadConfig({ cwd: folder, env: { DATABASE_URL: database.url, DATA_DIR: folder } }), { migrate: false }));
  await using pictures = await pictureServer();
  await fill(mirror, offers, pictures);
  const { key } = await addApiKey(mirror, 'browser-test', { role: 'operator' });
  // A machine that runs tests may be busy: that alone refuses nothing here.
  const server = stack.use(await startServer(mirror, { port: 0, perSecond: 0, jobs: 1, limits: { mostDelayMs: 5_000 } }));
  const all = stack.move();
  return { mirror, server, key, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function fill(mirror: Mirror, count: number, { origin, port }: { readonly origin: string; readonly port: number }): Promise<void> {
  const day = 86_400_000;
  for (const round of [0, 1, 2]) {
    const lines = [...madeOffers({ count, pictures: origin, round })];
    const bad = round === 2 ? ['{"entity":"product","offerId":"6.1E+11","title":"坏的编号"}', '{"entity":"product","offerId":"610000000001x","title":""}'] : [];
    // Later rounds bring only what moved, as a price list would.
    const sent = round === 0 ? lines : lines.filter((_, at) => at % 5 === 0);
    await importFile(mirror, new TextEncoder().encode([...sent, ...bad].join('\n')), { observedAt: new Date(Date.now() - (20 - round * 8) * day) });
  }
  await pullImages(mirror, { allow: [{ cidr: '127.0.0.1/32', port }] });
}
