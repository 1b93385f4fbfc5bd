import { isSyncError, SyncError } from '@1688/core';
import { checkedBody, collectBytes, type StorageBackend, type StoredObject } from '@1688/storage';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { damaged } from './damage.ts';
import { attestPrefix, blobPrefix, condemnedPrefix, indexPrefix, keysKey, manifestPrefix, packPrefix } from './repository-key.ts';

export interface EncryptionOptions {
  /** The secret key that opens the repository: `AGE-SECRET-KEY-1…`, as `age-keygen` makes it. */
  readonly key: string;
  /** Who else may open a repository that is made now, such as a recovery key that lies elsewhere: `age1…`. */
  readonly recipients?: readonly string[];
}

/** What `repo.json` says of an encrypted repository. */
export interface EncryptionFacts {
  readonly format: 'age-encryption.org/v1';
  /** Where the repository's own key lies, encrypted to those who may open it. */
  readonly keys: string;
}

/** A repository whose files are encrypted on their way; give it to every function of this package in place of the storage. */
export interface EncryptedRepository extends StorageBackend {
  readonly encryption: { prepare(): Promise<EncryptionFacts> };
}

const facts: EncryptionFacts = { format: 'age-encryption.org/v1', keys: keysKey };
const secretPrefixes = [packPrefix, blobPrefix, indexPrefix, manifestPrefix, attestPrefix, condemnedPrefix];

/** A header for one X25519 recipient and the nonce; then 16 bytes for each 64 KiB that begin. */
const headBytes = 184;
const chunkBytes = 65_536;
const tagBytes = 16;

/**
 * Encrypts everything that tells of the data with age: each pack, picture, index and manifest is an age file to the repository's own
 * key, and that key is an age file to `key` and `recipients`. Names and lengths stay those of the plain bytes.
 * @throws BACKUP_KEY when `key` is none, or does not open the repository
 */
export function withEncryption(backend: StorageBackend, { key, recipients = [] }: EncryptionOptions): EncryptedRepository {
  const isSecret = (name: string): boolean => secretPrefixes.some((prefix) => name.startsWith(prefix));
  const plain = (object: StoredObject): StoredObject => (isSecret(object.key) ? { ...object, sizeBytes: plainSize(object.sizeBytes) } : object);
  let opened: Promise<{ identity: string; recipient: string }> | undefined;
  const keys = (): Promise<{ identity: string; recipient: string }> => {
    opened ??= openKeys(backend, key);
    opened.catch(() => (opened = undefined));
    return opened;
  };

  return {
    name: `encrypted ${backend.name}`,
    capabilities: { ...backend.capabilities, range: false, checksumOnWrite: false, signedUrl: false, copy: false },
    encryption: {
      async prepare() {
        if (!(await backend.head(keysKey))) await makeKeys(backend, key, recipients);
        await keys();
        return facts;
      },
    },
    async put(name, body, options = {}) {
      if (!isSecret(name)) return backend.put(name, body, options);
      const { sizeBytes, sha256: _, ...others } = options;
      const encrypter = new Encrypter();
      encrypter.addRecipient((await keys()).recipient);
      const stream = await encrypter.encrypt(toStream(checkedBody(body, options)));
      return plain(await backend.put(name, stream, { ...others, ...(sizeBytes === undefined ? {} : { sizeBytes: cipherSize(sizeBytes) }) }));
    },
    async get(name, options) {
      if (!isSecret(name)) return backend.get(name, options);
      if (options?.range) throw new SyncError('STORAGE_UNSUPPORTED', `Expected a whole file of an encrypted repository to be read, received a range of ${name}.`);
      const { identity } = await keys();
      const { object, body } = await backend.get(name, options);
      return { object: plain(object), body: decrypted(name, body, identity) };
    },
    async head(name, options) {
      const object = await backend.head(name, options);
      return object && plain(object);
    },
    delete: (name, options) => backend.delete(name, options),
    async *list(prefix, options) {
      for await (const object of backend.list(prefix, options)) yield plain(object);
    },
    ...(backend.close ? { close: () => backend.close?.() ?? Promise.resolve() } : {}),
  };
}

