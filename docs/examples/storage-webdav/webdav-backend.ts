import { SyncError, throwIfAborted } from '@1688/core';
import { checkedBody, checkKey, checkPrefix, collectBytes, compareKeys, resolveRange, type StorageBackend, type StoredObject } from '@1688/storage';

const codes: Record<number, 'STORAGE_PERMISSION' | 'STORAGE_OBJECT_MISSING' | 'STORAGE_FULL'> = { 401: 'STORAGE_PERMISSION', 403: 'STORAGE_PERMISSION', 404: 'STORAGE_OBJECT_MISSING', 507: 'STORAGE_FULL' };
const isFolder = (object: StoredObject): boolean => object.key.endsWith('/');

/**
 * Objects as files of a WebDAV share (坚果云, NAS).
 * @param address of a folder that exists, ending with a slash
 * @param login headers such as `authorization`
 */
export function webdavBackend(address: string, login: Record<string, string> = {}): StorageBackend {
  const urlOf = (key: string): string => new URL(key.split('/').map(encodeURIComponent).join('/'), address).href;
  const failed = (what: string, status: number | null, signal?: AbortSignal | null, cause?: unknown): never => {
    throwIfAborted(signal ?? undefined, what);
    throw new SyncError(codes[status ?? 0] ?? 'STORAGE_IO', `${what}: received ${status === null ? 'no answer' : `HTTP ${status}`}.`, { retryable: !codes[status ?? 0], cause });
  };
  async function ask(method: string, key: string, { allow = [], signal, ...init }: RequestInit & { allow?: number[] } = {}): Promise<Response> {
    const answer = await fetch(urlOf(key), { ...init, method, headers: { ...login, ...init.headers }, signal }).catch((cause: unknown) => failed(`${method} ${key}`, null, signal, cause));
    return answer.ok || allow.includes(answer.status) ? answer : failed(`${method} ${key}`, answer.status);
  }
  /** What lies under a name (depth 0) or directly below it (depth 1); the keys of folders end with a slash. "Forbidden" below a file is an absence, too. */
  async function look(key: string, depth: 0 | 1, signal?: AbortSignal): Promise<StoredObject[]> {
    const answer = await ask('PROPFIND', key, { signal, headers: { depth: `${depth}` }, allow: [403, 404, 405, 409] });
    if (answer.status === 403 && (key === '' || (await look(key.slice(0, Math.max(key.lastIndexOf('/'), 0)), 0, signal)).some(isFolder))) failed(`PROPFIND ${key}`, 403);
    return [...(await answer.text()).matchAll(/<(?:\w+:)?response[\s>][^]*?<\/(?:\w+:)?response>/g)].flatMap(([response]) => {
      const tag = (name: string): string => new RegExp(`<(?:\\w+:)?${name}[^>]*>([^]*?)</`).exec(response)?.[1]?.trim() ?? '';
      const found = decodeURIComponent(new URL(tag('href').replaceAll('&amp;', '&'), address).pathname.slice(new URL(address).pathname.length)).replace(/\/$/, '');
      return (found === key.replace(/\/$/, '')) === (depth === 0) ? [{ key: found + (/<(?:\w+:)?collection\b/.test(response) ? '/' : ''), sizeBytes: Number(tag('getcontentlength')), modifiedAt: new Date(tag('getlastmodified')) }] : [];
    });
  }
  const head: StorageBackend['head'] = async (key, { signal } = {}) => { checkKey(key); return (await look(key, 0, signal)).find((object) => !isFolder(object)) ?? null; };
  async function* list(prefix: string, folder: string, after: string, signal?: AbortSignal): AsyncGenerator<StoredObject> {
    throwIfAborted(signal, `Listing ${prefix}`);
    for (const object of (await look(folder, 1, signal)).toSorted((a, b) => compareKeys(a.key, b.key))) {
      if (object.key === '.tmp/' || !(object.key.startsWith(prefix) || (isFolder(object) && prefix.startsWith(object.key)))) continue;
      if (isFolder(object)) yield* list(prefix, object.key, after, signal); else if (compareKeys(object.key, after) > 0) yield object;
    }
  }
  return {
    name: 'webdav', head, capabilities: { atomicPut: true, conditionalPut: false, range: true, checksumOnWrite: false, signedUrl: false, copy: false, maxObjectBytes: 100 * 2 ** 20 },
    async put(key, body, { ifAbsent, signal, ...announced } = {}) { // checked before anything is sent, moved when it is whole: nobody sees a part
      checkKey(key);
      if (ifAbsent) throw new SyncError('STORAGE_UNSUPPORTED', 'WebDAV servers differ in what they do with a conditional put.');
      const [bytes, aside] = [Uint8Array.from(await collectBytes(checkedBody(body, { ...announced, signal }))), `.tmp/${crypto.randomUUID()}`];
      for (const folder of ['.tmp', ...key.split('/').map((_, n, parts) => parts.slice(0, n).join('/')).slice(1)]) {
        const [there] = await look(folder, 0, signal);
        if (!there) await ask('MKCOL', `${folder}/`, { signal, allow: [405] }); // 405: somebody else made it
        else if (!isFolder(there)) throw new SyncError('STORAGE_KEY', `Expected ${JSON.stringify(folder)} to be a folder, found an object.`);
      }
      if ((await look(key, 1, signal)).length > 0) throw new SyncError('STORAGE_KEY', `Expected ${JSON.stringify(key)} to be an object, found a folder.`);
      await ask('PUT', aside, { signal, body: bytes });
      await ask('MOVE', aside, { signal, headers: { destination: urlOf(key), overwrite: 'T' } });
      return (await head(key, { signal })) ?? { key, sizeBytes: bytes.length, modifiedAt: new Date() };
    },
    async get(key, { range, signal } = {}) {
      const object = (await head(key, { signal })) ?? failed(`Reading ${key}`, 404);
      const { start, length } = resolveRange(range, object.sizeBytes);
      return { object, body: (async function* () { // asks at the first read: a body that nobody reads holds nothing
        const answer = await ask('GET', key, { signal, ...(range && { headers: { range: `bytes=${start}-${start + length - 1}` } }) });
        if (Number(/\d+$/.exec(answer.headers.get('content-range') ?? answer.headers.get('content-length') ?? '') ?? object.sizeBytes) !== object.sizeBytes) failed(`Reading ${key}, which was replaced meanwhile`, answer.status);
        try { for await (const chunk of answer.body ?? []) yield chunk; } catch (cause) { failed(`Reading ${key}`, null, signal, cause); }
      })() };
    },
    async delete(key, options) { if (await head(key, options)) await ask('DELETE', key, { ...options, allow: [404] }); },
    async *list(prefix, { after = '', signal } = {}) { checkPrefix(prefix); yield* list(prefix, prefix.slice(0, prefix.lastIndexOf('/') + 1), after, signal); },
  };
}
