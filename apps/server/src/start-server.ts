import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SyncError } from '@1688/core';
import { configuredKeys, gauges, hasApiKeys, openJobs, openWatches, type JobQueue, type Mirror } from '@1688/mirror';
import fastify, { type FastifyInstance } from 'fastify';
import { openApiDocument } from './api/openapi.ts';
import { routeTable } from './api/route-table.ts';
import { addRoutes, apiPrefix } from './api/routes-plugin.ts';
import { loadGuard } from './load/load-guard.ts';
import { openMetrics } from './observe/metrics.ts';
import { dashboardRoutes } from './pages/dashboard.ts';
import { docsPage } from './pages/docs.ts';
import { openRoute } from './pages/open.ts';
import { addHooks } from './request-hooks.ts';
import { healthRoutes } from './routes/health.ts';
import { pictureRoute } from './routes/picture.ts';
import { openGate } from './security/gate.ts';
import { hostChecker, isLoopback } from './security/host-names.ts';
import { openSessions } from './security/sessions.ts';
import { completeOptions, type ServerSettings, type StartServerOptions } from './server-options.ts';
import { style } from './style.ts';
import { wordsFor } from './words.ts';

export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:1688` */
  readonly url: string;
  /** A link that opens the pages in a browser, once and within an hour. Whoever has it is an operator. */
  openLink(): string;
  /** Tells load balancers, answers what is running, gives jobs back, then closes. A second call waits for the first. */
  close(): Promise<void>;
}

/** For what is still at work when the port is closed. */
const graceMs = 3_000;

/**
 * Serves a mirror: HTTP API, pages and a worker for its jobs.
 * @throws CONFIG_UNSAFE for an address others can reach while nobody has a key, LOCKED when the port is taken
 */
export async function startServer(mirror: Mirror, options: StartServerOptions = {}): Promise<RunningServer> {
  const isPrivate = isLoopback(options.host ?? '127.0.0.1');
  const settings = completeOptions(mirror, options, isPrivate);
  await refuseUnsafe(mirror, settings.host, isPrivate);
  await using stack = new AsyncDisposableStack();
  const jobs = stack.use(await openJobs(mirror, { concurrency: settings.jobs }));
  if (settings.jobs > 0) stack.use(openWatches(mirror));
  const draining = new AbortController();
  const stopping = new AbortController();
  const sessions = openSessions();
  const app = stack.adopt(buildServer(mirror, settings), async (each) => { await each.close(); });
  addEverything(app, { mirror, settings, jobs, sessions, load: stack.use(loadGuard(settings.limits)), draining: draining.signal, stopping: stopping.signal });
  await listen(app, settings.host, settings.port);
  const address = app.server.address() as AddressInfo;
  const url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  const all = stack.move();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= (async () => {
    draining.abort();
    if (settings.drainMs > 0) await sleep(settings.drainMs);
    stopping.abort();
    const cut = setTimeout(() => { app.server.closeAllConnections(); }, graceMs).unref();
    try {
      await all.disposeAsync();
    } finally {
      clearTimeout(cut);
    }
  })());
  mirror.log.info({ url, jobs: settings.jobs }, 'server listens');
  return { url, openLink: () => `${url}/open/${sessions.invite()}`, close, [Symbol.asyncDispose]: close };
}

async function refuseUnsafe(mirror: Mirror, host: string, isPrivate: boolean): Promise<void> {
  configuredKeys(mirror.config); // a key that is too short is told now
  if (isPrivate || (await hasApiKeys(mirror))) return;
  throw new SyncError('CONFIG_UNSAFE', `Expected a key before others can reach the store at ${JSON.stringify(host)}, found none.`, { hint: 'Make one with "1688sync serve keys add NAME --role operator", or listen on 127.0.0.1.' });
}

function buildServer({ config }: Mirror, { limits }: ServerSettings): FastifyInstance {
  const proxies = config.values.SERVER_TRUSTED_PROXIES;
  return fastify({
    bodyLimit: limits.maxBodyBytes, connectionTimeout: limits.stallMs, keepAliveTimeout: 10_000, requestTimeout: 0, forceCloseConnections: 'idle', routerOptions: { maxParamLength: 200 },
    genReqId: () => randomUUID(), requestIdHeader: false, ...(proxies === undefined ? {} : { trustProxy: proxies }),
    http: { headersTimeout: limits.headersTimeoutMs, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
    // Bodies are read by our own parsers, which are slower to be fooled.
    onProtoPoisoning: 'error', onConstructorPoisoning: 'error',
  });
}

interface Parts {
  readonly mirror: Mirror;
  readonly settings: ServerSettings;
  readonly jobs: JobQueue;
  readonly sessions: ReturnType<typeof openSessions>;
  readonly load: ReturnType<typeof loadGuard>;
  readonly draining: AbortSignal;
  readonly stopping: AbortSignal;
}

function addEverything(app: FastifyInstance, { mirror, settings, jobs, sessions, load, draining, stopping }: Parts): void {
  const metrics = openMetrics();
  const gate = openGate(app, { mirror, sessions, perSecond: settings.perSecond });
  const names = mirror.config.values.SERVER_NAMES?.split(',') ?? [];
  addHooks(app, { mirror, gate, load, metrics, isOurName: hostChecker({ host: settings.host, names }), draining });
  const routes = routeTable(sessions);
  const document = JSON.stringify(openApiDocument(routes));
  const open = { config: { open: true } };
  app.get(`${apiPrefix}/openapi.json`, open, (_request, reply) => reply.type('application/json; charset=utf-8').send(document));
  app.get<{ Querystring: { lang?: string } }>('/docs', open, (request, reply) => reply.type('text/html; charset=utf-8').send(docsPage(routes, wordsFor(request.query.lang, request.headers['accept-language']))));
  app.get('/style.css', open, (_request, reply) => reply.type('text/css; charset=utf-8').header('cache-control', 'private, max-age=60').send(style));
  app.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8')
    .send(metrics.text({ ...(await gauges(mirror)), event_loop_delay_seconds: load.delayMs / 1_000, http_requests_in_flight: load.inFlight, http_streams_open: load.streams })));
  healthRoutes(app, { mirror, draining });
  openRoute(app, sessions);
  dashboardRoutes(app);
  pictureRoute(app, mirror);
  addRoutes(app, { mirror, jobs, routes, stopping, maxBodyBytes: settings.limits.maxBodyBytes, bodyTimeoutMs: settings.limits.bodyTimeoutMs, checkReplies: settings.checkReplies });
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new SyncError('LOCKED', `Expected port ${port} to be free, it is taken.`, { hint: 'Use --port 0 for a free one, or end what uses it.', cause });
    if (code === undefined || !('syscall' in (cause as object))) throw cause;
    throw new SyncError('CONFIG_INVALID', `Expected to be able to listen on ${host}:${port}, received ${code}.`, { hint: 'Choose another --host or --port.', cause });
  }
}
