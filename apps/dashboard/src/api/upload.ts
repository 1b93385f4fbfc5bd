import { language } from '../state/language.ts';
import { csrfToken } from '../state/session.ts';
import { addressOf, type Reply } from './call.ts';
import type { Problem } from './operations.ts';
import { problemError, unreachable } from './problem.ts';

export interface UploadOptions {
  readonly signal?: AbortSignal;
  /** 0 to 1, as bytes leave the browser. */
  readonly onProgress?: (share: number) => void;
}

/** Sends a file and tells how far it is: fetch cannot tell. @throws ProblemError */
export function upload(file: File, { signal, onProgress }: UploadOptions = {}): Promise<Reply<'POST /uploads'>> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply<'POST /uploads'>>();
  const request = new XMLHttpRequest();
  request.open('POST', addressOf('POST /uploads', { query: { name: file.name } }));
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.setRequestHeader('accept-language', language.value);
  request.setRequestHeader('x-csrf-token', csrfToken.value ?? '');
  request.responseType = 'json';
  request.upload.addEventListener('progress', ({ loaded, total }) => { onProgress?.(total === 0 ? 1 : loaded / total); });
  request.addEventListener('load', () => {
    if (request.status < 300) resolve(request.response as Reply<'POST /uploads'>);
    else reject(problemError(request.response as Problem));
  });
  request.addEventListener('error', () => { reject(unreachable('connection lost')); });
  request.addEventListener('abort', () => { reject(new DOMException('aborted', 'AbortError')); });
  signal?.addEventListener('abort', () => { request.abort(); }, { once: true });
  request.send(file);
  return promise;
}
