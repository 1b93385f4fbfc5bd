import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addApiKey, importFile, loadConfig, openMirror, type Mirror } from '@1688/mirror';
import { startServer, type RunningServer, type StartServerOptions } from '@1688/server';
import { tcpProxy, testDatabase, type TcpProxy } from '@1688/vitest';

/** A server on a fresh database and folder, with a key of each role. */
export interface TestServer extends AsyncDisposable {
  readonly mirror: Mirror;
  readonly server: RunningServer;
  readonly folder: string;
  /** Between the server and its database; null unless it was asked for. */
  readonly network: TcpProxy | null;
  readonly url: string;
  readonly viewer: string;
  readonly operator: string;
  /** Asks as operator, unless the headers name another key. */
  ask(address: string, init?: RequestInit): Promise<Response>;
  /** The same, and reads the answer. */
  json<Reply = Record<string, never>>(address: string, init?: RequestInit): Promise<Reply>;
  post(address: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export async function aServer(options: StartServerOptions & { readonly env?: Readonly<Record<string, string>>; readonly breakable?: boolean } = {}): Promise<TestServer> {
  const { env = {}, breakable = false, ...serverOptions } = options;
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const network = breakable ? stack.use(await tcpProxy(database.url)) : null;
  const folder = stack.use(await mkdtempDisposable(path.join(tmpdir(), 'serve1688-'))).path;
  const mirror = stack.use(await openMirror(await loadConfig({ cwd: folder, env: { DATABASE_URL: network?.url ?? database.url, DATA_DIR: folder, LOG_LEVEL: 'debug', ...env } }), { migrate: false }));
  const { key: viewer } = await addApiKey(mirror, 'viewer', { role: 'viewer' });
  const { key: operator } = await addApiKey(mirror, 'operator', { role: 'operator' });
  // A machine that runs tests may be busy: that alone refuses nothing here.
  const server = stack.use(await startServer(mirror, { port: 0, perSecond: 0, checkReplies: true, ...serverOptions, limits: { mostDelayMs: 5_000, ...serverOptions.limits } }));
  const ask = (address: string, init: RequestInit = {}): Promise<Response> => fetch(`${server.url}${address}`, { ...init, headers: { authorization: `Bearer ${operator}`, ...(init.headers as Record<string, string> | undefined) } });
  const all = stack.move();
  return {
    mirror, server, folder, network, url: server.url, viewer, operator, ask,
    json: async <Reply>(address: string, init?: RequestInit) => (await ask(address, init)).json() as Promise<Reply>,
    post: (address, body, headers = {}) => ask(address, { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body) }), headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers } }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const supplier = { sourceId: 'b2b-2208000001', name: '杭州云裳服饰有限公司', companyName: '杭州云裳服饰有限公司', province: '浙江', city: '杭州市', aliases: [{ kind: 'memberId', value: 'b2b-2208000001' }] };

/** Two dresses of one factory; the first has SKUs, tiers, pictures, and a price that moved. The third record is rejected. */
export async function fillStore(mirror: Mirror, { moved = true } = {}): Promise<void> {
  const dress = (price: string) => ({
    entity: 'product', offerId: '610947572360', title: '夏季新款雪纺连衣裙女', categoryId: '1031910', categoryName: '连衣裙', priceMinCny: price, priceMaxCny: '41.00', pricingMode: 'shared-tiers', minOrderQuantity: 2, unit: '件', stockQuantity: 120, sourceStatus: 'published',
    supplier, attributes: [{ name: '材质', value: '雪纺' }], specifications: { 重量: 0.35 }, priceTiers: [{ minQuantity: 2, priceCny: '41.00' }, { minQuantity: 100, priceCny: price }],
    skus: [{ skuId: '5705677000000000001', attributes: [{ name: '颜色', value: '红色' }], priceCny: '41.00', stockQuantity: 7 }],
    images: [{ url: 'https://cbu01.alicdn.com/img/ibank/O1CN01first_!!2208000001-0-cib.jpg', role: 'main' }, { url: 'https://cbu01.alicdn.com/img/ibank/O1CN01second_!!2208000001-0-cib.jpg', role: 'gallery' }],
  });
  const lines = (price: string) => new TextEncoder().encode([dress(price), { entity: 'product', offerId: '610947572361', title: '法式碎花裙', priceMinCny: '59.90', priceMaxCny: '59.90', supplier }, { entity: 'product', offerId: '610947572362', title: '' }].map((each) => JSON.stringify(each)).join('\n'));
  await importFile(mirror, lines('35.00'), { observedAt: new Date('2026-11-01T00:00:00Z') });
  if (moved) await importFile(mirror, lines('31.50'), { observedAt: new Date('2026-11-08T00:00:00Z') });
}
