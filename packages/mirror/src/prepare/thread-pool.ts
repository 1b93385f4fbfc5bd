import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PreparedMessage } from '@1688/catalog';
import { preparePieces, type PieceTask } from './prepare-pieces.ts';
import type { PieceReply } from './prepare-thread.ts';

export interface ThreadPool extends AsyncDisposable {
  /** How many tasks it takes before the next would only wait. */
  free(): number;
  /** Works in the caller's thread where none can be had: slower, and never less. */
  prepare(task: PieceTask): Promise<PreparedMessage>;
}

interface Waiting {
  readonly task: PieceTask;
  readonly resolve: (message: PreparedMessage) => void;
  readonly reject: (error: unknown) => void;
}

/** Enough for a few hundred documents; a thread that needs more is replaced by this one. */
const heapMb = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 };

/**
 * How many threads pay: one core is the caller's and one the database's, and on two cores a thread that maps only takes from both
 * (measured: 0.85 of the rate without it, for 190 MB more).
 */
export function threadsThatPay(): number {
  return Math.min(Math.max(availableParallelism() - 2, 0), 4);
}

/** Threads that start with the first tasks and end with the pool. */
export function threadPool(size: number): ThreadPool {
  const queue: Waiting[] = [];
  const idle: Worker[] = [];
  const all = new Map<Worker, Waiting | null>();
  let broken = false;

  function startNext(): void {
    while (queue.length > 0 && !broken && (idle.length > 0 || all.size < size)) {
      const worker = idle.pop() ?? start();
      const next = queue.shift();
      if (!next) return;
      all.set(worker, next);
      worker.ref();
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window: it has no origin
      worker.postMessage(next.task);
    }
    if (broken) for (const waiting of queue.splice(0)) answerHere(waiting);
  }

  function start(): Worker {
    const worker = startThread();
    all.set(worker, null);
    worker.on('message', (reply: PieceReply) => {
      const waiting = all.get(worker);
      all.set(worker, null);
      worker.unref();
      idle.push(worker);
      if (reply.ok) waiting?.resolve(reply.message);
      else waiting?.reject(reply.error);
      startNext();
    });
    worker.once('error', () => { broken = true; }); // followed by its exit
    worker.once('exit', () => {
      const waiting = all.get(worker);
      all.delete(worker);
      if (waiting) answerHere(waiting);
      startNext();
    });
    return worker;
  }

  return {
    free: () => size * 2 - queue.length - [...all.values()].filter((waiting) => waiting !== null).length,
    prepare: (task) => new Promise((resolve, reject) => {
      queue.push({ task, resolve, reject });
      startNext();
    }),
    async [Symbol.asyncDispose]() {
      broken = true;
      queue.length = 0;
      const workers = [...all.keys()];
      for (const worker of workers) all.set(worker, null); // nobody waits any more
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function answerHere({ task, resolve, reject }: Waiting): void {
  try {
    resolve(preparePieces(task));
  } catch (error) {
    reject(error);
  }
}

function startThread(): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(isSource ? './prepare-thread.ts' : './prepare-thread.js', import.meta.url));
  return new Worker(file, { execArgv: isSource ? ['--conditions=@1688/source'] : [], env: {}, resourceLimits: heapMb });
}
