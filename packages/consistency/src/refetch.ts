import type { CheckContext } from './check.ts';
import { objectTarget, rowTarget, type ActionTarget, type Confirm, type FixStep, type HealStep, type RowStep, type TrashStep } from './fix-step.ts';
import { withSignal } from './object-scan.ts';
import { recountedValues } from './reference-count.ts';
import type { Session, Sql } from './session.ts';
import { spareWith } from './spare.ts';

/** A picture of a product as it was before it was ever fetched: the next pull asks for the whole of it again. */
export function refetchValues(session: Session): Readonly<Record<string, Sql>> {
  const empty = ['sha256', 'etag', 'last_modified', 'fetched_at', 'next_attempt_at', 'claimed_until', 'error_code', 'error_message'];
  return {
    state: session.sql("'pending'"),
    attempts: session.sql('0'),
    ...Object.fromEntries(empty.map((column) => [column, session.sql('null')])),
    updated_at: session.sql('now()'),
  };
}

/** Only while the object is really gone: a pull may have brought it back since the plan was made. */
const objectIsGone: Confirm = async ({ files, signal }, { facts }) => {
  const object = await files.head(facts['object'] ?? '', withSignal({ signal }));
  return object ? 'the object is there again' : null;
};

/** A row of `product_images` goes back to pending, so that a pull fetches its picture again. */
export const refetchRow: RowStep = {
  kind: 'row',
  name: 'refetch',
  confirm: objectIsGone,
  values: ({ session }) => refetchValues(session),
  stillBroken: ({ session }, { facts }) => session.sql(
    "t.state = 'stored' and t.sha256 = ? and exists (select from ? as o where o.sha256 = t.sha256 and o.key = ? and o.state = 'live')",
    [facts['sha256'] ?? '', session.named('image_objects'), facts['object'] ?? ''],
  ),
};

/** The row of `image_objects` says that its object is missing. */
export const markMissing: RowStep = {
  kind: 'row',
  name: 'mark-missing',
  confirm: objectIsGone,
  values: ({ session }) => ({ state: session.sql("'missing'"), ...recountedValues(session), updated_at: session.sql('now()') }),
  stillBroken: ({ session }, { facts }) => session.sql("t.state = 'live' and t.key = ?", [facts['object'] ?? '']),
};

/** The bad bytes of a known object go to the trash. */
export const trashDamaged: TrashStep = {
  kind: 'trash',
  name: 'trash-damaged',
  stillBroken: ({ session }, { target, facts }) => session.sql(
    "exists (select from ? as o where o.sha256 = ? and o.key = ? and o.state = 'live')",
    [session.named('image_objects'), facts['sha256'] ?? '', target],
  ),
};

/** Brings the same bytes back from a spare store: nothing else changes. */
export const healObject: HealStep = { kind: 'heal', name: 'heal' };

/** What mends a lost or damaged picture, each in its turn. */
export const refetchSteps: readonly FixStep[] = [trashDamaged, healObject, refetchRow, markMissing];

/** Steps for one lost picture: a spare store that has it gives it back; else every row that uses it is fetched again, then the object is known to be missing. */
export async function planRefetch(context: CheckContext, sha256: string, object: string, damaged: Readonly<Record<string, string>> | null): Promise<readonly ActionTarget[]> {
  const { session, spares, signal } = context;
  const away = damaged ? [objectTarget('trash-damaged', object, { sha256, object, ...damaged })] : [];
  const spare = damaged?.['foundSha256'] === sha256 ? null : await spareWith(spares, object, sha256, signal);
  if (spare) return [...away, objectTarget('heal', object, { sha256, spare: spare.name })];
  const users = await session.rows<{ id: string }>(session.sql("select id::text from ? where sha256 = ? and state = 'stored' order by id", [session.named('product_images'), sha256]));
  const facts = { sha256, object };
  return [
    ...away,
    ...users.map(({ id }) => rowTarget('refetch', 'product_images', { id }, facts)),
    rowTarget('mark-missing', 'image_objects', { sha256 }, facts),
  ];
}