/** Whether a repository was opened with a key. */
export function isEncrypted(repository: StorageBackend): repository is EncryptedRepository {
  return 'encryption' in repository;
}

/**
 * Says anew who may open an encrypted repository; nothing else of it is written again. Who had a key before and a copy of the old file may
 * still read what was written before, so after a theft make a new repository.
 * @param options `key` opens it now; afterwards `newKey` (default: `key`) and `recipients` do
 * @throws BACKUP_KEY, BACKUP_DAMAGED
 */
export async function changeKeys(backend: StorageBackend, { key, newKey = key, recipients = [] }: EncryptionOptions & { readonly newKey?: string }): Promise<void> {
  const { identity } = await openKeys(backend, key);
  await backend.put(keysKey, await sealedKey(identity, newKey, recipients));
}

/** A new secret key and the recipient that belongs to it, which is not secret. */
export async function newBackupKey(): Promise<{ readonly key: string; readonly recipient: string }> {
  const key = await generateX25519Identity();
  return { key, recipient: await identityToRecipient(key) };
}

async function makeKeys(backend: StorageBackend, key: string, recipients: readonly string[]): Promise<void> {
  try {
    await backend.put(keysKey, await sealedKey(await generateX25519Identity(), key, recipients), { ifAbsent: backend.capabilities.conditionalPut });
  } catch (error) {
    if (!isSyncError(error) || error.code !== 'STORAGE_CONFLICT') throw error; // another run was first: its key counts
  }
}

async function sealedKey(identity: string, key: string, recipients: readonly string[]): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  try {
    for (const each of new Set([await identityToRecipient(key.trim()), ...recipients])) encrypter.addRecipient(each);
  } catch (error) {
    throw noKey('Expected the key to be an age secret key (AGE-SECRET-KEY-1…) and the recipients to be age1…, received something else.', error);
  }
  return encrypter.encrypt(`${identity}\n`);
}

async function openKeys(backend: StorageBackend, key: string): Promise<{ identity: string; recipient: string }> {
  const sealed = await collectBytes((await backend.get(keysKey)).body).catch((error: unknown) => {
    throw isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING' ? damaged(keysKey, 'it is missing') : error;
  });
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(key.trim());
  } catch (error) {
    throw noKey('Expected the key to be an age secret key (AGE-SECRET-KEY-1…), received something else.', error);
  }
  try {
    const identity = (await decrypter.decrypt(sealed, 'text')).trim();
    return { identity, recipient: await identityToRecipient(identity) };
  } catch (error) {
    throw noKey(`Expected the key to open ${keysKey} of this repository, but it does not: it is another key, or the file was altered.`, error);
  }
}

function noKey(message: string, cause: unknown): SyncError {
  return new SyncError('BACKUP_KEY', message, { hint: 'Give the key that this repository was made with (BACKUP_KEY), or that of one of its recipients.', cause });
}

async function* decrypted(name: string, body: AsyncIterable<Uint8Array>, identity: string): AsyncIterable<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  let failure: unknown;
  const source = watched(body, (error) => (failure = error));
  try {
    yield* await decrypter.decrypt(toStream(source));
  } catch (error) {
    if (failure !== undefined || isSyncError(error)) throw failure ?? error;
    throw damaged(name, 'it cannot be decrypted: it was cut or altered');
  }
}

/** Tells failures of the storage from those of decrypting. */
async function* watched(body: AsyncIterable<Uint8Array>, onFailure: (error: unknown) => void): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}

function toStream(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return ReadableStream.from(body) as ReadableStream<Uint8Array>;
}

function cipherSize(plain: number): number {
  return headBytes + plain + tagBytes * Math.max(1, Math.ceil(plain / chunkBytes));
}

/** Of a file that was cut this is another number than was written, which is all that is asked of it. */
function plainSize(cipher: number): number {
  const content = cipher - headBytes;
  return Math.max(content - tagBytes * Math.ceil(content / (chunkBytes + tagBytes)), 0);
}
