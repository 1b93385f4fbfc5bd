import { compareKeys, type StoredObject } from '@1688/storage';

/** A row and the object under its key; one of both may be absent. */
export interface Pair<Row> {
  readonly key: string;
  readonly row: Row | null;
  readonly object: StoredObject | null;
}

/** Joins rows and objects by key in one pass. Both must come in UTF-8 byte order of their keys, each key once. */
export async function* merged<Row extends { readonly key: string }>(rows: AsyncGenerator<Row>, objects: AsyncGenerator<StoredObject>): AsyncGenerator<Pair<Row>> {
  try {
    let row = await next(rows);
    let object = await next(objects);
    while (row || object) {
      const order = !row ? 1 : !object ? -1 : compareKeys(row.key, object.key);
      if (order < 0 && row) yield { key: row.key, row, object: null };
      if (order > 0 && object) yield { key: object.key, row: null, object };
      if (order === 0 && row && object) yield { key: row.key, row, object };
      if (order <= 0) row = await next(rows);
      if (order >= 0) object = await next(objects);
    }
  } finally {
    await rows.return(undefined);
    await objects.return(undefined);
  }
}

/** True for an object that is younger than the grace period: its row may come in a moment. */
export function isYoung({ modifiedAt }: StoredObject, graceMs: number): boolean {
  return Date.now() - modifiedAt.getTime() < graceMs;
}

async function next<Item>(items: AsyncGenerator<Item>): Promise<Item | null> {
  const step = await items.next();
  return step.done ? null : step.value;
}
