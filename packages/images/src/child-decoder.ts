import { createHash } from 'node:crypto';
import { isSyncError, SyncError, throwIfAborted } from '@1688/core';
import { acceptHeader } from './accepted-picture.ts';
import type { DecodedImage, DecodeLimits, Decoder } from './decoder.ts';
import { startDecoder, type DecoderProcess, type DecoderProgram } from './decoder-process.ts';
import type { FetchOptions } from './fetcher.ts';
import { checkRecipes, type Recipe } from './recipe.ts';

interface Job {
  readonly bytes: Uint8Array;
  readonly recipes: readonly Recipe[];
  /** Needs much memory at once: such pictures take turns. */
  readonly isHeavy: boolean;
  readonly resolve: (image: DecodedImage) => void;
  readonly reject: (error: unknown) => void;
}

export interface ChildDecoderOptions extends DecodeLimits {
  /** Pictures decoded at once, each in a process of its own. Default 2. */
  readonly children?: number;
  /** Resident memory at which a child ends. Default 469,762,048. */
  readonly maxMemoryBytes?: number;
  /** Where `@1688/images/decoder-child` lies, when neither beside this package's code (or the bundle it is in) nor installed. */
  readonly program?: DecoderProgram;
}

/** How much longer than the decoder itself a child may take before it is ended: it receives the picture and sends the results. */
const graceMs = 2_000;
const heavyBytes = 32 * 1_048_576;

/**
 * Decodes in child processes, which start with the first picture, see no environment, and end with this process or with `close`.
 * One that takes too long or too much memory is ended, one that crashes is replaced; neither disturbs other pictures. A picture that ended
 * two children is not given to a third.
 */
export function childDecoder({ children = 2, maxMemoryBytes = 448 * 1_048_576, program, ...limits }: ChildDecoderOptions = {}): Decoder {
  const queue: Job[] = [];
  const idle: DecoderProcess[] = [];
  const all = new Set<DecoderProcess>();
  const deaths = deathCounts();
  const timeoutMs = (limits.timeoutMs ?? 10_000) + graceMs;
  let isHeavyRunning = false;
  let isClosed = false;

  function startNext(): void {
    while (idle.length > 0 || all.size < children) {
      const at = queue.findIndex(({ isHeavy }) => !isHeavy || !isHeavyRunning);
      if (at === -1) return;
      const [job] = queue.splice(at, 1);
      if (job) void work(job);
    }
  }

  function start(): DecoderProcess {
    const child = startDecoder({ limits, maxMemoryBytes }, program, () => {
      all.delete(child);
      const at = idle.indexOf(child);
      if (at !== -1) idle.splice(at, 1);
      startNext();
    });
    all.add(child);
    return child;
  }

  async function work({ bytes, recipes, isHeavy, resolve, reject }: Job): Promise<void> {
    if (isHeavy) isHeavyRunning = true;
    try {
      const child = idle.pop() ?? start();
      try {
        resolve(await child.decode(bytes, recipes, timeoutMs));
      } finally {
        if (child.isAlive) idle.push(child); // else its exit starts the next job
      }
    } catch (error) {
      reject(isClosed ? closedError(error) : isDeath(error) ? deaths.count(bytes, error) : error);
    }
    if (isHeavy) isHeavyRunning = false;
    startNext();
  }

  return {
    async decode(bytes, recipes, { signal }: FetchOptions = {}) {
      throwIfAborted(signal, 'Decoding a picture');
      if (isClosed) throw new SyncError('ARGUMENT_INVALID', 'Expected an open decoder, received one that was closed.');
      checkRecipes(recipes);
      const { header } = acceptHeader(bytes, limits); // what is refused here starts no child
      deaths.check(bytes);
      const { promise, resolve, reject } = Promise.withResolvers<DecodedImage>();
      const job = { bytes, recipes, isHeavy: (header?.heldBytes ?? 0) > heavyBytes, resolve, reject };
      const abort = (): void => {
        const at = queue.indexOf(job);
        if (at !== -1) queue.splice(at, 1); // what a child works on is short and ends by itself
        reject(new SyncError('ABORTED', 'Decoding a picture was cancelled.', { retryable: true, cause: signal?.reason }));
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.push(job);
      startNext();
      return promise.finally(() => signal?.removeEventListener('abort', abort));
    },
    async close() {
      isClosed = true;
      for (const { reject } of queue.splice(0)) reject(closedError());
      await Promise.all([...all].map((child) => child.end()));
    },
  };
}

function closedError(cause?: unknown): SyncError {
  return new SyncError('ABORTED', 'The decoder was closed.', { retryable: true, cause });
}

function isDeath(error: unknown): error is SyncError {
  return isSyncError(error) && (error.code === 'IMAGE_CRASH' || error.code === 'IMAGE_TIMEOUT');
}

const mostDeaths = 2;
const mostRemembered = 1_000;

/** Remembers pictures that ended their child. One death may be another's fault, a second is the picture's. */
function deathCounts(): { count(bytes: Uint8Array, error: SyncError): SyncError; check(bytes: Uint8Array): void } {
  const known = new Map<string, { readonly times: number; readonly error: SyncError }>();
  const final = (error: SyncError): SyncError => new SyncError(error.code, error.message, {
    hint: `The picture ended ${mostDeaths} decoders and is not given to another.`, cause: error, details: { deaths: mostDeaths },
  });
  const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  return {
    count(bytes, error) {
      const hash = hashOf(bytes);
      const times = (known.get(hash)?.times ?? 0) + 1;
      known.delete(hash);
      known.set(hash, { times, error });
      const oldest = known.keys().next().value;
      if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
      return times < mostDeaths ? error : final(error);
    },
    check(bytes) {
      const death = known.size > 0 ? known.get(hashOf(bytes)) : undefined;
      if (death && death.times >= mostDeaths) throw final(death.error);
    },
  };
}
