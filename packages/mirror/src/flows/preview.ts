import type { ProductUpdate, RecordPosition } from '@1688/core';
import { readProducts, type Detection, type ProductOutcome } from '@1688/sources';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import type { ReadOptions } from './import.ts';

export interface PreviewOptions extends ReadOptions {
  /** Most records of each file. Default 20. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** What a file is, and what its first records would become. */
export interface FilePreview extends Detection {
  readonly file: string;
  readonly records: readonly PreviewRecord[];
}

/** One record: the product that it would become, or why it would be rejected. */
export interface PreviewRecord extends Pick<RecordPosition, 'line' | 'pointer'> {
  readonly product: ProductUpdate | null;
  readonly rejected: { readonly code: string; readonly field: string | null; readonly message: string } | null;
}

/** The beginnings of files as they would be imported; needs no store and writes nothing. @throws like `readProducts` */
export async function previewFiles({ config }: Pick<Mirror, 'config'>, files: readonly string[], options: PreviewOptions = {}): Promise<FilePreview[]> {
  const previews: FilePreview[] = [];
  for (const file of files) {
    previews.push(await previewInput({ config }, { name: file, bytes: file === '-' ? process.stdin : file }, options));
  }
  return previews;
}

/** The same for bytes from elsewhere. `bytes` may be a path. */
export async function previewInput({ config }: Pick<Mirror, 'config'>, input: { readonly name: string; readonly bytes: string | AsyncIterable<Uint8Array> }, options: PreviewOptions = {}): Promise<FilePreview> {
  const { limit = 20, profile, encoding, columns, signal, onDetected } = options;
  await using reader = readProducts(input.bytes, defined({ profile, encoding, columns, signal, name: input.name, profiles: config.file.profiles }));
  const detection = await reader.detection;
  onDetected?.(detection);
  const records: PreviewRecord[] = [];
  for await (const outcome of reader) {
    records.push(toRecord(outcome));
    if (records.length >= limit) break;
  }
  return { file: input.name, ...detection, records };
}

function toRecord(outcome: ProductOutcome): PreviewRecord {
  if (outcome.ok) return { ...place(outcome.value.position), product: outcome.value.product, rejected: null };
  const { error, item } = outcome;
  return { ...place(item.position), product: null, rejected: { code: error.code, field: item.field, message: error.message } };
}

function place({ line, pointer }: RecordPosition): Pick<RecordPosition, 'line' | 'pointer'> {
  return { line, pointer };
}
