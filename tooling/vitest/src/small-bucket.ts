import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export const bucketName = 'backups';
export const bucketKeys = { accessKeyId: 'AKIDSMALL', secretAccessKey: 'small secret', region: 'cn-hangzhou' } as const;

interface Held {
  readonly bytes: Buffer;
  readonly modifiedAt: Date;
}

/** `refused`: 503, nothing done. `cut`: the connection goes half-way through what is sent, nothing done. `lost`: done, but nobody hears of it. `slow`: done after 50 ms. */
export type BucketFault = 'refused' | 'cut' | 'lost' | 'slow';

export interface SmallBucket extends AsyncDisposable {
  readonly endpoint: string;
  readonly objects: Map<string, Held>;
  /** Asked for each request, with its method and key; null lets it pass. May be replaced at any time. */
  fault: (method: string, key: string) => BucketFault | null;
}

/** A bucket on loopback that speaks as much S3 as a backup needs: put (also only if absent), get, head, delete, list in pages. It checks no signature, and breaks as told. */
export async function openSmallBucket(): Promise<SmallBucket> {
  const objects = new Map<string, Held>();
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const bucket: SmallBucket = {
    endpoint: `http://127.0.0.1:${port}`, objects, fault: () => null,
    [Symbol.asyncDispose]: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = bucket.fault(request.method ?? '', keyOf(new URL(request.url ?? '/', 'http://bucket')));
    if (fault === 'cut') {
      request.once('data', () => request.destroy()).once('end', () => response.destroy()).resume();
      return;
    }
    if (fault === 'refused') {
      request.resume();
      return void send(response, 503, '<Error><Code>SlowDown</Code></Error>');
    }
    if (fault === 'slow') await sleep(50);
    await answer(request, response, { objects, isLost: fault === 'lost' });
  }

  return bucket;
}

const keyOf = (url: URL): string => decodeURIComponent(url.pathname).slice(`/${bucketName}/`.length);

async function answer(request: IncomingMessage, response: ServerResponse, { objects, isLost }: { objects: Map<string, Held>; isLost: boolean }): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://bucket');
  const key = keyOf(url);
  const body = await buffer(request);
  // A put that was cut on its way is none.
  if (Number(request.headers['content-length'] ?? body.length) !== body.length) return void response.destroy();
  if (request.method === 'GET' && url.searchParams.get('list-type') === '2') return void send(response, 200, listing(url, objects), { 'content-type': 'application/xml' });
  const held = objects.get(key);
  if (request.method === 'PUT') {
    if (request.headers['if-none-match'] === '*' && held) return void send(response, 412, '<Error><Code>PreconditionFailed</Code></Error>');
    objects.set(key, { bytes: body, modifiedAt: new Date() });
    if (isLost) return void response.destroy();
    return void send(response, 200, '', { etag: etagOf(body) });
  }
  if (request.method === 'DELETE') {
    objects.delete(key);
    if (isLost) return void response.destroy();
    return void send(response, 204, '');
  }
  if (!held) return void send(response, 404, request.method === 'HEAD' ? '' : '<Error><Code>NoSuchKey</Code></Error>');
  const facts = { 'content-length': String(held.bytes.length), 'last-modified': held.modifiedAt.toUTCString(), etag: etagOf(held.bytes) };
  send(response, 200, request.method === 'HEAD' ? '' : held.bytes, facts);
}

function send(response: ServerResponse, status: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers).end(body);
}

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

function listing(url: URL, objects: ReadonlyMap<string, Held>): string {
  const [prefix = '', after = '', token = '', most = '1000'] = ['prefix', 'start-after', 'continuation-token', 'max-keys'].map((name) => url.searchParams.get(name) ?? undefined);
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after && key > token).toSorted((a, b) => (a < b ? -1 : 1));
  const page = keys.slice(0, Math.min(Number(most), 50));
  const entries = page.map((key) => {
    const { bytes, modifiedAt } = objects.get(key) as Held;
    return `<Contents><Key>${key}</Key><LastModified>${modifiedAt.toISOString()}</LastModified><ETag>${etagOf(bytes)}</ETag><Size>${bytes.length}</Size></Contents>`;
  });
  const isCut = page.length < keys.length;
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${bucketName}</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>50</MaxKeys>`
    + `<IsTruncated>${isCut}</IsTruncated>${isCut ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''}${entries.join('')}</ListBucketResult>`;
}
