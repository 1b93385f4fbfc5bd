import { SyncError, throwIfAborted } from '@1688/core';
import { checkKey, checkPrefix, compareKeys, type ListOptions, type StoredObject } from '@1688/storage';
import { withoutQuotes } from './object-facts.ts';
import { readXml, type S3Client } from './s3-client.ts';
import { childText, type XmlElement } from './xml.ts';

/** Pages of a thousand objects, one in memory. What a bucket holds under keys that the port does not know is passed over. */
export async function* listObjects(client: S3Client, prefix: string, { after, signal }: ListOptions): AsyncGenerator<StoredObject> {
  const what = `Listing ${JSON.stringify(prefix)}`;
  checkPrefix(prefix);
  let token: string | null = null;
  let previous: string | null = null;
  do {
    throwIfAborted(signal, what);
    const query = { 'list-type': '2', 'encoding-type': 'url', prefix, ...(token === null ? (after ? { 'start-after': after } : {}) : { 'continuation-token': token }) };
    const page: Page = await client.call({ method: 'GET', key: '', query, what, signal }, async (answer) => toPage(await readXml(answer, what), token, what));
    for (const object of page.objects) {
      throwIfAborted(signal, what);
      if (previous !== null && compareKeys(object.key, previous) <= 0) throw unusable(what, `keys in UTF-8 byte order, received ${JSON.stringify(object.key)} after ${JSON.stringify(previous)}`);
      previous = object.key;
      if (isKey(object.key)) yield object;
    }
    token = page.next;
  } while (token !== null);
}

interface Page {
  readonly objects: readonly StoredObject[];
  /** Null on the last page. */
  readonly next: string | null;
}

function toPage(root: XmlElement, token: string | null, what: string): Page {
  if (root.name !== 'ListBucketResult') throw unusable(what, `a ListBucketResult, received ${root.name}`);
  const decode = childText(root, 'EncodingType') === 'url' ? (text: string) => decodeURIComponent(text.replaceAll('+', ' ')) : (text: string) => text;
  const objects = root.children.filter(({ name }) => name === 'Contents').map((entry) => toObject(entry, decode, what));
  if (childText(root, 'IsTruncated') !== 'true') return { objects, next: null };
  const next = childText(root, 'NextContinuationToken');
  if (next && next !== token) return { objects, next };
  // To end here would hide objects, and whoever deletes what is not listed would delete them.
  throw unusable(what, 'a token for the rest of a list that was cut, received none', true);
}

function toObject(entry: XmlElement, decode: (text: string) => string, what: string): StoredObject {
  const [key, size, time, etag] = ['Key', 'Size', 'LastModified', 'ETag'].map((name) => childText(entry, name));
  const sizeBytes = Number(size ?? Number.NaN);
  const modifiedAt = new Date(time ?? '');
  if (!key || !Number.isSafeInteger(sizeBytes) || Number.isNaN(modifiedAt.getTime())) throw unusable(what, 'key, size and time of an object, received less');
  return { key: decode(key), sizeBytes, modifiedAt, ...(etag ? { etag: withoutQuotes(etag) } : {}) };
}

/** Folders that a console made end with a slash, other programs may use names that no file system takes. */
function isKey(key: string): boolean {
  try {
    checkKey(key);
    return true;
  } catch {
    return false; // checkKey throws nothing but STORAGE_KEY
  }
}

function unusable(what: string, expected: string, retryable = false): SyncError {
  return new SyncError('STORAGE_DRIVER', `${what}: expected ${expected}.`, { retryable, hint: 'Run "1688sync storage check" against this place.' });
}
