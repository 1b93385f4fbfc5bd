import { parentPort } from 'node:worker_threads';
import { preparePieces, type PieceTask } from './prepare-pieces.ts';

/** What a thread answers; the error of a defect, as a bad record is part of a message. */
export type PieceReply = { readonly ok: true; readonly message: ReturnType<typeof preparePieces> } | { readonly ok: false; readonly error: unknown };

parentPort?.on('message', (task: PieceTask) => {
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window: its port has no origin
  parentPort?.postMessage(replyTo(task));
});

function replyTo(task: PieceTask): PieceReply {
  try {
    return { ok: true, message: preparePieces(task) };
  } catch (error) {
    return { ok: false, error };
  }
}
