import { SyncError } from '@1688/core';
import { lockField, unlockFields, type LockedField } from '@1688/catalog';
import { productColumns } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';

export interface LockResult {
  readonly offerId: string;
  /** All locks of the product, by field. */
  readonly locks: readonly LockedField[];
}

/**
 * Holds a field of a product against every sync, as it is or as `value` says; see `lockField` of `@1688/catalog`.
 * @param options `value` as text: numbers and true or false in digits and words, attributes and specifications as JSON, `null` empties
 * @throws NOT_FOUND, ARGUMENT_INVALID, FIELD_INVALID
 */
export async function lockProduct(mirror: Mirror, offerId: string, field: string, options: { readonly value?: string | undefined } = {}): Promise<LockResult> {
  const { value } = options;
  return { offerId, locks: await lockField(mirror.db, offerId, field, value === undefined ? {} : { value: typed(field, value) }) };
}

/** Gives fields back to the syncs, all that are locked unless some are named. @throws NOT_FOUND, ARGUMENT_INVALID */
export async function unlockProduct(mirror: Mirror, offerId: string, fields?: readonly string[]): Promise<LockResult> {
  return { offerId, locks: await unlockFields(mirror.db, offerId, fields && fields.length > 0 ? fields : undefined) };
}

/** A text as the field's type; one that does not fit stays text, so that the model refuses it in its own words. */
function typed(field: string, text: string): unknown {
  if (text === 'null') return null;
  switch (productColumns.find((column) => column.field === field)?.type) {
    case 'count':
    case 'number':
    case 'rating':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'time':
      return Number.isNaN(Date.parse(text)) ? text : new Date(text);
    case 'attributes':
    case 'specifications':
      return parsed(field, text);
    default:
      return text;
  }
}

function parsed(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyncError('ARGUMENT_INVALID', `Expected the value of ${field} as JSON, received ${JSON.stringify(text.slice(0, 60))}.`, { hint: field === 'attributes' ? 'For instance: [{"name":"材质","value":"雪纺"}]' : 'For instance: {"毛重":0.3}', cause });
  }
}
