import { SyncError } from '@1688/core';
import { apiClientOf, type ApiClient, type ApiRole, type Mirror } from '@1688/mirror';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tokenBuckets, type TokenBuckets } from '../load/token-buckets.ts';
import { readSessionCookie } from './cookie.ts';
import type { Session, Sessions } from './sessions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; `anybody` before they have said so. */
    client: ApiClient;
    /** Set for a browser. */
    session: Session | null;
  }
}

export interface GateOptions {
  readonly mirror: Mirror;
  readonly sessions: Sessions;
  /** Requests a second for each client; 0: no limit. */
  readonly perSecond: number;
}

export interface Gate {
  /**
   * Lets a request in that may do this. Keys come in a header, never in the address, where logs and histories would keep them.
   * @throws AUTH_REQUIRED, AUTH_FORBIDDEN, REQUEST_LIMIT, ARGUMENT_INVALID
   */
  check(request: FastifyRequest, role: ApiRole | 'anybody'): Promise<void>;
}

export const anybody: ApiClient = { name: 'anybody', role: 'viewer' };
const secretParameters = /[?&](?:api[-_]?key|key|token|access[-_]?token|authorization)=/i;
/** Wrong keys from one address, before it has to wait. */
const guesses = { perSecond: 1 / 6, burst: 20 };
const knownMs = 2_000;

export function openGate(app: FastifyInstance, { mirror, sessions, perSecond }: GateOptions): Gate {
  app.decorateRequest('client', null as unknown as ApiClient);
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => { request.client = anybody; });
  const requests = perSecond > 0 ? tokenBuckets({ perSecond }) : null;
  const failures = tokenBuckets(guesses);
  const clientOf = remembered((key) => apiClientOf(mirror, key));
  async function identify(request: FastifyRequest): Promise<ApiClient | null> {
    const key = keyIn(request);
    if (key !== null) return clientOf(key);
    const cookie = readSessionCookie(request.headers.cookie);
    request.session = cookie === null ? null : sessions.find(cookie);
    return request.session?.client ?? null;
  }
  return {
    async check(request, role) {
      if (secretParameters.test(request.url)) throw new SyncError('ARGUMENT_INVALID', 'Expected the key in a header, received one in the address.', { hint: 'Send "Authorization: Bearer KEY", and replace this key: addresses are kept in logs.' });
      if (role === 'anybody') {
        limit(requests, request.ip);
        return;
      }
      const client = await identify(request);
      if (!client) {
        limit(failures, request.ip);
        throw new SyncError('AUTH_REQUIRED', 'Expected a valid key or session, received none.', { hint: 'Send "Authorization: Bearer KEY"; "1688sync serve keys add NAME" makes one. In a browser, open the link that the server printed.' });
      }
      request.client = client;
      limit(requests, request.session ? `session ${request.ip}` : `key ${client.name}`);
      if (request.session) refuseForged(request, request.session);
      if (role === 'operator' && client.role !== 'operator') throw new SyncError('AUTH_FORBIDDEN', 'Expected an operator, received a viewer.', { hint: 'Use a key that was made with --role operator.' });
    },
  };
}

function limit(buckets: TokenBuckets | null, client: string): void {
  const seconds = buckets?.take(client) ?? 0;
  if (seconds > 0) throw new SyncError('REQUEST_LIMIT', 'Expected fewer requests from this client, received more than it may send.', { hint: `Wait ${seconds} s.`, retryable: true, details: { retryAfter: seconds } });
}

function keyIn({ headers }: FastifyRequest): string | null {
  const bearer = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(headers.authorization ?? '')?.[1];
  const own = headers['x-api-key'];
  // A header of another form is a wrong key, not an absent one: a cookie beside it does not count.
  return bearer ?? (typeof own === 'string' ? own : headers.authorization === undefined ? null : '');
}

/**
 * A browser sends its cookie along with what foreign pages ask for. Their requests name another origin, and cannot know the token.
 * @throws AUTH_FORBIDDEN
 */
function refuseForged({ method, headers, protocol }: FastifyRequest, { csrfToken }: Session): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  const isForeign = (origin !== undefined && origin !== `${protocol}://${host}`) || (site !== undefined && site !== 'same-origin' && site !== 'none');
  if (method === 'GET' || method === 'HEAD') return;
  if (isForeign || headers['x-csrf-token'] !== csrfToken) {
    throw new SyncError('AUTH_FORBIDDEN', 'Expected a request of our own pages, received one from elsewhere.', { hint: 'Send the csrfToken of GET /api/v1/session as X-CSRF-Token.' });
  }
}

/** Right keys are remembered for two seconds, so that a revoked one is refused after at most that. */
function remembered(find: (key: string) => Promise<ApiClient | null>): (key: string) => Promise<ApiClient | null> {
  const known = new Map<string, { readonly client: ApiClient; readonly until: number }>();
  return async (key) => {
    const found = known.get(key);
    if (found && found.until > performance.now()) return found.client;
    known.delete(key);
    const client = key === '' ? null : await find(key);
    if (client) known.set(key, { client, until: performance.now() + knownMs });
    if (known.size > 1_000) known.clear();
    return client;
  };
}
