import { isSyncError, SyncError, throwIfAborted } from '@1688/core';
import { checkKey, withPrefix, type StorageBackend, type StoredObject } from '@1688/storage';
import { checkNumber, drain, openS3Client, readXml, type S3Client } from './s3-client.ts';
import { listObjects } from './s3-list.ts';
import { maxParts } from './s3-multipart.ts';
import { encodePath, type S3BackendOptions } from './s3-options.ts';
import { putObject } from './s3-put.ts';
import { getObject, headObject } from './s3-read.ts';
import { serviceOf } from './s3-service.ts';

const longestUrlSeconds = 7 * 24 * 3600;

/**
 * Keeps objects in a bucket of any S3-compatible service. Failed requests are tried again here, up to `attempts` times and never
 * with other bytes, so `withRetry` around it is not needed. No request is sent before the first call.
 * @throws ARGUMENT_INVALID for options that cannot be
 */
export function s3Backend(options: S3BackendOptions): StorageBackend {
  const { partSizeBytes = 16 * 1024 * 1024, prefix = '', isPublic = false, conditionalPut = 'auto' } = options;
  checkNumber('partSizeBytes', partSizeBytes, 1);
  checkKeys(options);
  const client = openS3Client(options);
  const keepsCondition = conditionalPut === 'auto' ? serviceOf(new URL(`http://${client.address.host}`).hostname).conditionalPut : conditionalPut;
  const backend: StorageBackend = {
    name: 's3',
    capabilities: {
      atomicPut: true, conditionalPut: keepsCondition, range: true, checksumOnWrite: true, signedUrl: true, copy: true,
      maxObjectBytes: partSizeBytes * maxParts,
    },
    async put(key, body, putOptions = {}) {
      checkKey(key);
      if (putOptions.ifAbsent && !keepsCondition) throw unconditional(client);
      return putObject(client, key, body, { ...putOptions, partSizeBytes });
    },
    get: async (key, getOptions = {}) => getObject(client, key, getOptions),
    head: async (key, { signal } = {}) => headObject(client, key, signal),
    delete: async (key, { signal } = {}) => deleteObject(client, key, signal),
    list: (listPrefix, listOptions = {}) => listObjects(client, listPrefix, listOptions),
    copy: async (from, to, { signal } = {}) => copyObject(client, from, to, signal),
    async signedUrl(key, { expiresInSeconds }) {
      checkKey(key);
      checkNumber('expiresInSeconds', expiresInSeconds, 1);
      if (expiresInSeconds > longestUrlSeconds) throw new SyncError('ARGUMENT_INVALID', `Expected expiresInSeconds to be at most ${longestUrlSeconds} (seven days), received ${expiresInSeconds}.`);
      return client.signer.presign(client.address.url(key), expiresInSeconds);
    },
    ...(isPublic && {
      publicUrl(key: string) {
        checkKey(key);
        return client.address.url(key).href;
      },
    }),
    close: async () => client.close(),
  };
  const folder = prefix.replace(/(?<!\/)\/+$/, '');
  return folder === '' ? backend : withPrefix(backend, `${folder}/`);
}

/** A line break at the end is what files and consoles add; the text itself is never shown. */
function checkKeys({ accessKeyId, secretAccessKey, sessionToken }: S3BackendOptions): void {
  for (const [name, value] of Object.entries({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) })) {
    if (!/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value ?? '')) throw new SyncError('ARGUMENT_INVALID', `Expected ${name} to be the text that the service gave you, received ${value ? 'one with a blank or line break at an end, or other characters' : 'none'}.`);
  }
}

async function deleteObject(client: S3Client, key: string, signal: AbortSignal | undefined): Promise<void> {
  const what = `Deleting ${JSON.stringify(key)}`;
  checkKey(key);
  throwIfAborted(signal, what);
  await client.call({ method: 'DELETE', key, what, signal }, drain).catch((error: unknown) => {
    if (!isSyncError(error) || error.code !== 'STORAGE_OBJECT_MISSING') throw error;
  });
}

async function copyObject(client: S3Client, from: string, to: string, signal: AbortSignal | undefined): Promise<StoredObject> {
  const what = `Copying ${JSON.stringify(from)}`;
  checkKey(from);
  checkKey(to);
  throwIfAborted(signal, what);
  if (from !== to) { // onto itself S3 refuses
    const headers = { 'x-amz-copy-source': `/${client.address.bucket}/${encodePath(from)}` };
    await client.call({ method: 'PUT', key: to, headers, what, signal }, async (answer) => readXml(answer, what));
  }
  const object = await headObject(client, to, signal);
  if (object) return object;
  throw new SyncError('STORAGE_OBJECT_MISSING', `${what}: expected an object under ${JSON.stringify(to)}, found none.`, { details: { key: to } });
}

function unconditional({ address }: S3Client): SyncError {
  return new SyncError('STORAGE_UNSUPPORTED', `Expected no put with ifAbsent, which ${address.host} is not known to offer.`, {
    hint: 'Look at the capabilities first; set conditionalPut to true where the contract passes with it.',
  });
}
