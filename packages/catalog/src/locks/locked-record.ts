import { markOf, type FieldLocks, type FieldValue, type ProductState } from '@1688/db';
import type { PreparedRecord } from '../import/prepared-record.ts';
import type { ToldProduct } from '../import/told-product.ts';
import { lockableLists } from './lockable-field.ts';

/** What a record may change of a product with locks: all but the locked fields. */
export function withoutLocked(locks: FieldLocks, record: PreparedRecord): PreparedRecord {
  const isLocked = ([field]: readonly [string, unknown]): boolean => Object.hasOwn(locks, field);
  const { fields, volatile, ...rest } = record.told;
  const open = (values: ToldProduct['fields']): ToldProduct['fields'] => Object.fromEntries(Object.entries(values).filter((entry) => !isLocked(entry)));
  const parts = Object.entries(rest).filter(([part]) => !lockableLists.some(({ field, toldAs }) => toldAs === part && Object.hasOwn(locks, field)));
  return { ...record, told: { ...Object.fromEntries(parts), fields: open(fields), volatile: open(volatile) } as ToldProduct };
}

/** The state with what a record says of locked fields, so that an unlock can give it back. The same object when it says nothing newer. */
export function withSourceValues(state: ProductState, { told, kind, observedAt }: PreparedRecord): ProductState {
  const { locks } = state;
  if (locks === null) return state;
  const mark = markOf(observedAt, kind);
  const values: Readonly<Record<string, FieldValue | undefined>> = { ...told.volatile, ...told.fields };
  const newer = Object.entries(locks).flatMap(([field, lock]) => {
    const value = values[field];
    return value === undefined || (lock.source && lock.source.mark >= mark) ? [] : [[field, { ...lock, source: { value, mark } }] as const];
  });
  return newer.length === 0 ? state : { ...state, locks: { ...locks, ...Object.fromEntries(newer) } };
}
