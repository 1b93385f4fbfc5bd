import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export const bucketName = 'backups';
export const bucketKeys = { accessKeyId: 'AKIDSMALL', secretAccessKey: 'small secret', region: 'cn-hangzhou' } as const;

interface Held {
  readonly bytes: Buffer;
  readonly modifiedAt: Date;
}

/** A bucket on loopback that speaks as much S3 as a backup needs: put (also only if absent), get, head, delete, list in pages. It checks no signature. */
export async function openSmallBucket(): Promise<AsyncDisposable & { readonly endpoint: string; readonly objects: Map<string, Held> }> {
  const objects = new Map<string, Held>();
  const server = createServer((request, response) => void answer(request, response, objects));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`, objects,
    [Symbol.asyncDispose]: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, objects: Map<string, Held>): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://bucket');
  const key = decodeURIComponent(url.pathname).slice(`/${bucketName}/`.length);
  const body = await buffer(request);
  if (request.method === 'GET' && url.searchParams.get('list-type') === '2') return void send(response, 200, listing(url, objects), { 'content-type': 'application/xml' });
  const held = objects.get(key);
  if (request.method === 'PUT') {
    if (request.headers['if-none-match'] === '*' && held) return void send(response, 412, '<Error><Code>PreconditionFailed</Code></Error>');
    objects.set(key, { bytes: body, modifiedAt: new Date() });
    return void send(response, 200, '', { etag: etagOf(body) });
  }
  if (request.method === 'DELETE') {
    objects.delete(key);
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
