import { language } from '../state/language.ts';
import { csrfToken, forgetSession } from '../state/session.ts';
import type { Operations } from './operations.ts';
import { problemError, readProblem, unreachable } from './problem.ts';

export type Operation = keyof Operations;
export type Reply<Name extends Operation> = Operations[Name]['reply'];

export interface CallOptions<Name extends Operation> {
  readonly params?: Operations[Name]['params'];
  readonly query?: Operations[Name]['query'];
  /** Sent as JSON. */
  readonly body?: Operations[Name]['body'];
  /** Sent as it is, for addresses that take a file. */
  readonly file?: Blob;
  /** A key of the API instead of the session: only to open one. */
  readonly key?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the API of the server that these pages came from, with the session's token on what changes something.
 * `call('GET /products/{offerId}', { params: { offerId } })`
 * @throws ProblemError; an AbortError when the signal says so
 */
export async function call<Name extends Operation>(name: Name, options: CallOptions<Name> = {}): Promise<Reply<Name>> {
  const [method = 'GET'] = name.split(' ');
  const { body, file, key, signal } = options;
  const headers: Record<string, string> = { 'accept-language': language.value };
  if (method !== 'GET' && csrfToken.value) headers['x-csrf-token'] = csrfToken.value;
  if (key !== undefined) headers['authorization'] = `Bearer ${key}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (file !== undefined) headers['content-type'] = 'application/octet-stream';
  const reply = await fetch(addressOf(name, options), { method, headers, ...(signal ? { signal } : {}), ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(file === undefined ? {} : { body: file }) })
    .catch((error: unknown) => {
      throw signal?.aborted ? error : unreachable(error);
    });
  if (!reply.ok) {
    if (reply.status === 401) forgetSession();
    throw problemError(await readProblem(reply));
  }
  const isJson = reply.headers.get('content-type')?.startsWith('application/json');
  return (isJson ? await reply.json() : await reply.blob()) as Reply<Name>;
}

/** Where an operation is, for links to download and for event streams too. What is undefined or empty is left out. */
export function addressOf<Name extends Operation>(name: Name, { params = {}, query = {} }: Pick<CallOptions<Name>, 'params' | 'query'> = {}): string {
  const [, template = ''] = name.split(' ');
  const path = template.replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(String((params as Record<string, unknown>)[part])));
  const given = Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== undefined && value !== '' && value !== null);
  const search = new URLSearchParams(given.map(([field, value]) => [field, String(value)])).toString();
  return `/api/v1${path}${search === '' ? '' : `?${search}`}`;
}
