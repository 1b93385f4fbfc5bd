import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { SyncError } from '@1688/core';
import type { JobQueue, Mirror } from '@1688/mirror';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readWhole } from '../body/request-body.ts';
import { parseStrictJson } from '../body/strict-json.ts';
import { answerOnce } from './idempotency.ts';
import { isJsonPage, isStreamed, type Call, type Route } from './route.ts';

export interface RoutesOptions {
  readonly mirror: Mirror;
  readonly jobs: JobQueue;
  readonly routes: readonly Route[];
  /** Ends streams when the server stops. */
  readonly stopping: AbortSignal;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  /** Also compares each answer with its schema: for tests. */
  readonly checkReplies: boolean;
}

export const apiPrefix = '/api/v1';

/** Puts the routes into the server: reads, checks, calls, answers. */
export function addRoutes(app: FastifyInstance, options: RoutesOptions): void {
  const url = (path: string): string => apiPrefix + path.replaceAll(/\{(\w+)\}/g, ':$1');
  const add = (scope: FastifyInstance, route: Route): void => {
    scope.route({ method: route.method, url: url(route.path), config: { route }, handler: (request, reply) => answer(route, request, reply, options) });
  };
  // The route reads the file itself, whatever type it claims to be of.
  void app.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, _payload, done) => { done(null); });
    for (const route of options.routes) if (route.takesFile) add(files, route);
  });
  void app.register(async (plain) => {
    plain.removeAllContentTypeParsers();
    plain.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json\b/, async (_request: FastifyRequest, payload: FastifyRequest['raw']) =>
      parseStrictJson(await readWhole(payload, { maxBytes: options.maxBodyBytes, timeoutMs: options.bodyTimeoutMs })));
    for (const route of options.routes) if (!route.takesFile) add(plain, route);
  });
}

async function answer(route: Route, request: FastifyRequest, reply: FastifyReply, options: RoutesOptions): Promise<FastifyReply> {
  const { mirror, jobs, stopping } = options;
  let signal: AbortSignal | undefined;
  const call: Call = {
    params: checked(route.params, request.params, 'path'), query: checked(route.query ?? z.strictObject({}), request.query, 'query'), body: route.takesFile ? undefined : checked(route.body, request.body, 'body'),
    mirror, jobs, client: request.client, request, reply,
    // Most handlers have answered before anybody could be gone.
    get signal() { return (signal ??= untilGone(reply, stopping)); },
  };
  const perform = async (): Promise<{ status: number; reply: unknown }> => ({ status: route.status ?? 200, reply: await route.handle(call) });
  const key = request.headers['idempotency-key'];
  const { status, reply: value, replayed } = typeof key === 'string' && route.method === 'POST'
    ? await answerOnce(mirror, { owner: request.client.name, key, hash: requestHash(route, request, call) }, perform) : { ...(await perform()), replayed: false };
  if (isStreamed(value)) return reply.code(status).headers({ 'content-type': value.contentType, 'cache-control': 'no-store', ...value.headers }).send(Readable.from(value.chunks));
  if (options.checkReplies && !Array.isArray(route.gives)) checkReply(route, value);
  if (replayed) void reply.header('idempotency-replayed', 'true');
  const next = nextLink(request, value);
  if (next !== null) void reply.header('link', next);
  return reply.code(status).headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).send(toJson(value));
}

function untilGone(reply: FastifyReply, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.destroyed) gone.abort();
  reply.raw.once('close', () => { gone.abort(); });
  return AbortSignal.any([gone.signal, stopping]);
}

/** Big numbers as text. A function that looks at every value costs more than the whole rest, so it is used only where one was met. */
function toJson(value: unknown): string {
  if (isJsonPage(value)) return `{"items":${value.jsonItems},"nextCursor":${JSON.stringify(value.nextCursor)}}`;
  try {
    return JSON.stringify(value ?? null);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
  }
}

/** @throws ARGUMENT_INVALID naming the part at fault */
function checked(schema: z.ZodType | undefined, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  if (schema === undefined) {
    if (where !== 'body' || value === undefined || value === null) return undefined;
    throw new SyncError('ARGUMENT_INVALID', 'Expected no body, received one.', { details: { field: 'body' } });
  }
  const result = schema.safeParse(where === 'body' && (value === undefined || value === null) ? {} : value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = [where, ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : (issue?.path ?? []))].map(String).join('.');
  throw new SyncError('ARGUMENT_INVALID', `Expected ${field} to fit: ${issue?.message ?? 'it does not'}.`, { hint: 'See /docs for what this address takes.', details: { field } });
}

/** The same request again is the same method, address and body. Of a file, only what is told of it. */
function requestHash({ id, takesFile }: Route, { url, headers }: FastifyRequest, { body }: Call): Buffer {
  const said = takesFile ? [headers['content-type'], headers['content-length']] : body;
  return createHash('sha256').update(JSON.stringify([id, url, said ?? null])).digest();
}

/** RFC 8288: the next page, for clients that follow links. */
function nextLink({ url }: FastifyRequest, value: unknown): string | null {
  const cursor = typeof value === 'object' && value !== null && 'nextCursor' in value ? value.nextCursor : null;
  if (typeof cursor !== 'string') return null;
  const [path = '', query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `<${path}?${parameters.toString()}>; rel="next"`;
}

function checkReply(route: Route, value: unknown): void {
  const result = (route.gives as z.ZodType).safeParse(JSON.parse(toJson(value)));
  if (!result.success) throw new SyncError('INTERNAL', `The answer of ${route.id} does not fit its schema: ${z.prettifyError(result.error)}`);
}
