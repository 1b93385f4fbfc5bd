/** Where things stand in a repository; the same keys in a directory, a bucket, or memory. */
export const repositoryKey = 'repo.json';
export const readmeKey = 'README.txt';
export const rescueKey = 'rescue.sh';
export const keysKey = 'keys/repository.age';
export const manifestPrefix = 'snapshots/';
export const packPrefix = 'packs/';
export const blobPrefix = 'blobs/';
export const indexPrefix = 'index/';
export const lockPrefix = 'locks/';
export const attestPrefix = 'attest/';
export const condemnedPrefix = 'condemned/';

export const manifestKey = (seq: number): string => `${manifestPrefix}${String(seq).padStart(8, '0')}.json`;
export const packKey = (id: string): string => `${packPrefix}${id.slice(0, 2)}/${id}.pack`;
export const blobKey = (sha256: string): string => `${blobPrefix}${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
export const indexKey = (id: string): string => `${indexPrefix}${id}.idx.zst`;
export const lockKeyOf = (id: string): string => `${lockPrefix}${id}.json`;
/** Colons are no part of a key: some file systems refuse them. */
export const attestKey = (backupId: string, at: Date): string => `${attestPrefix}${backupId}/${at.toISOString().replaceAll(/[:.]/g, '-')}.json`;

/** The number in a manifest's key, or null for a key of another form. */
export function seqOf(key: string): number | null {
  const digits = /^snapshots\/(\d{8,15})\.json$/.exec(key)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The SHA-256 that ends the key of a pack, blob or index, or null. */
export function hashInKey(key: string): string | null {
  return /\/([0-9a-f]{64})(\.pack|\.idx\.zst)?$/.exec(key)?.[1] ?? null;
}
