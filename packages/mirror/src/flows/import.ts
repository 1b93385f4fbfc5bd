import { closeSync, openSync, writeSync } from 'node:fs';
import { SyncError, type FlowOptions, type RejectedRecord } from '@1688/core';
import { importProducts, type ImportResult } from '@1688/catalog';
import { openPieces, readProducts, type Detection, type PieceReader, type ProductReader } from '@1688/sources';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import { preparedInputs } from '../prepare/prepared-inputs.ts';
import { threadsThatPay } from '../prepare/thread-pool.ts';

export interface ReadOptions {
  readonly profile?: string | undefined;
  readonly encoding?: string | undefined;
  /** Columns of a table that are not known by their headers: header → field. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Told once for each file, as soon as its form is known. */
  readonly onDetected?: (detection: Detection) => void;
}

export interface ImportFileOptions extends FlowOptions, ReadOptions {
  /** When the source was seen, for records that do not say so. Default: now. */
  readonly observedAt?: Date | undefined;
  /** Name of what is being mirrored; two runs of one scope never overlap. Default `default`. */
  readonly scope?: string;
  /** The input holds the whole scope: what it lacks may be gone, see `importProducts` of `@1688/catalog` for this and the next three. */
  readonly fullScan?: boolean;
  readonly delistAfter?: number;
  readonly maxMissedShare?: number;
  readonly allowMassDelisting?: boolean;
  /** Reads and maps everything, writes nothing. */
  readonly dryRun?: boolean;
  /** Keep superseded values; see `importProducts`. Default true. */
  readonly history?: boolean;
  /** Goes on where the last run of this scope and input was stopped, instead of comparing everything again. Default false. */
  readonly resume?: boolean;
  /** Threads that map records of JSON beside the one that writes. Default: two less than there are cores, at most 4. */
  readonly threads?: number;
  /** What the run calls bytes or a stream, which have no name of their own. Default `(stream)`. */
  readonly inputName?: string;
  /** Rejected records go into this file too, one JSON line each, to be mended and imported again. */
  readonly rejectsFile?: string | undefined;
}

/** Imports one file, bytes or a stream; `-` is standard input. */
export function importFile(mirror: Mirror, input: string | Uint8Array | AsyncIterable<Uint8Array>, options: ImportFileOptions = {}): Promise<ImportResult> {
  return importInputs(mirror, [input], options);
}

/** Imports several files as one run. */
export function importFiles(mirror: Mirror, files: readonly string[], options: ImportFileOptions = {}): Promise<ImportResult> {
  return importInputs(mirror, files, options);
}

async function importInputs(mirror: Mirror, inputs: readonly (string | Uint8Array | AsyncIterable<Uint8Array>)[], options: ImportFileOptions): Promise<ImportResult> {
  const { threads = threadsThatPay(), rejectsFile, inputName = '(stream)', scope = 'default', fullScan, delistAfter, maxMissedShare, allowMassDelisting, dryRun, history, resume, observedAt, profile, encoding, columns } = options;
  using rejects = rejectsFile === undefined ? undefined : openRejectsFile(rejectsFile);
  const input = inputs.map((each) => (typeof each === 'string' ? each : inputName)).join(', ');
  mirror.log.info({ input, scope }, 'import starts');
  const result = await importProducts(mirror.db, preparedInputs(readersOf(mirror, inputs, options, threads), threads), {
    scope, input, batchSize: mirror.config.values.BATCH_SIZE, ...given(options),
    reading: defined({ profile, encoding, columns }),
    ...defined({ fullScan, delistAfter, maxMissedShare, allowMassDelisting, dryRun, history, resume, observedAt, onReject: rejects && ((rejected: RejectedRecord) => { rejects.write(rejected); }) }),
  });
  const { syncRecord, ...counts } = result;
  mirror.log.info({ syncRecordId: syncRecord.id, status: syncRecord.status, ...counts }, 'import ended');
  return result;
}

async function* readersOf(mirror: Mirror, inputs: readonly (string | Uint8Array | AsyncIterable<Uint8Array>)[], options: ImportFileOptions, threads: number): AsyncGenerator<PieceReader | ProductReader> {
  for (const input of inputs) {
    const bytes = input === '-' ? process.stdin : input;
    const reader = threads > 0 ? await openPieces(bytes, sourceOptions(mirror, options)) : readProducts(bytes, sourceOptions(mirror, options));
    options.onDetected?.(await reader.detection);
    yield reader;
  }
}

function sourceOptions(mirror: Mirror, { profile, encoding, columns, signal }: ReadOptions & { readonly signal?: AbortSignal | undefined }): Parameters<typeof openPieces>[1] {
  return defined({ profile, encoding, columns, signal, profiles: mirror.config.file.profiles });
}

function openRejectsFile(file: string): { write(rejected: RejectedRecord): void } & Disposable {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'w');
  } catch (cause) {
    throw new SyncError('ARGUMENT_INVALID', `Expected to be able to write rejected records to ${file}, received ${(cause as NodeJS.ErrnoException).code ?? String(cause)}.`, { hint: 'Name a file in a folder that exists.', cause });
  }
  return {
    // Written at once: rejects are rare, and what is told as rejected must be in the file even when the next line kills us.
    write: ({ document }) => { writeSync(descriptor, `${document.replace(/\r?\n|\r/g, ' ')}\n`); },
    [Symbol.dispose]: () => { closeSync(descriptor); },
  };
}

/** Signal and progress, where they are given. */
export function given({ signal, onProgress }: FlowOptions): FlowOptions {
  return defined({ signal, onProgress });
}
