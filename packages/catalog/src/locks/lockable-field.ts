import { SyncError, shown } from '@1688/core';
import { productColumns, type Column } from '@1688/db';
import type { ToldProduct } from '../import/told-product.ts';

/** Lists and the supplier can be held as they are, and not be given another value. */
export const lockableLists: readonly { readonly field: string; readonly toldAs: keyof ToldProduct }[] = [
  { field: 'priceTiers', toldAs: 'tiers' }, { field: 'skus', toldAs: 'skus' }, { field: 'images', toldAs: 'images' }, { field: 'supplier', toldAs: 'supplier' },
];

/** Every field of a product that can be locked, as `@1688/core` spells it. */
export const lockableFields: readonly string[] = [...productColumns.map(({ field }) => field), ...lockableLists.map(({ field }) => field)];

/** The column of a field, or null for a list. @throws ARGUMENT_INVALID for any other name */
export function lockableColumn(field: string): Column | null {
  const column = productColumns.find((each) => each.field === field);
  if (column) return column;
  if (lockableLists.some((each) => each.field === field)) return null;
  throw new SyncError('ARGUMENT_INVALID', `Expected a field of a product to lock, received ${shown(field)}.`, { hint: `Fields that can be locked: ${lockableFields.join(', ')}.` });
}
