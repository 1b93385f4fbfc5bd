import { throwIfAborted, type FlowOptions } from '@1688/core';
import { createHash } from 'node:crypto';
import { baseFinder } from './base-finder.ts';
import { damageOf } from './damage.ts';
import { byWorkers, inParallel } from './in-parallel.ts';
import { listWriter, readList } from './json-list.ts';
import type { ChunkEntry, Chunking, Manifest, ManifestTable } from './manifest.ts';
import type { ObjectReader } from './object-reader.ts';
import type { ObjectWriter } from './object-writer.ts';
import { rowChunks } from './row-chunks.ts';
import { sha256 } from './sealed-json.ts';
import type { Session } from './session.ts';
import type { Snapshot } from './snapshot.ts';
import { chooseChunking, copyOutSql, type RowSource } from './table-rows.ts';

export interface DumpOptions {
  readonly schema: string;
  readonly writer: ObjectWriter;
  /** Reads what earlier backups stored. */
  readonly reader: ObjectReader;
  readonly readers: number;
  readonly includes: (table: string) => boolean;
  /** The backup before this one: its way of cutting is kept. */
  readonly parent: Manifest | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: FlowOptions['onProgress'] | undefined;
}

/** Stores the rows of all included tables, the largest first. */
export async function dumpTables(snapshot: Snapshot, sources: readonly RowSource[], options: DumpOptions): Promise<ManifestTable[]> {
  const { includes, readers } = options;
  const tables = new Map<string, ManifestTable>(sources.map((source) => [source.name, withoutRows(source)]));
  const wanted = sources.filter((each) => includes(each.name)).toSorted((a, b) => b.estimatedRows - a.estimatedRows);
  const estimated = wanted.reduce((sum, each) => sum + each.estimatedRows, 0);
  const sessions = await Promise.all(Array.from({ length: readers }, () => snapshot.reader()));
  let done = 0;
  await byWorkers(wanted, readers, async (source, worker) => {
    const session = sessions[worker] ?? snapshot.leader;
    tables.set(source.name, await dumpTable(session, source, options, (rows) => {
      done += rows;
      options.onProgress?.({ done, total: Math.max(done, estimated), unit: 'rows', note: source.name });
    }));
  });
  return [...tables.values()];
}

async function dumpTable(session: Session, source: RowSource, { schema, writer, reader, parent, signal }: DumpOptions, onRows: (rows: number) => void): Promise<ManifestTable> {
  const before = sameShape(source, parent);
  const chunking = before?.chunking ?? (await chooseChunking(session, schema, source));
  const nearest = await basesOf(reader, before, chunking);
  const list = listWriter<ChunkEntry>(writer, ({ id }) => id.endsWith('00'));
  const hash = createHash('sha256');
  let [rows, rawBytes] = [0, 0];
  const chunks = rowChunks(session.copyOut(copyOutSql(schema, source)), chunking, source.key.length);
  // Compressing one chunk while the next one arrives.
  const stored = inParallel(chunks, 3, async (chunk): Promise<ChunkEntry> => {
    throwIfAborted(signal, 'The backup');
    hash.update(chunk.bytes);
    return { id: await writer.add(chunk.bytes, 'data', nearest(chunk.first)), rows: chunk.rows, rawLength: chunk.bytes.length, first: chunk.first };
  });
  for await (const entry of stored) {
    await list.add(entry);
    rows += entry.rows;
    rawBytes += entry.rawLength;
    onRows(entry.rows);
  }
  return { ...withoutRows(source), rows, rawBytes, sha256: hash.digest('hex'), chunking, chunkList: await list.finish(), included: true };
}

/** Without the list of the backup before, chunks are stored whole: that list may be what is damaged. */
async function basesOf(reader: ObjectReader, before: ManifestTable | null, chunking: Chunking): Promise<(first: string) => string | undefined> {
  try {
    return await baseFinder(before ? readList<ChunkEntry>(reader, before.chunkList) : [], chunking);
  } catch (error) {
    if (!damageOf(error)) throw error;
    return () => undefined;
  }
}

/** The table as the backup before had it, if its rows can be cut the same way. */
function sameShape({ name, key, integerKey }: RowSource, parent: Manifest | null): ManifestTable | null {
  const before = parent?.tables.find((each) => each.name === name && each.included && each.rows > 0);
  if (!before || before.key.join('\t') !== key.join('\t')) return null;
  return before.chunking.kind === 'range' && !integerKey ? null : before;
}

function withoutRows({ name, columns, key }: RowSource): ManifestTable {
  return { name, columns, key, rows: 0, rawBytes: 0, sha256: sha256(''), chunking: { kind: 'content', rows: 1024 }, chunkList: null, included: false };
}
