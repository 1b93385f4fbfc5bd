import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface DoubleKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
}

export interface SignedRequest {
  readonly method: string;
  /** As it came: path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const skewMs = 15 * 60_000;

/** SigV4 as its document describes it, written without a look at any client. @returns S3's code of what is wrong, or null */
export function signatureFault(request: SignedRequest, keys: DoubleKeys, now: Date): string | null {
  const [path = '', search = ''] = request.target.split('?');
  const query = search === '' ? [] : search.split('&').map((pair) => pair.split('=').map((part) => decodeURIComponent(part)));
  const inQuery = query.find(([name]) => name === 'X-Amz-Signature') !== undefined;
  const given = inQuery ? fromQuery(new Map(query.map(([name = '', value = '']) => [name, value]))) : fromHeaders(request.headers);
  if (!given) return 'AccessDenied';
  const [accessKeyId, day = '', region, service, end] = given.credential.split('/');
  if (accessKeyId !== keys.accessKeyId) return 'InvalidAccessKeyId';
  if (region !== keys.region || service !== 's3' || end !== 'aws4_request') return 'AuthorizationHeaderMalformed';
  if ((given.token ?? undefined) !== keys.sessionToken) return 'InvalidToken';
  const at = parseDate(given.date);
  if (Number.isNaN(at) || !given.date.startsWith(day)) return 'AccessDenied';
  if (given.expiresSeconds !== null && now.getTime() > at + given.expiresSeconds * 1000) return 'AccessDenied';
  if (given.expiresSeconds === null && Math.abs(now.getTime() - at) > skewMs) return 'RequestTimeTooSkewed';
  const bodyHash = createHash('sha256').update(request.body).digest('hex');
  const canonical = [
    request.method,
    path.split('/').map((part) => escapeText(decodeURIComponent(part))).join('/'),
    query.filter(([name]) => name !== 'X-Amz-Signature').map(([name = '', value = '']) => `${escapeText(name)}=${escapeText(value)}`).toSorted().join('&'),
    ...given.signedHeaders.map((name) => `${name}:${String(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '', given.signedHeaders.join(';'), given.contentHash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', given.date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>((held, part) => hmac(held, part), `AWS4${keys.secretAccessKey}`);
  if (!given.signedHeaders.includes('host') || !equal(hmac(key, toSign).toString('hex'), given.signature)) return 'SignatureDoesNotMatch';
  const unsigned = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-') && !given.signedHeaders.includes(name));
  if (unsigned.length > 0) return 'AccessDenied';
  return given.contentHash === 'UNSIGNED-PAYLOAD' || given.contentHash === bodyHash ? null : 'XAmzContentSHA256Mismatch';
}

interface Given {
  readonly credential: string;
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly contentHash: string;
  readonly token: string | undefined;
  /** Null in headers: those hold for some minutes. */
  readonly expiresSeconds: number | null;
}

function fromHeaders(headers: IncomingHttpHeaders): Given | null {
  const match = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '');
  if (!match) return null;
  const [, credential = '', signedHeaders = '', signature = ''] = match;
  return {
    credential, signature, signedHeaders: signedHeaders.split(';'), date: String(headers['x-amz-date'] ?? ''),
    contentHash: String(headers['x-amz-content-sha256'] ?? ''), token: headers['x-amz-security-token'] as string | undefined, expiresSeconds: null,
  };
}

function fromQuery(query: ReadonlyMap<string, string>): Given {
  const value = (name: string): string => query.get(`X-Amz-${name}`) ?? '';
  return {
    credential: value('Credential'), signature: value('Signature'), signedHeaders: value('SignedHeaders').split(';'), date: value('Date'),
    contentHash: 'UNSIGNED-PAYLOAD', token: query.get('X-Amz-Security-Token'), expiresSeconds: Number(value('Expires')),
  };
}

function parseDate(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function escapeText(text: string): string {
  return [...Buffer.from(text)].map((byte) => (/[\w.~-]/.test(String.fromCharCode(byte)) && byte < 128 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
