import { setImmediate } from 'node:timers/promises';
import { fromMessage, prepareRecord, type PreparationRun, type Prepared, type PreparedMessage, type PreparedSource } from '@1688/catalog';
import type { PieceReader, ProductReader, RawText } from '@1688/sources';
import { preparePieces } from './prepare-pieces.ts';
import { threadPool, type ThreadPool } from './thread-pool.ts';

/** Fewer pieces than these are mapped before a thread would have started. */
const piecesBeforeThreads = 1_000;
/** Small enough for several to be under way in little memory. */
const piecesInTask = 100;
const lettersInTask = 500_000;
const mostUnderWay = 4;

/** Records of several inputs, ready to be stored, numbered through all of them. Large inputs are mapped in threads of their own. */
export function preparedInputs(readers: AsyncIterable<PieceReader | ProductReader>, threads: number): PreparedSource {
  return async function* prepared(run) {
    await using pool = threadPool(threads);
    let count = 0;
    for await (const reader of readers) {
      await using input = reader;
      const groups = 'mapping' in input ? piecesOf(input, pool, run) : recordsOf(input, run);
      for await (const group of groups) {
        const numbered = group(count);
        count += numbered.length;
        yield numbered;
      }
    }
  };
}

/** Records that still want their numbers, which follow those before them. */
type Group = (numberedFrom: number) => readonly Prepared[];

/** After so many records the event loop gets its turn, so that the server is not kept waiting for its next statement. */
const breathAfter = 5;

async function* recordsOf(reader: ProductReader, { observedAt }: PreparationRun): AsyncGenerator<Group> {
  let count = 0;
  for await (const outcome of reader) {
    if ((count += 1) % breathAfter === 0) await setImmediate();
    const position = outcome.ok ? outcome.value.position : outcome.item.position;
    yield (numberedFrom) => {
      const numbered = { ...position, record: numberedFrom + 1 };
      return [prepareRecord(outcome.ok ? { ok: true, value: { ...outcome.value, position: numbered } } : { ...outcome, item: { ...outcome.item, position: numbered } }, observedAt)];
    };
  }
}

/** Whatever the threads cannot take at once is done here: nobody waits while there is work. */
async function* piecesOf(reader: PieceReader, pool: ThreadPool, run: PreparationRun): AsyncGenerator<Group> {
  const { mapping } = reader;
  const runTimeMs = run.observedAt.getTime();
  const underWay: Promise<() => PreparedMessage>[] = [];
  let seen = 0;
  for await (const pieces of tasksOf(reader)) {
    const task = { pieces, mapping, runTimeMs, pack: run.mostAreNew() };
    seen += pieces.length;
    const away = seen > piecesBeforeThreads && pool.free() > 0;
    underWay.push(settled(away ? pool.prepare(task) : setImmediate().then(() => preparePieces(task))));
    if (!away || underWay.length > mostUnderWay) yield groupOf((await underWay.shift()!)());
  }
  for (const message of underWay) yield groupOf((await message)());
}

function groupOf(message: PreparedMessage): Group {
  return (numberedFrom) => fromMessage(message, { numberedFrom });
}

/** A failure that is only thrown when somebody asks for the value: nobody may, when the import ends before. */
function settled<Value>(promise: Promise<Value>): Promise<() => Value> {
  return promise.then((value) => () => value, (error: unknown) => () => { throw error; });
}

async function* tasksOf(reader: PieceReader): AsyncGenerator<readonly RawText[]> {
  let task: RawText[] = [];
  let letters = 0;
  for await (const pieces of reader) {
    for (const piece of pieces) {
      task.push(piece);
      letters += piece.text.length;
      if (task.length < piecesInTask && letters < lettersInTask) continue;
      yield task;
      task = [];
      letters = 0;
    }
  }
  if (task.length > 0) yield task;
}
