import type { AddressInfo } from 'node:net';
import { BlockList, isIP } from 'node:net';
import { SyncError, isSyncError } from '@1688/core';
import type { Mirror } from '@1688/mirror';
import fastify, { type FastifyInstance } from 'fastify';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { browseRoute } from './routes/browse.ts';
import { healthRoutes } from './routes/health.ts';
import { pictureRoute } from './routes/picture.ts';
import { productRoute } from './routes/product.ts';
import { style } from './style.ts';
import { wordsFor } from './words.ts';

export interface StartServerOptions {
  /** Loopback only, until the server knows keys. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 for a free one. Default 1688. */
  readonly port?: number;
}

export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:1688` */
  readonly url: string;
  /** Answers what is running, then closes. */
  close(): Promise<void>;
}

const contentPolicy = "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Shows a mirror in the browser, read-only.
 * @throws CONFIG_UNSAFE for an address others can reach, LOCKED when the port is taken
 */
export async function startServer(mirror: Mirror, { host = '127.0.0.1', port = 1688 }: StartServerOptions = {}): Promise<RunningServer> {
  if (!isLoopback(host)) {
    throw new SyncError('CONFIG_UNSAFE', `Expected a loopback address to listen on, received ${JSON.stringify(host)}: everybody who reaches it would see the store.`, {
      hint: 'Use 127.0.0.1, and a reverse proxy that asks who is there in front of it.',
    });
  }
  const app = fastify({ bodyLimit: 1_048_576, requestTimeout: 15_000, forceCloseConnections: 'idle', routerOptions: { maxParamLength: 128 } });
  guard(app);
  tellErrors(app, mirror);
  app.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').header('cache-control', 'private, max-age=60').send(style));
  healthRoutes(app, mirror);
  browseRoute(app, mirror);
  productRoute(app, mirror);
  pictureRoute(app, mirror);
  await listen(app, host, port);
  const address = app.server.address() as AddressInfo;
  const close = (): Promise<void> => app.close();
  return { url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`, close, [Symbol.asyncDispose]: close };
}

/** Headers of every answer; and a name that is not this machine's is refused, against DNS rebinding. */
function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'content-security-policy': contentPolicy, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin' });
    const name = request.hostname.replace(/^\[|\]$/g, '');
    if (!isLoopback(name)) await reply.code(421).send({ title: 'Misdirected request' });
  });
}

function tellErrors(app: FastifyInstance, mirror: Mirror): void {
  app.setNotFoundHandler((request, reply) => {
    const words = wordsFor(undefined, request.headers['accept-language']);
    return reply.code(404).type('text/html; charset=utf-8').send(layout(html`<p class="note">${words.missing}</p>`, { words, other: '/' }));
  });
  app.setErrorHandler((error, request, reply) => {
    const words = wordsFor(undefined, request.headers['accept-language']);
    const code = isSyncError(error) ? error.code : 'INTERNAL';
    const status = statusOf(code, error);
    if (status >= 500) mirror.log.error({ url: request.url.slice(0, 200), code, error: error instanceof Error ? error.message : String(error) }, 'request failed');
    return reply.code(status).type('text/html; charset=utf-8').send(layout(html`<p class="note">${status === 404 ? words.missing : words.failure} (${code})</p>`, { words, other: '/' }));
  });
}

function statusOf(code: string, error: unknown): number {
  if (code === 'NOT_FOUND' || code === 'STORAGE_OBJECT_MISSING') return 404;
  if (code === 'ARGUMENT_INVALID') return 400;
  if (code.startsWith('DB_')) return 503;
  const own = (error as { statusCode?: unknown }).statusCode;
  return typeof own === 'number' && own >= 400 && own < 600 ? own : 500;
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new SyncError('LOCKED', `Expected port ${port} to be free, it is taken.`, { hint: 'Use --port 0 for a free one, or end what uses it.', cause });
    throw new SyncError('CONFIG_INVALID', `Expected to be able to listen on ${host}:${port}, received ${code ?? String(cause)}.`, { hint: 'Choose another --host or --port.', cause });
  }
}

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
