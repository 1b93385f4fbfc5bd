import { shown, SyncError } from '@1688/core';
import { fieldOfHeader, headerNames, type TableField } from './table-headers.ts';

/** Finds the field that a header names; null for a column that stays in the raw document only. */
export type FieldOf = (header: string) => TableField | null;

/** What each field of a table is called where users name it: in `columns`, `--map` and previews. */
export const columnTargets: Readonly<Record<TableField, string>> = {
  offerId: 'offerId', title: 'title', titleTranslated: 'titleTranslated', subtitle: 'subtitle', description: 'description',
  price: 'price', priceMin: 'priceMinCny', priceMax: 'priceMaxCny', consignPrice: 'consignPriceCny', retailPrice: 'retailPriceCny',
  minOrderQuantity: 'minOrderQuantity', unit: 'unit', stockQuantity: 'stockQuantity', soldQuantity: 'soldQuantity', reviewCount: 'reviewCount', rating: 'rating',
  categoryName: 'categoryName', categoryId: 'categoryId', sourceStatus: 'sourceStatus', images: 'images', url: 'url', videoUrl: 'videoUrl',
  supplierName: 'supplier.name', companyName: 'supplier.companyName', memberId: 'supplier.memberId', loginId: 'supplier.loginId', userId: 'supplier.userId',
  shopUrl: 'supplier.url', location: 'supplier.location', articleNumber: 'specifications.articleNumber', barcode: 'specifications.barcode',
  createdAt: 'createdAtSource', updatedAt: 'updatedAtSource', observedAt: 'observedAt',
};

/** The target that leaves a column out whose header would be known. */
export const ignoredColumn = 'ignore';

const fieldByTarget = new Map(Object.entries(columnTargets).map(([field, target]) => [target.toLowerCase(), field as TableField]));

/**
 * Finds fields by a user's own headers first, then by the known ones.
 * @param columns header → target; a target is one of `columnTargets`, another header that is known (商品标题), or `ignore`
 * @throws ARGUMENT_INVALID for a target that is none of them
 */
export function fieldFinder(columns: Readonly<Record<string, string>> | undefined): FieldOf {
  if (columns === undefined) return fieldOfHeader;
  const asked = new Map(Object.entries(columns).map(([header, target]) => [folded(header), targetField(header, target)]));
  return (header) => asked.get(folded(header)) ?? (asked.has(folded(header)) ? null : fieldOfHeader(header));
}

function targetField(header: string, target: string): TableField | null {
  if (target === ignoredColumn) return null;
  const field = fieldByTarget.get(target.trim().toLowerCase()) ?? fieldOfHeader(target);
  if (field !== null) return field;
  throw new SyncError('ARGUMENT_INVALID', `Expected the column ${shown(header)} to go to one of ${[...Object.values(columnTargets), ignoredColumn].join(', ')}, received ${shown(target)}.`, {
    hint: `Name a field, or a header that is known, such as ${headerNames.title[0]}.`,
  });
}

/**
 * Checks that each header of `columns` stands in the table.
 * @throws ARGUMENT_INVALID for one that does not: a misspelt header would leave a field empty in silence
 */
export function checkColumns(columns: Readonly<Record<string, string>>, headers: readonly string[], name: string): void {
  const known = new Set(headers.map(folded));
  const unknown = Object.keys(columns).find((header) => !known.has(folded(header)));
  if (unknown === undefined) return;
  throw new SyncError('ARGUMENT_INVALID', `Expected ${name} to have a column ${shown(unknown)}, received a table with ${headers.map((header) => header.slice(0, 40)).join(', ')}.`, {
    hint: 'Copy the header as it stands in the file; --preview shows them.',
  });
}

/** Headers that differ only in width, case or outer blanks are one. */
export function folded(header: string): string {
  return header.normalize('NFKC').trim().toLowerCase();
}
