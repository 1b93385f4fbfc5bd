import { fileBackend, type StorageBackend } from '@1688/storage';
import { s3Backend } from '@1688/storage-s3';
import { bucketKeys, bucketName, openSmallBucket } from '@1688/vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a repository lies that other processes write to, too. */
export interface Place extends AsyncDisposable {
  /** What `repositoryAt` opens in any process; every name is a place of its own. */
  address(name: string): string;
}

export const places: readonly (readonly [string, () => Promise<Place>])[] = [['in a folder', folderPlace], ['in a bucket', bucketPlace]];

async function folderPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'place-'));
  return { address: (name) => join(folder, name), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function bucketPlace(): Promise<Place> {
  const bucket = await openSmallBucket();
  return { address: (name) => `${bucket.endpoint}#${name}`, [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose]() };
}

export function repositoryAt(address: string): StorageBackend {
  if (!address.startsWith('http')) return fileBackend(address);
  const [endpoint = '', prefix = ''] = address.split('#');
  return s3Backend({ ...bucketKeys, bucket: bucketName, endpoint, prefix, conditionalPut: true });
}
