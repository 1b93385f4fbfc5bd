import type { SupplierAlias } from '@1688/core';
import { fieldsOfRow, type FieldValues } from './columns.ts';
import { mergeFields } from './field-merge.ts';
import { supplierColumns } from './model-columns.ts';
import { decodeToldTimes, isStale, neverTold, supplierSlot, withMark, type ToldTimes } from './told-times.ts';

/** What the table holds of one supplier, in normal spelling. */
export interface SupplierState {
  readonly id: string;
  readonly sourceId: string;
  readonly fields: FieldValues;
  /** When each field was last told. */
  readonly told: ToldTimes;
  readonly observedAt: Date | null;
  /** Our id of the supplier that this one turned out to be, or null. */
  readonly joinedInto: string | null;
}

export interface SupplierTelling {
  readonly fields: FieldValues;
  readonly observedAt: Date;
  /** See `markOf`. */
  readonly mark: number;
}

const noFields: FieldValues = Object.fromEntries(supplierColumns.map(({ field }) => [field, null]));

export function emptySupplier(sourceId: string): SupplierState {
  return { id: '', sourceId, fields: noFields, told: neverTold, observedAt: null, joinedInto: null };
}

export function toSupplierState(row: Readonly<Record<string, unknown>>): SupplierState {
  return {
    id: String(row['id']),
    sourceId: String(row['source_id']),
    fields: fieldsOfRow(supplierColumns, row),
    told: decodeToldTimes(row['told_times'] as Buffer | null),
    observedAt: row['observed_at'] as Date | null,
    joinedInto: row['joined_into'] as string | null,
  };
}

/** Each field is judged by the time at which it was last told itself. @returns the same state when nothing newer was told */
export function mergeSupplier(state: SupplierState, { fields: toldFields, observedAt, mark }: SupplierTelling): SupplierState {
  const accepted: number[] = [];
  const accept = (field: string): boolean => !isStale(state.told, supplierSlot(field), mark) && accepted.push(supplierSlot(field)) > 0;
  const fields = mergeFields(supplierColumns, state.fields, toldFields, accept);
  const told = withMark(state.told, accepted, mark);
  if (fields === state.fields && told === state.told) return state;
  return { ...state, fields, told, observedAt: state.observedAt && state.observedAt > observedAt ? state.observedAt : observedAt };
}

/** What is known of two that are one: field by field what was told last, else what is known at all. */
export function joinedSuppliers(into: SupplierState, other: SupplierState): SupplierState {
  const fields: Record<string, FieldValues[string]> = { ...into.fields };
  const told = into.told.slice();
  for (const { field } of supplierColumns) {
    const slot = supplierSlot(field);
    const later = other.told[slot]! > told[slot]! || (Number.isNaN(told[slot]!) && (!Number.isNaN(other.told[slot]!) || into.fields[field] == null));
    if (!later) continue;
    fields[field] = other.fields[field] ?? null;
    told[slot] = other.told[slot]!;
  }
  const observedAt = into.observedAt && (!other.observedAt || into.observedAt > other.observedAt) ? into.observedAt : other.observedAt;
  return { ...into, fields, told, observedAt };
}

/** From the strongest key to the weakest. */
const aliasKinds: readonly SupplierAlias['kind'][] = ['memberId', 'userId', 'loginId', 'openId'];

export function aliasStrength(kind: SupplierAlias['kind']): number {
  return aliasKinds.indexOf(kind);
}

/** 0 for a member id, which is the strongest key; an id that no alias explains counts as strong. */
export function keyStrength(sourceId: string, aliases: readonly SupplierAlias[]): number {
  const kind = aliases.find((alias) => alias.value === sourceId)?.kind;
  return kind === undefined ? 0 : aliasStrength(kind);
}
