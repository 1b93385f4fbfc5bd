import { createHash } from 'node:crypto';
import { isSyncError, SyncError } from '@1688/core';
import type { StoredObject } from '@1688/storage';
import { etagOf, statedMd5 } from './object-facts.ts';
import { drain, readXml, type S3Client } from './s3-client.ts';
import { checkStored, cleaningMs, isConflict, isOwn, md5Of, type Putting, type WholeBody } from './s3-write.ts';
import { headObject } from './s3-read.ts';
import { childText, escapeXml } from './xml.ts';

/** S3's own limit. */
export const maxParts = 10_000;

/** An object that is sent in parts: nothing of it is visible before `complete`. */
export interface Upload {
  add(part: WholeBody): Promise<void>;
  complete(): Promise<StoredObject>;
  /** Lets the service forget the parts. Never throws. */
  abandon(): Promise<void>;
}

export async function beginUpload(client: S3Client, putting: Putting): Promise<Upload> {
  const { key, what, options: { signal } } = putting;
  const request = { key, what, signal };
  const uploadId = await client.call({ ...request, method: 'POST', query: { uploads: '' }, headers: putting.headers }, async (answer) => {
    const id = childText(await readXml(answer, what), 'UploadId');
    if (id) return id;
    throw new SyncError('STORAGE_DRIVER', `${what}: expected an UploadId from the service, received none.`);
  });
  const parts: { readonly etag: string; readonly md5: Buffer }[] = [];
  const whole = createHash('sha256');
  let sizeBytes = 0;

  async function finish(): Promise<void> {
    const listed = parts.map(({ etag }, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${escapeXml(`"${etag}"`)}</ETag></Part>`);
    const document = Buffer.from(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${listed.join('')}</CompleteMultipartUpload>`);
    const headers = { ...putting.condition, 'content-type': 'application/xml' };
    try {
      await client.call({ ...request, method: 'POST', query: { uploadId }, headers, body: [document] }, async (answer) => readXml(answer, what));
    } catch (error) {
      // An earlier try may have done it although its answer was lost.
      const mayBeDone = isConflict(error) || (isSyncError(error) && error.details['s3Code'] === 'NoSuchUpload');
      if (!mayBeDone || !(await isOwn(client, putting))) throw error;
    }
  }

  return {
    async add({ chunks, sizeBytes: partBytes }) {
      if (parts.length === maxParts) throw tooLong(key, sizeBytes + partBytes, sizeBytes);
      for (const chunk of chunks) whole.update(chunk);
      sizeBytes += partBytes;
      const md5 = md5Of(chunks);
      const query = { partNumber: `${parts.length + 1}`, uploadId };
      const etag = await client.call({ ...request, method: 'PUT', query, headers: { 'content-md5': md5.toString('base64') }, body: chunks }, async (answer) => {
        await drain(answer);
        return checkedEtag(etagOf(answer.headers), statedMd5(etagOf(answer.headers), answer.headers), md5, what);
      });
      parts.push({ etag, md5 });
    },
    async complete() {
      await finish();
      const object = await headObject(client, key, signal);
      const ofParts = `${md5Of(parts.map(({ md5 }) => md5)).toString('hex')}-${parts.length}`;
      if (object?.sizeBytes === sizeBytes && object.etag?.toLowerCase() === ofParts) return object;
      return checkStored(client, putting, { sizeBytes, sha256: whole.digest('hex') });
    },
    async abandon() {
      const once = { ...request, signal: AbortSignal.timeout(cleaningMs) };
      await client.once({ ...once, method: 'DELETE', query: { uploadId } }).then(drain).catch(() => {}); // a rule of the bucket removes it later
    },
  };
}

function checkedEtag(etag: string | null, stated: string | null, md5: Buffer, what: string): string {
  if (etag !== null && (stated === null || stated === md5.toString('hex'))) return etag;
  throw new SyncError('STORAGE_CORRUPT', `${what}: expected a part with the MD5 ${md5.toString('hex')}, the service states ${etag}.`, { retryable: true });
}

export function tooLong(key: string, sizeBytes: number, limitBytes: number): SyncError {
  return new SyncError('ARGUMENT_INVALID', `Expected a body of at most ${limitBytes} bytes for ${JSON.stringify(key)}, received at least ${sizeBytes}.`, { hint: 'Raise partSizeBytes: S3 takes 10,000 parts.' });
}
