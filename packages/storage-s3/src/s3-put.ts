import { throwIfAborted } from '@1688/core';
import { checkedBody, checkKey, type PutOptions, type StorageBody, type StoredObject } from '@1688/storage';
import type { S3Client } from './s3-client.ts';
import { beginUpload, maxParts, tooLong, type Upload } from './s3-multipart.ts';
import { putWhole, removeDamaged, toPutting, type WholeBody } from './s3-write.ts';

/**
 * One request for what fits into a part, else an upload in parts. Either becomes visible only once the whole body came, has the
 * announced length and hash, and is confirmed by the service.
 */
export async function putObject(client: S3Client, key: string, body: StorageBody, { partSizeBytes, ...options }: PutOptions & { readonly partSizeBytes: number }): Promise<StoredObject> {
  checkKey(key);
  throwIfAborted(options.signal, `Storing ${JSON.stringify(key)}`);
  const sizeBytes = options.sizeBytes ?? (body instanceof Uint8Array ? body.length : 0);
  if (sizeBytes > partSizeBytes * maxParts) throw tooLong(key, sizeBytes, partSizeBytes * maxParts);
  const putting = toPutting(key, options);
  let upload: Upload | null = null;
  try {
    for await (const part of partsOf(checkedBody(body, options), partSizeBytes)) {
      if (part.isLast && upload === null) return await putWhole(client, putting, part);
      upload ??= await beginUpload(client, putting);
      await upload.add(part);
    }
    if (upload === null) throw new TypeError('partsOf gives at least one part');
    return await upload.complete();
  } catch (error) {
    await upload?.abandon();
    await removeDamaged(client, putting, error);
    throw error;
  }
}

type Part = WholeBody & { readonly isLast: boolean };

/** Parts of exactly `partSizeBytes`, but the last, which may be empty. A part holds until the next one is asked for. */
async function* partsOf(chunks: AsyncIterable<Uint8Array>, partSizeBytes: number): AsyncGenerator<Part> {
  let held: Buffer = Buffer.alloc(0); // one for all parts: what is thrown away would wait long for its collection
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (sizeBytes === partSizeBytes) {
        yield { chunks: [held], sizeBytes, isLast: false };
        sizeBytes = 0;
      }
      const taken = chunk.subarray(at, at + partSizeBytes - sizeBytes);
      held = withRoom(held, sizeBytes, { least: sizeBytes + taken.length, most: partSizeBytes });
      held.set(taken, sizeBytes);
      sizeBytes += taken.length;
      at += taken.length;
    }
  }
  yield { chunks: [held.subarray(0, sizeBytes)], sizeBytes, isLast: true };
}

function withRoom(held: Buffer, sizeBytes: number, { least, most }: { least: number; most: number }): Buffer {
  if (held.length >= least) return held;
  const larger = Buffer.allocUnsafeSlow(Math.min(most, Math.max(least, held.length * 2)));
  larger.set(held.subarray(0, sizeBytes));
  return larger;
}
