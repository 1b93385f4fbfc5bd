import type { StoredObject } from '@1688/storage';
import type { CheckContext, Scan } from './check.ts';
import { merged, type Pair } from './merge.ts';
import type { Session } from './session.ts';
import { touched } from './touched.ts';

/** A row of `image_objects`, as far as the store matters. */
export interface ObjectRow {
  readonly sha256: string;
  readonly key: string;
  readonly size_bytes: string;
  readonly state: 'live' | 'deleting' | 'missing' | 'quarantined';
}

/** A row and the object under its key; one of both may be absent. */
export type ObjectPair = Pair<ObjectRow>;

const pageRows = 2_000;
const shards = 0x1_0000;

/**
 * Rows and objects joined by key, in one pass over both in the same order: a listing of `sha256/` and the primary key.
 * It needs the memory of one page. Rows whose key is not made from their hash come last, each asked for alone.
 */
export const objectScan: Scan<ObjectPair> = {
  id: 'objects',
  async *open(context) {
    const range = sampledRange(context);
    if (context.since) return yield* rowsAlone(context, range);
    yield* merged(rowsInOrder(context, range), objectsInOrder(context, range));
    if (context.until !== null) return;
    for await (const row of oddRows(context)) {
      yield { key: row.key, row, object: await context.files.head(row.key, withSignal(context)) };
    }
  },
};

/** The row as it is now, or null. */
export async function currentRow(session: Session, key: string): Promise<ObjectRow | null> {
  const sha256 = hashInKey(key);
  const where = sha256 === null ? session.sql('key = ?', [key]) : session.sql('sha256 = ? and key = ?', [sha256, key]);
  const [row] = await session.rows<ObjectRow>(session.sql('select sha256, key, size_bytes::text, state from ? where ?', [session.named('image_objects'), where]));
  return row ?? null;
}

/** The hash that a canonical key such as `sha256/ab/cd/abcd….jpg` names, or null. */
export function hashInKey(key: string): string | null {
  const match = /^sha256\/([0-9a-f]{2})\/([0-9a-f]{2})\/([0-9a-f]{64})(?:\.[A-Za-z0-9]+)?$/.exec(key);
  const [, first = '', second = '', hash = ''] = match ?? [];
  return match && hash.startsWith(first + second) ? hash : null;
}

/** First and last four hex digits of the hashes that are looked at. */
interface Range {
  readonly first: string;
  readonly last: string;
  /** Only hashes greater than this one. */
  readonly after: string;
  /** Only hashes up to this one. */
  readonly until: string;
}

/** What was changed lately is asked for one by one: a listing would read the names of all the others. */
async function* rowsAlone(context: CheckContext, range: Range): AsyncGenerator<ObjectPair> {
  for await (const row of rowsInOrder(context, range)) yield { key: row.key, row, object: await context.files.head(row.key, withSignal(context)) };
}

function sampledRange({ sample, sampleStart, after, until }: CheckContext): Range {
  const width = Math.max(1, Math.ceil(shards * sample));
  const begin = Math.floor(sampleStart * Math.ceil(shards / width)) * width;
  const hex = (shard: number): string => Math.min(shard, shards - 1).toString(16).padStart(4, '0');
  return { first: hex(begin), last: hex(begin + width - 1), after, until: until ?? 'g' };
}

/** Behind every key of an object with this hash. */
const ending = (sha256: string): string => `${folder(sha256.slice(0, 4))}${sha256}\u{10FFFF}`;

const folder = (digits: string): string => `sha256/${digits.slice(0, 2)}/${digits.slice(2)}/`;

async function* objectsInOrder(context: CheckContext, { first, last, after, until }: Range): AsyncGenerator<StoredObject> {
  const whole = first === '0000' && last === 'ffff';
  const end = `${folder(last)}\u{10FFFF}`;
  const begin = after !== '' ? ending(after) : whole ? '' : folder(first);
  for await (const object of context.files.list('sha256/', { ...withSignal(context), ...(begin === '' ? {} : { after: begin }) })) {
    if (!whole && object.key > end) return;
    if (until !== 'g' && object.key > ending(until)) return;
    yield object;
  }
}

async function* rowsInOrder(context: CheckContext, { first, last, after: begin, until }: Range): AsyncGenerator<ObjectRow> {
  const { session } = context;
  for (let after = begin; ;) {
    const page = await session.rows<ObjectRow>(session.sql(
      `select sha256, key, size_bytes::text, state from ? as t where sha256 > ? and sha256 >= ? and sha256 <= ? and sha256 <= ? and ? and (${context.since ? 'true' : canonical}) order by sha256 limit ${pageRows}`,
      [session.named('image_objects'), after, first, `${last}g`, until, touched(context, 'image_objects')],
    ));
    yield* page;
    const end = page.at(-1);
    if (!end || page.length < pageRows) return;
    after = end.sha256;
  }
}

async function* oddRows({ session }: CheckContext): AsyncGenerator<ObjectRow> {
  for (let after = ''; ;) {
    const page = await session.rows<ObjectRow>(session.sql(
      `select sha256, key, size_bytes::text, state from ? where sha256 > ? and not ${canonical} order by sha256 limit ${pageRows}`,
      [session.named('image_objects'), after],
    ));
    yield* page;
    const end = page.at(-1);
    if (!end || page.length < pageRows) return;
    after = end.sha256;
  }
}

const canonical = "starts_with(key, 'sha256/' || left(sha256, 2) || '/' || substr(sha256, 3, 2) || '/' || sha256)";

export function withSignal({ signal }: Pick<CheckContext, 'signal'>): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
