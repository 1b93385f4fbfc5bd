import { closeSync, openSync, writeSync } from 'node:fs';
import { SyncError, type FlowOptions, type Outcome, type Product, type ProductRecord, type RejectedRecord } from '@1688/core';
import { importProducts, type ImportResult } from '@1688/catalog';
import { readProducts, type Detection, type ProductReader } from '@1688/sources';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';

export interface ReadOptions {
  readonly profile?: string | undefined;
  readonly encoding?: string | undefined;
  /** Told once for each file, as soon as its form is known. */
  readonly onDetected?: (detection: Detection) => void;
}

export interface ImportFileOptions extends FlowOptions, ReadOptions {
  /** When the source was seen, for records that do not say so. Default: now. */
  readonly observedAt?: Date | undefined;
  /** Name of what is being mirrored; two runs of one scope never overlap. Default `default`. */
  readonly scope?: string;
  /** The input holds the whole scope. */
  readonly fullScan?: boolean;
  /** Reads and maps everything, writes nothing. */
  readonly dryRun?: boolean;
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
  const { rejectsFile, scope = 'default', fullScan, dryRun, observedAt } = options;
  using rejects = rejectsFile === undefined ? undefined : openRejectsFile(rejectsFile);
  const input = inputs.map((each) => (typeof each === 'string' ? each : '(stream)')).join(', ');
  mirror.log.info({ input, scope }, 'import starts');
  const result = await importProducts(mirror.db, readAll(mirror, inputs, options), {
    scope, input, batchSize: mirror.config.values.BATCH_SIZE, ...given(options),
    ...defined({ fullScan, dryRun, observedAt, onReject: rejects && ((rejected: RejectedRecord) => { rejects.write(rejected); }) }),
  });
  const { syncRecord, ...counts } = result;
  mirror.log.info({ syncRecordId: syncRecord.id, status: syncRecord.status, ...counts }, 'import ended');
  return result;
}

async function* readAll(mirror: Mirror, inputs: readonly (string | Uint8Array | AsyncIterable<Uint8Array>)[], options: ImportFileOptions): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
  for (const input of inputs) {
    const reader = openReader(mirror, input, options);
    if (options.onDetected) options.onDetected(await reader.detection);
    yield* reader;
  }
}

function openReader(mirror: Mirror, input: string | Uint8Array | AsyncIterable<Uint8Array>, { profile, encoding, signal }: ReadOptions & FlowOptions): ProductReader {
  return readProducts(input === '-' ? process.stdin : input, defined({ profile, encoding, signal, profiles: mirror.config.file.profiles }));
}

/** The first products of the files as they would be stored; nothing is written. Rejected records show their reason. */
export async function previewFiles(mirror: Mirror, files: readonly string[], options: ReadOptions & { readonly limit?: number; readonly signal?: AbortSignal } = {}): Promise<(Product | { readonly rejected: string; readonly code: string })[]> {
  const { limit = 20 } = options;
  const shown: (Product | { readonly rejected: string; readonly code: string })[] = [];
  for (const file of files) {
    for await (const outcome of openReader(mirror, file, options)) {
      shown.push(outcome.ok ? outcome.value.product : { rejected: outcome.error.message, code: outcome.error.code });
      if (shown.length >= limit) return shown;
    }
  }
  return shown;
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
