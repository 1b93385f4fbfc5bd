// needs: nginx-light
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { imageUrlOf } from '@1688/mirror';
import { describe, expect, test } from 'vitest';
import { aServer, type TestServer } from './a-server.ts';

const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const nothing = 'c'.repeat(64);

describe('nginx as the guide sets it up', () => {
  test('serves what the server lets pass, under the same key, and its internal path is closed', async () => {
    await using nginx = await nginxInFront();
    const { store, url, told } = nginx;
    const ask = (address: string, headers: Record<string, string> = {}): Promise<Response> => fetch(url + address, { headers: { authorization: `Bearer ${store.viewer}`, ...headers } });

    const whole = await ask(`/i/${sha256}/original`);
    const part = await ask(`/i/${sha256}/original`, { range: 'bytes=1-1' });
    const again = await ask(`/i/${sha256}/original`, { 'if-none-match': whole.headers.get('etag') ?? '' });
    const keyless = await fetch(`${url}/i/${sha256}/original`);
    const closed = await ask(`/_pictures/sha256/ba/78/${sha256}.png`);
    const direct = await store.ask(`/i/${sha256}/original`, { headers: { 'x-accel-mapping': 'x' } });

    expect([whole.status, await whole.text(), whole.headers.get('content-type'), whole.headers.get('x-content-type-options'), whole.headers.get('x-accel-redirect')]).toEqual([200, 'abc', 'image/png', 'nosniff', null]);
    expect(whole.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect([part.status, await part.text(), again.status, keyless.status, closed.status]).toEqual([206, 'b', 304, 401, 404]);
    expect((await ask(`/i/${nothing}/original`)).status).toBe(404);
    expect([await direct.text(), direct.headers.get('x-accel-redirect')]).toEqual(['abc', null]);
    expect(await told()).toMatch(/GET \/i\/ba7816.* upstream=0 sent=3/);
  });

  test('serves pictures to everybody at the address that CDN_BASE_URL makes, and nothing else of the folder', async () => {
    await using nginx = await nginxInFront();
    const { store: { mirror }, url } = nginx;
    const behindCdn = { ...mirror, config: { ...mirror.config, values: { ...mirror.config.values, CDN_BASE_URL: `${url}/pictures` } } };

    const address = await imageUrlOf(behindCdn, sha256);
    const reply = await fetch(address);
    const others = await Promise.all(['/pictures/', '/pictures/.1688sync-store', '/pictures/../nginx.conf', '/pictures/sha256/', '/pictures/sha256/..%2f..%2f..%2fnginx.conf'].map(async (each) => (await fetch(url + each)).status));

    expect(address).toBe(`${url}/pictures/sha256/ba/78/${sha256}.png`);
    expect([reply.status, await reply.text(), reply.headers.get('content-type'), reply.headers.get('cache-control')]).toEqual([200, 'abc', 'image/png', 'public, max-age=31536000, immutable']);
    expect(others.filter((status) => status < 400)).toEqual([]);
  });
});

interface InFront extends AsyncDisposable {
  readonly store: TestServer;
  readonly url: string;
  /** Its log: which bytes came from the server behind, and which were sent. */
  told(): Promise<string>;
}

/** nginx with the block of docs/guide/http-api.md, in front of a server with one picture. */
async function nginxInFront(): Promise<InFront> {
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await aServer({ jobs: 0, env: { SERVER_TRUSTED_PROXIES: '127.0.0.1/32', SERVER_PICTURE_REDIRECT: '/_pictures/' } }));
  await hang(store);
  const folder = stack.use(await mkdtempDisposable(path.join(tmpdir(), 'nginx1688-'))).path;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const root = process.getuid?.() === 0 ? 'user root;' : '';
  const locations = (await guideBlock()).replaceAll('/srv/1688/images', path.join(store.folder, 'images')).replaceAll('http://127.0.0.1:1688', store.url);
  await writeFile(path.join(folder, 'nginx.conf'), `${root} pid ${folder}/pid; error_log ${folder}/error.log; events {}
http {
  log_format told '$request upstream=$upstream_response_length sent=$body_bytes_sent'; access_log ${folder}/access.log told;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; types { image/png png; image/jpeg jpg; image/webp webp; }
  server { listen 127.0.0.1:${port}; ${locations} }
}\n`);
  const child = spawn('/usr/sbin/nginx', ['-c', path.join(folder, 'nginx.conf'), '-p', folder, '-e', path.join(folder, 'error.log'), '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'inherit'] });
  stack.defer(async () => {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  });
  await expect.poll(() => fetch(`${url}/livez`).then((reply) => reply.status, () => 0), { timeout: 10_000 }).toBe(200);
  const all = stack.move();
  return { store, url, told: () => readFile(path.join(folder, 'access.log'), 'utf8'), [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function guideBlock(): Promise<string> {
  const guide = await readFile(new URL('../../../docs/guide/http-api.md', import.meta.url), 'utf8');
  const [, block] = /```nginx\n([\s\S]*?)```/.exec(guide) ?? [];
  if (block === undefined) throw new Error('Expected a block for nginx in the guide, found none.');
  return block;
}

/** A picture whose bytes are "abc". */
async function hang({ mirror }: TestServer): Promise<void> {
  const key = `sha256/ba/78/${sha256}.png`;
  await mirror.storage.put(key, 'abc');
  await mirror.db.knex.raw(`insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format, reference_count) values (?, ?, 3, 1, 1, 'png', 1)`, [sha256, key]);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => { probe.listen(0, '127.0.0.1', resolve); });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => { probe.close(resolve); });
  return port;
}
