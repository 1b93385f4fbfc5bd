import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { SyncError } from '@1688/core';
import { imageObjects, type ImageObject } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';
import { keyOf } from './images.ts';

export interface ImageUrlOptions {
  /** Default: the original. */
  readonly variant?: string | undefined;
  /** True: an address that the storage itself signs, past any CDN. @throws STORAGE_UNSUPPORTED where it cannot */
  readonly presigned?: boolean;
  /** For addresses signed by HMAC or by the storage. An Aliyun CDN keeps this time in its own settings. Default 3,600. */
  readonly expiresInSeconds?: number;
  readonly now?: Date;
}

/**
 * The address of a stored picture: through the CDN of the configuration, plain or signed; else a path of our own server, such as
 * `/i/<sha256>/thumbnail.webp`.
 * @throws NOT_FOUND for a variant it does not have
 */
export async function imageUrl({ config, storage }: Pick<Mirror, 'config' | 'storage'>, image: ImageObject, options: ImageUrlOptions = {}): Promise<string> {
  const { variant, presigned = false, expiresInSeconds = 3_600, now = new Date() } = options;
  const key = keyOf(image, variant);
  if (presigned) {
    if (!storage.signedUrl) throw new SyncError('STORAGE_UNSUPPORTED', `Expected a storage that signs addresses, received "${storage.name}".`, { hint: 'Use the address of the own server or of a CDN.' });
    return storage.signedUrl(key, { expiresInSeconds });
  }
  const { CDN_BASE_URL: base, CDN_SIGNING: signing, CDN_SIGNING_KEY: secret } = config.values;
  if (base === undefined) return `/i/${image.sha256}/${variant ?? 'original'}${extensionOf(key)}`;
  const url = new URL(`${base.replace(/(?<!\/)\/+$/, '')}/${key.split('/').map(encodeURIComponent).join('/')}`);
  if (signing === undefined) return url.href;
  if (secret === undefined) throw new SyncError('CONFIG_INVALID', 'Expected CDN_SIGNING_KEY to be set, as CDN_SIGNING is.', { details: { variable: 'CDN_SIGNING_KEY' } });
  return signing === 'aliyun-a' ? signedForAliyun(url, secret, { now }) : signedWithHmac(url, secret, { now, expiresInSeconds });
}

/** The address of a picture by its hash. @throws NOT_FOUND */
export async function imageUrlOf(mirror: Mirror, sha256: string, options: ImageUrlOptions = {}): Promise<string> {
  const image = await imageObjects(mirror.db).find(sha256.toLowerCase());
  if (!image) throw new SyncError('NOT_FOUND', `Expected a stored picture with the SHA-256 ${JSON.stringify(sha256)}, found none.`);
  return imageUrl(mirror, image, options);
}

/** Aliyun's CDN, URL signing of type A (阿里云 CDN 鉴权方式 A): `auth_key=<seconds>-<random>-<uid>-<md5>`; the CDN adds its own validity to the time. */
export function signedForAliyun(url: URL, secret: string, { now, random = randomUUID().replaceAll('-', '') }: { readonly now: Date; readonly random?: string }): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  const hash = createHash('md5').update(`${url.pathname}-${seconds}-${random}-0-${secret}`).digest('hex');
  return withQuery(url, { auth_key: `${seconds}-${random}-0-${hash}` });
}

/** `expires=<seconds>&signature=<hex>`: HMAC-SHA-256 over the path, a line break and the seconds. */
export function signedWithHmac(url: URL, secret: string, { now, expiresInSeconds }: { readonly now: Date; readonly expiresInSeconds: number }): string {
  const expires = String(Math.floor(now.getTime() / 1_000) + expiresInSeconds);
  return withQuery(url, { expires, signature: hmacOf(url, secret, expires) });
}

/** What a server or an edge function asks before it serves an address that `signedWithHmac` made. */
export function isValidHmacUrl(url: URL, secret: string, now: Date): boolean {
  const expires = url.searchParams.get('expires') ?? '';
  const given = Buffer.from(url.searchParams.get('signature') ?? '');
  const wanted = Buffer.from(hmacOf(url, secret, expires));
  return given.length === wanted.length && timingSafeEqual(given, wanted) && /^\d{1,12}$/.test(expires) && Number(expires) * 1_000 > now.getTime();
}

function hmacOf(url: URL, secret: string, expires: string): string {
  return createHmac('sha256', secret).update(`${url.pathname}\n${expires}`).digest('hex');
}

function withQuery(url: URL, query: Readonly<Record<string, string>>): string {
  const signed = new URL(url);
  for (const [name, value] of Object.entries(query)) signed.searchParams.set(name, value);
  return signed.href;
}

function extensionOf(key: string): string {
  return /\.[a-z0-9]+$/.exec(key)?.[0] ?? '';
}
