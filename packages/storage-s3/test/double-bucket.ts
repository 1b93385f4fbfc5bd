import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Buffer | string;
}

export interface Asked {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Held {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly headers: Readonly<Record<string, string>>;
}

export interface BucketOptions {
  /** What becomes of `If-None-Match: *` on a write. */
  readonly condition: 'kept' | 'refused' | 'ignored';
  readonly pageSize: number;
  /** `other`: an ETag that is no MD5, as of encrypted objects or of services that count in their own way. */
  readonly etags: 'md5' | 'other';
}

/** What a bucket does once a request is known to be signed. */
export interface Bucket {
  readonly objects: Map<string, Held>;
  readonly uploads: Map<string, { readonly key: string; readonly headers: Record<string, string>; readonly parts: Map<number, Buffer> }>;
  answer(asked: Asked): Reply;
}

export function refusal(status: number, code: string, more = ''): Reply {
  return { status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code} &amp; more</Message>${more}<RequestId>R1</RequestId></Error>` };
}

export function openBucket({ condition, pageSize, etags }: BucketOptions): Bucket {
  const objects: Bucket['objects'] = new Map();
  const uploads: Bucket['uploads'] = new Map();
  const md5 = (bytes: Buffer): Buffer => createHash('md5').update(bytes).digest();
  const etagOf = (bytes: Buffer): string => (etags === 'md5' ? md5(bytes).toString('hex') : createHash('md5').update('other').update(bytes).digest('hex'));
  const keep = (key: string, bytes: Buffer, etag: string, headers: Record<string, string>): Held => {
    const held = { bytes, etag, modifiedAt: new Date(), headers };
    objects.set(key, held);
    return held;
  };

  function conditionFault({ headers, key }: Asked): Reply | null {
    if (headers['if-none-match'] === undefined || condition === 'ignored') return null;
    if (condition === 'refused') return refusal(501, 'NotImplemented');
    return objects.has(key) ? refusal(412, 'PreconditionFailed') : null;
  }

  function put(asked: Asked): Reply {
    const { key, headers, body } = asked;
    const fault = conditionFault(asked);
    if (fault) return fault;
    if (headers['content-md5'] !== undefined && headers['content-md5'] !== md5(body).toString('base64')) return refusal(400, 'BadDigest');
    return { status: 200, headers: { etag: `"${keep(key, body, etagOf(body), kept(headers)).etag}"` } };
  }

  function copy({ key, headers }: Asked): Reply {
    const [, , ...from] = decodeURIComponent(String(headers['x-amz-copy-source'])).split('/');
    const source = objects.get(from.join('/'));
    if (!source) return refusal(404, 'NoSuchKey');
    const { etag } = keep(key, source.bytes, etagOf(source.bytes), { ...source.headers });
    return { status: 200, body: `<CopyObjectResult><LastModified>${new Date().toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag></CopyObjectResult>` };
  }

  function read({ method, key, headers }: Asked): Reply {
    const held = objects.get(key);
    if (!held) return method === 'HEAD' ? { status: 404 } : refusal(404, 'NoSuchKey');
    if (headers['if-match'] !== undefined && headers['if-match'] !== `"${held.etag}"`) return refusal(412, 'PreconditionFailed');
    const facts = { ...held.headers, etag: `"${held.etag}"`, 'last-modified': held.modifiedAt.toUTCString() };
    const match = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
    if (!match) return { status: 200, headers: { ...facts, 'content-length': held.bytes.length }, body: held.bytes };
    const start = Number(match[1]);
    const end = Math.min(match[2] ? Number(match[2]) : Infinity, held.bytes.length - 1);
    if (start >= held.bytes.length) return refusal(416, 'InvalidRange');
    return { status: 206, headers: { ...facts, 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${held.bytes.length}` }, body: held.bytes.subarray(start, end + 1) };
  }

  function list({ query }: Asked): Reply {
    const prefix = query.get('prefix') ?? '';
    const token = query.get('continuation-token');
    const after = token === null ? query.get('start-after') : Buffer.from(token, 'base64').toString();
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && (after === null || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0));
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const page = keys.slice(0, Math.min(pageSize, Number(query.get('max-keys') ?? 1000)));
    const more = page.length < keys.length;
    const encode = query.get('encoding-type') === 'url' ? (key: string) => encodeURIComponent(key).replaceAll('%20', '+') : (key: string) => key.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
    const contents = page.map((key) => {
      const { etag, bytes, modifiedAt } = objects.get(key)!;
      return `<Contents><Key>${encode(key)}</Key><LastModified>${modifiedAt.toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
    });
    const next = more ? `<NextContinuationToken>${Buffer.from(page.at(-1) ?? '').toString('base64')}</NextContinuationToken>` : '';
    return {
      status: 200,
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>${encode(prefix)}</Prefix><KeyCount>${page.length}</KeyCount>${query.has('encoding-type') ? '<EncodingType>url</EncodingType>' : ''}<IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    };
  }

  function upload(asked: Asked): Reply {
    const { method, key, query, headers, body } = asked;
    if (method === 'POST' && query.has('uploads')) {
      const id = randomUUID();
      uploads.set(id, { key, headers: kept(headers), parts: new Map() });
      return { status: 200, body: `<InitiateMultipartUploadResult><Bucket>b</Bucket><UploadId>${id}</UploadId></InitiateMultipartUploadResult>` };
    }
    const id = query.get('uploadId') ?? '';
    const found = uploads.get(id);
    if (!found || found.key !== key) return refusal(404, 'NoSuchUpload');
    if (method === 'DELETE') {
      uploads.delete(id);
      return { status: 204 };
    }
    if (method === 'PUT') {
      found.parts.set(Number(query.get('partNumber')), body);
      return { status: 200, headers: { etag: `"${md5(body).toString('hex')}"` } };
    }
    const fault = conditionFault(asked);
    if (fault) return fault;
    const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>"([0-9a-f]+)"<\/ETag>/g)];
    const parts = named.map(([, number, etag]) => ({ bytes: found.parts.get(Number(number)), etag }));
    if (parts.some(({ bytes, etag }) => !bytes || (bytes.length > 0 && md5(bytes).toString('hex') !== etag))) return refusal(400, 'InvalidPart');
    const bytes = parts.map((part) => part.bytes ?? Buffer.alloc(0));
    const etag = etags === 'md5' ? `${md5(Buffer.concat(bytes.map(md5))).toString('hex')}-${bytes.length}` : `${randomUUID()}-${bytes.length}`;
    keep(key, Buffer.concat(bytes), etag, found.headers);
    uploads.delete(id);
    return { status: 200, body: `<CompleteMultipartUploadResult><ETag>"${etag}"</ETag></CompleteMultipartUploadResult>` };
  }

  return {
    objects, uploads,
    answer(asked) {
      const { method, key, query, headers } = asked;
      if (key === '') return method === 'GET' && query.get('list-type') === '2' ? list(asked) : refusal(501, 'NotImplemented');
      if (query.has('uploads') || query.has('uploadId')) return upload(asked);
      if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? put(asked) : copy(asked);
      if (method === 'GET' || method === 'HEAD') return read(asked);
      if (method === 'DELETE') {
        objects.delete(key);
        return { status: 204 };
      }
      return refusal(405, 'MethodNotAllowed');
    },
  };
}

function kept(headers: IncomingHttpHeaders): Record<string, string> {
  const names = Object.keys(headers).filter((name) => name === 'content-type' || name.startsWith('x-amz-meta-'));
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}
