import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isSyncError, SyncError, throwIfAborted } from '@1688/core';

/** What a reader takes: the path of a file, bytes, or a stream of bytes such as standard input. */
export type SourceInput = string | Uint8Array | AsyncIterable<Uint8Array>;

/** An input whose beginning has been looked at. `chunks` yields everything from the first byte on, once. */
export interface ByteInput extends AsyncDisposable {
  readonly name: string;
  readonly sample: Buffer;
  /** True when `sample` is the whole input. */
  readonly complete: boolean;
  readonly chunks: AsyncIterable<Buffer>;
}

/** Enough for a few full detail documents in JSON Lines. */
const sampleBytes = 256 * 1024;

/**
 * Opens an input and reads its first 256 KiB.
 * @throws SOURCE_UNREADABLE for a missing file, a directory, or a stream that fails · ABORTED
 */
export async function openBytes(input: SourceInput, options: { name?: string | undefined; signal?: AbortSignal | undefined } = {}): Promise<ByteInput> {
  const name = options.name ?? (typeof input === 'string' ? basename(input) : 'the input');
  if (typeof input === 'string') await checkFile(input);
  const iterator = readChunks(input, name, options.signal)[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  let heldBytes = 0;
  let complete = false;
  while (heldBytes < sampleBytes) {
    const next = await iterator.next();
    if (next.done) {
      complete = true;
      break;
    }
    held.push(next.value);
    heldBytes += next.value.length;
  }
  const sample = Buffer.concat(held);
  async function* chunks(): AsyncGenerator<Buffer> {
    if (sample.length > 0) yield sample;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { name, sample, complete, chunks: chunks(), [Symbol.asyncDispose]: async () => void (await iterator.return(undefined)) };
}

/** All bytes of an input, or SOURCE_FORMAT above `limitBytes`. */
export async function collectInput({ chunks, name }: ByteInput, limitBytes: number, noun: string): Promise<Buffer> {
  const held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    heldBytes += chunk.length;
    if (heldBytes > limitBytes) {
      throw new SyncError('SOURCE_FORMAT', `Expected ${name} as ${noun} of at most ${limitBytes / 1_048_576} MiB, received more.`, {
        hint: 'Split it into several files, or save it as CSV or JSON Lines, which may be of any size.',
      });
    }
    held.push(chunk);
  }
  return Buffer.concat(held);
}

async function checkFile(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw new SyncError('SOURCE_UNREADABLE', `Expected ${path} to be a file, received a directory.`, { hint: 'Name a file inside it.' });
    }
  } catch (cause) {
    throw isSyncError(cause) ? cause : unreadable(path, cause);
  }
}

async function* readChunks(input: SourceInput, name: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  throwIfAborted(signal, `Reading ${name}`);
  if (input instanceof Uint8Array) {
    for (let at = 0; at < input.length; at += sampleBytes) yield asBuffer(input.subarray(at, at + sampleBytes));
    return;
  }
  const stream: AsyncIterable<Uint8Array | string> = typeof input === 'string' ? createReadStream(input, { highWaterMark: sampleBytes }) : input;
  try {
    for await (const chunk of stream) {
      throwIfAborted(signal, `Reading ${name}`);
      yield typeof chunk === 'string' ? Buffer.from(chunk) : asBuffer(chunk);
    }
  } catch (cause) {
    throw isSyncError(cause) ? cause : unreadable(typeof input === 'string' ? input : name, cause);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unreadable(name: string, cause: unknown): SyncError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const hint = code === 'ENOENT' ? 'Check the path: there is no such file.' : 'Check that the file may be read, or that the stream has not been closed.';
  return new SyncError('SOURCE_UNREADABLE', `Expected to read ${name}, received ${code}.`, { hint, cause, details: { reason: code === 'ENOENT' ? 'missing' : 'unreadable' } });
}
