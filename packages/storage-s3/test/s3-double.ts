import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { openBucket, refusal, type Asked, type Bucket, type BucketOptions, type Reply } from './double-bucket.ts';
import { signatureFault, type DoubleKeys } from './double-signature.ts';

export const keys = { accessKeyId: 'AKIDOUBLE', secretAccessKey: 'a secret/with+signs=', region: 'cn-hangzhou' } as const;
export const bucketName = 'pictures';

export interface DoubleOptions extends Partial<BucketOptions> {
  /** Where the bucket has to stand; the other is refused, as 阿里云 OSS and 腾讯 COS do. Default: in the path. */
  readonly style?: 'path' | 'virtual';
  readonly keys?: Partial<DoubleKeys>;
  /** PEM; given, it speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** What goes wrong with a request: it may replace the answer, or do something to the connection (`null`: nothing more is sent). */
export type Fault = (asked: Asked, serve: () => Reply, response: ServerResponse) => Reply | null;

/** A service on loopback that speaks S3, trusts no signature, and fails on cue. */
export interface S3Double extends AsyncDisposable {
  readonly port: number;
  readonly bucket: Bucket;
  /** `PUT key?query`, in the order of arrival. */
  readonly requests: string[];
  /** Of the last requests, the same order. */
  readonly headers: IncomingMessage['headers'][];
  /** The service's clock minus ours. */
  skewMs: number;
  /** False: the bucket was never created. */
  exists: boolean;
  /** Fails the next `times` requests that begin with `request`. */
  fail(request: string, fault: Fault, times?: number): void;
  connections(): Promise<number>;
}

export async function openDouble(options: DoubleOptions = {}): Promise<S3Double> {
  const bucket = openBucket({ condition: 'kept', pageSize: 1000, etags: 'md5', ...options });
  const faults: { request: string; fault: Fault; times: number }[] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => { void serve(request, response); };
  const server = options.tls ? https.createServer(options.tls, onRequest) : createServer(onRequest);
  const double: S3Double = {
    port: await listen(server), bucket, requests: [], headers: [], skewMs: 0, exists: true,
    fail: (request, fault, times = 1) => { faults.push({ request, fault, times }); },
    connections: () => new Promise((resolve, reject) => { server.getConnections((error, count) => (error ? reject(error) : resolve(count))); }),
    [Symbol.asyncDispose]: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readRequest(request, options.style ?? 'path').catch(() => null);
    if (!asked) return void response.destroy();
    const search = asked.query.size > 0 ? `?${asked.query.toString()}` : '';
    const line = `${asked.method} ${asked.key}${search}`;
    double.requests.push(line);
    double.headers.push(request.headers);
    const answer = (): Reply => refusedRequest(request, asked) ?? bucket.answer(asked);
    const at = faults.findIndex((each) => line.startsWith(each.request) && each.times > 0);
    const found = faults[at];
    if (found) found.times -= 1;
    const reply = found ? found.fault(asked, answer, response) : answer();
    if (reply) send(response, asked.method, reply);
  }

  function refusedRequest(request: IncomingMessage, asked: Asked): Reply | null {
    const { headers, method = '', url = '' } = request;
    const now = new Date(Date.now() + double.skewMs);
    if (headers['transfer-encoding'] !== undefined) return refusal(411, 'MissingContentLength');
    if (/aws-chunked/.test(headers['content-encoding'] ?? '') || String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')) return refusal(501, 'NotImplemented');
    const fault = signatureFault({ method, target: url, headers, body: asked.body }, { ...keys, ...options.keys }, now);
    if (fault === 'XAmzContentSHA256Mismatch') return refusal(400, fault);
    if (fault !== null) return refusal(403, fault, `<AWSAccessKeyId>${keys.accessKeyId}</AWSAccessKeyId><StringToSign>secret words</StringToSign>`);
    if (asked.key.startsWith('/wrong-style')) return refusal(403, 'SecondLevelDomainForbidden');
    return double.exists ? null : refusal(404, 'NoSuchBucket');
  }
  return double;
}

async function readRequest(request: IncomingMessage, style: 'path' | 'virtual'): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [path = '', search = ''] = (request.url ?? '').split('?');
  const whole = path.split('/').map((part) => decodeURIComponent(part)).join('/');
  const inHost = (request.headers.host ?? '').startsWith(`${bucketName}.`);
  const expected = inHost ? '/' : `/${bucketName}/`;
  const fits = inHost === (style === 'virtual') && whole.startsWith(expected);
  return { method: request.method ?? '', key: fits ? whole.slice(expected.length) : `/wrong-style${whole}`, query: new URLSearchParams(search), headers: request.headers, body: Buffer.concat(chunks) };
}

function send(response: ServerResponse, method: string, { status, headers = {}, body = '' }: Reply): void {
  response.writeHead(status, { 'x-amz-request-id': 'R1', ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }), ...headers });
  response.end(method === 'HEAD' || status === 204 ? undefined : body);
}

async function listen(server: Server | https.Server): Promise<number> {
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return (server.address() as AddressInfo).port;
}
