import { Pool, ProxyAgent, type Dispatcher } from 'undici';
import { SyncError } from '@1688/core';
import type { AddressGuard } from './address-guard.ts';
import type { ResolveName } from './name-resolver.ts';
import { safeConnector } from './safe-connector.ts';

/** A proxy that finds and connects to addresses itself, unseen by the guard. */
export interface FetchProxy {
  /** `http://proxy.example:3128` */
  readonly url: string;
  /** True says that the proxy itself refuses private addresses; without it, it is not used. */
  readonly trustedForSsrf: boolean;
}

/** Sends requests over connections that it keeps for a while. */
export interface FetchAgent {
  request(options: Dispatcher.RequestOptions & { readonly origin: string }): Promise<Dispatcher.ResponseData>;
  destroy(): Promise<void>;
}

export interface FetchAgentOptions {
  readonly guard: AddressGuard;
  readonly resolve: ResolveName;
  readonly connectTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Most connections to one host. */
  readonly connections: (hostname: string) => number;
  readonly proxy: FetchProxy | undefined;
}

/** Hosts whose idle connections are kept: many hosts must not cost many descriptors. */
const mostPools = 16;

/**
 * An agent of our own: what the environment names as proxy is not used, for it would resolve names unchecked.
 * @throws CONFIG_INVALID, CONFIG_UNSAFE for a proxy that is none or is not trusted
 */
export function fetchAgent({ guard, resolve, connectTimeoutMs, idleTimeoutMs, connections, proxy }: FetchAgentOptions): FetchAgent {
  const usual = { allowH2: false, pipelining: 1, headersTimeout: idleTimeoutMs, bodyTimeout: idleTimeoutMs, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 10_000 };
  if (proxy) return new ProxyAgent({ ...usual, uri: checkedProxy(proxy), connections: 4, connectTimeout: connectTimeoutMs });
  const connect = safeConnector({ guard, resolve, connectTimeoutMs });
  const pools = new Map<string, Pool>(); // the one used last is last
  const retired = new Set<Pool>();
  let destroyed = false;

  function poolFor(origin: string): Pool {
    if (destroyed) throw new SyncError('ABORTED', 'Expected a fetcher that is open, received a request to one that was closed.', { retryable: true });
    const pool = pools.get(origin) ?? new Pool(origin, { ...usual, connect, connections: connections(new URL(origin).hostname) });
    pools.delete(origin);
    pools.set(origin, pool);
    const [oldest] = pools.keys();
    if (pools.size > mostPools && oldest !== undefined) void retire(oldest);
    return pool;
  }

  /** What it does at the moment ends in peace. */
  async function retire(origin: string): Promise<void> {
    const pool = pools.get(origin);
    if (!pool) return;
    pools.delete(origin);
    retired.add(pool);
    try {
      await pool.close();
    } catch {
      // destroyed meanwhile, with the agent
    }
    retired.delete(pool);
  }

  return {
    request: async (options) => poolFor(options.origin).request(options),
    async destroy() {
      destroyed = true;
      await Promise.all([...pools.values(), ...retired].map((pool) => pool.destroy()));
    },
  };
}

function checkedProxy({ url, trustedForSsrf }: FetchProxy): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new SyncError('CONFIG_INVALID', 'Expected a proxy such as http://proxy.example:3128, received something else.');
  if (trustedForSsrf !== true) {
    throw new SyncError('CONFIG_UNSAFE', `Expected a proxy that is trusted to refuse private addresses, received ${new URL(url).host} without trustedForSsrf.`, {
      hint: 'Set trustedForSsrf once the proxy itself refuses private addresses and the metadata of clouds.',
    });
  }
  return url;
}
