import { SyncError, isSyncError } from '@1688/core';
import type { Mirror } from '@1688/mirror';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asRequestError, toProblem } from './api/problem.ts';
import { isLong, type Route } from './api/route.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import type { LoadGuard, Work } from './load/load-guard.ts';
import type { Metrics } from './observe/metrics.ts';
import type { Gate } from './security/gate.ts';
import { wordsFor } from './words.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives the place among those who send a body back; null for others. */
    leave: (() => void) | null;
  }
  interface FastifyContextConfig {
    /** Set for routes of the API. */
    route?: Route;
    /** Of other addresses: asked for no key, and answered under any load. Default false. */
    open?: boolean;
  }
}

export interface HooksOptions {
  readonly mirror: Mirror;
  readonly gate: Gate;
  readonly load: LoadGuard;
  readonly metrics: Metrics;
  readonly isOurName: (host: string) => boolean;
  readonly draining: AbortSignal;
}

const contentPolicy = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const always = {
  'content-security-policy': contentPolicy, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin', 'x-frame-options': 'DENY', vary: 'Authorization, Cookie',
} as const;

/** What happens to every request before and after its route; errors too. */
export function addHooks(app: FastifyInstance, options: HooksOptions): void {
  const { mirror, gate, load, metrics, isOurName, draining } = options;
  app.decorateRequest('leave', null);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...always, 'x-request-id': request.id });
    if (draining.aborted) void reply.header('connection', 'close');
    refuseMisdirected(request, isOurName);
    const { route, open = false } = request.routeOptions.config;
    if (open) return;
    enter(request, reply, route && isLong(route) ? 'stream' : hasBody(request) ? 'body' : 'request');
    await gate.check(request, route?.role ?? (request.is404 ? 'anybody' : 'viewer'));
    refuseEncoded(request);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.leave === null || !hasBody(request)) return;
    request.leave();
    enter(request, reply, 'request');
  });
  app.addHook('onResponse', async (request, reply) => {
    const name = request.routeOptions.url ?? 'none';
    const { statusCode: status, elapsedTime } = reply;
    metrics.count('http_requests_total', { method: request.method, route: name, status });
    metrics.observe(name, elapsedTime / 1_000);
    const facts = { request: request.id, method: request.method, route: name, status, ms: Math.round(elapsedTime), client: request.client.name };
    if (request.method === 'GET' && status < 400) mirror.log.debug(facts, 'request');
    else mirror.log.info(facts, 'request');
  });
  app.setNotFoundHandler(async (request) => {
    throw new SyncError('NOT_FOUND', `Expected an address of this server, received ${JSON.stringify(request.url.split('?')[0]?.slice(0, 100))}.`, { hint: 'See /docs.' });
  });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, options));

  function enter(request: FastifyRequest, reply: FastifyReply, kind: Work): void {
    const left = load.enter(kind);
    request.leave = kind === 'body' && typeof left === 'function' ? left : null;
    if (typeof left === 'function') {
      reply.raw.once('close', left);
      return;
    }
    metrics.count('http_refused_total', { reason: left });
    throw new SyncError('SERVER_BUSY', `Expected room for one more request, found none (${left}).`, { hint: 'Wait a second.', retryable: true, details: { retryAfter: 1 } });
  }
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Addresses that name a host, several hosts, or one that is not ours: how other sites' pages and broken proxies ask. */
function refuseMisdirected(request: FastifyRequest, isOurName: (host: string) => boolean): void {
  const { rawHeaders, headers, url } = request.raw;
  if (!url?.startsWith('/')) throw new SyncError('ARGUMENT_INVALID', 'Expected an address that begins with "/", received another form.');
  if (rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length > 1) throw new SyncError('ARGUMENT_INVALID', 'Expected one Host header, received several.');
  if (!isOurName(headers.host ?? '')) throw new SyncError('REQUEST_MISDIRECTED', 'Expected a name of this server as host, received another.', { hint: 'Name it in SERVER_NAMES.' });
  if (headers['x-http-method-override'] !== undefined || headers['x-http-method'] !== undefined) throw new SyncError('AUTH_FORBIDDEN', 'Expected the method itself, received one that overrides it.');
}

function refuseEncoded({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new SyncError('REQUEST_TYPE', 'Expected a body without content encoding, received an encoded one.', { hint: 'Send it as it is.' });
}

function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, { mirror, metrics }: HooksOptions): FastifyReply {
  const error = asRequestError(thrown);
  const problem = toProblem(error, { requestId: request.id, acceptLanguage: request.headers['accept-language'] });
  if (problem.status >= 500 && error.code !== 'SERVER_BUSY') logFailure(mirror, request, thrown);
  if (error.code === 'INTERNAL') metrics.count('http_defects_total', { route: request.routeOptions.url ?? 'none' });
  const { retryAfter, sizeBytes } = error.details;
  if (typeof retryAfter === 'number' || problem.status === 503) void reply.header('retry-after', String(typeof retryAfter === 'number' ? retryAfter : 5));
  if (typeof sizeBytes === 'number') void reply.header('content-range', `bytes */${sizeBytes}`);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem.status === 408 || problem.status === 413) void reply.header('connection', 'close'); // what is left of the body is not read
  void reply.code(problem.status).header('cache-control', 'no-store');
  if (isForPeople(request)) return reply.type('text/html; charset=utf-8').send(errorPage(request, problem.status, problem.code));
  return reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

function isForPeople({ url, headers }: FastifyRequest): boolean {
  return !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html');
}

function errorPage(request: FastifyRequest, status: number, code: string): string {
  const words = wordsFor(undefined, request.headers['accept-language']);
  const text = status === 401 ? words.locked : status < 500 ? words.missing : words.failure;
  return layout(html`<p class="note">${text} (${code})</p>`, { words, other: '/' });
}

function logFailure(mirror: Mirror, request: FastifyRequest, thrown: unknown): void {
  const code = isSyncError(thrown) ? thrown.code : 'INTERNAL';
  const cause = isSyncError(thrown) && thrown.code === 'INTERNAL' ? (thrown.cause ?? thrown) : thrown;
  mirror.log.error({ request: request.id, route: request.routeOptions.url ?? 'none', code, error: cause instanceof Error ? (code === 'INTERNAL' ? (cause.stack ?? cause.message) : cause.message) : String(cause) }, 'request failed');
}
