import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SyncError } from '@1688/core';
import { fileBackend, type StorageBackend } from '@1688/storage';
import { s3Backend, type S3Style } from '@1688/storage-s3';
import type { Config } from './config.ts';

export interface OpenedStorage {
  readonly backend: StorageBackend;
  /** For messages, and as a setting: a path or an address without secrets. */
  readonly place: string;
  /** False for a backend that the user handed over: closing it is the user's business. */
  readonly isOurs: boolean;
}

export interface OpenStorageOptions {
  /** The folder to take when nothing is set. */
  readonly fallback: string;
  readonly cwd: string;
  /** Where the keys of an s3: place are. */
  readonly values: Pick<Config['values'], 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY' | 'S3_SESSION_TOKEN'>;
}

/**
 * The place that a setting names: a backend of the user's own, `file:/path`, a plain path, `s3://bucket/folder?…`, or the fallback folder.
 * @throws CONFIG_INVALID for a scheme that is not known and for an s3: address without keys or with parts that are not known
 */
export function openStorage(setting: StorageBackend | string | undefined, { fallback, cwd, values }: OpenStorageOptions): OpenedStorage {
  if (typeof setting === 'object') return { backend: setting, place: setting.name, isOurs: false };
  if (setting === undefined) return inFolder(fallback);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(setting)?.[1]?.toLowerCase();
  if (scheme === undefined) return inFolder(path.resolve(cwd, setting));
  if (scheme === 'file') return inFolder(setting.startsWith('file://') ? fileURLToPath(setting) : path.resolve(cwd, setting.slice('file:'.length)));
  if (scheme === 's3') return inBucket(setting, values);
  throw new SyncError('CONFIG_INVALID', `Expected a storage place such as file:/srv/images or s3://bucket, received one with the scheme ${JSON.stringify(scheme)}.`, {
    hint: 'Use file: or s3:, or hand over a backend of your own as "storage" in 1688sync.config.ts.',
  });
}

function inFolder(folder: string): OpenedStorage {
  return { backend: fileBackend(folder), place: folder, isOurs: true };
}

const parameters = ['endpoint', 'region', 'style', 'conditional-put'];
const form = 'Write s3://bucket/folder?endpoint=https://s3.example.com&region=…&style=virtual|path|auto&conditional-put=true|false, and keys into S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.';

function inBucket(setting: string, values: OpenStorageOptions['values']): OpenedStorage {
  const url = URL.canParse(setting) ? new URL(setting) : null;
  if (!url || url.hostname === '' || url.port !== '' || url.hash !== '') throw invalid('an address such as s3://bucket/folder', 'another form');
  if (url.username !== '' || url.password !== '') throw invalid('no keys in an s3: address', 'some');
  const unknown = [...url.searchParams.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) throw invalid(`${parameters.join(', ')} after the "?" of an s3: address`, JSON.stringify(unknown));
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, S3_SESSION_TOKEN: sessionToken } = values;
  if (!accessKeyId || !secretAccessKey) throw invalid(`S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY for ${url.protocol}//${url.hostname}`, accessKeyId || secretAccessKey ? 'one of them' : 'none');
  const [endpoint, region, style, condition] = parameters.map((name) => url.searchParams.get(name) ?? undefined);
  if (condition !== undefined && !/^(true|false|auto)$/.test(condition)) throw invalid('conditional-put to be true, false or auto', JSON.stringify(condition));
  const backend = s3Backend({
    accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}),
    bucket: url.hostname,
    prefix: decodeURIComponent(url.pathname).replace(/^\/+/, ''),
    ...(endpoint ? { endpoint: endpoint.includes('://') ? endpoint : `https://${endpoint}` } : {}),
    ...(region ? { region } : {}),
    ...(style ? { style: style as S3Style } : {}), // which s3Backend checks
    conditionalPut: condition === undefined || condition === 'auto' ? 'auto' : condition === 'true',
  });
  return { backend, place: setting, isOurs: true };
}

function invalid(expected: string, received: string): SyncError {
  return new SyncError('CONFIG_INVALID', `Expected ${expected}, received ${received}.`, { hint: form });
}
