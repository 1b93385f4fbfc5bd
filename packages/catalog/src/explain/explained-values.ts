import { shown, SyncError, type ImageRole } from '@1688/core';
import { imageRoleMark, liveImages, productColumns, productSlot, skuColumns, skuListMark, skuSlot, slots, type ProductState, type SkuState } from '@1688/db';
import { lockableLists } from '../locks/lockable-field.ts';

/** A value of a product that can be explained. */
export interface ExplainableValue {
  /** `title`, `priceTiers`, `skus/SKUID/priceCny` … */
  readonly field: string;
  readonly value: unknown;
  /** When it was told, and by whom (see `markOf`); NaN when nobody did. */
  readonly mark: number;
}

/**
 * The values of a product: all of its own, or those that `field` names. A SKU's are asked for by `skus/SKUID` or `skus/SKUID/priceCny`.
 * @throws ARGUMENT_INVALID for no field; NOT_FOUND for a SKU that the product does not have
 */
export function explainableValues(state: ProductState, field: string | undefined): ExplainableValue[] {
  if (field === undefined) return ownValues(state).filter(isWorthTelling);
  const own = ownValues(state).filter((each) => each.field === field);
  if (own.length > 0) return own;
  const [list, skuId, ...rest] = field.split('/');
  if (list !== 'skus' || skuId === undefined) throw unknownField(field);
  const whole = state.skus.find((sku) => sku.skuId === [skuId, ...rest].join('/'));
  if (whole) return skuValues(whole).filter(isWorthTelling);
  const sku = state.skus.find((each) => each.skuId === [skuId, ...rest.slice(0, -1)].join('/'));
  if (!sku) throw new SyncError('NOT_FOUND', `Expected a SKU of offer ${state.offerId}, received ${shown(skuId)}.`, { hint: `Show them with: 1688sync product get ${state.offerId}` });
  const found = skuValues(sku).filter((each) => each.field === field);
  if (found.length === 0) throw unknownField(field);
  return found;
}

/** What is empty and was never told to be so is left out of a list. */
function isWorthTelling({ value, mark }: ExplainableValue): boolean {
  return !Number.isNaN(mark) || (value !== null && !(Array.isArray(value) && value.length === 0));
}

function ownValues(state: ProductState): ExplainableValue[] {
  const { told, fields, tiers, skus, supplierId } = state;
  const columns = productColumns.map(({ field }) => ({ field, value: fields[field] ?? null, mark: told[productSlot(field)]! }));
  return [
    ...columns,
    { field: 'supplier', value: supplierId, mark: told[slots.supplier]! },
    { field: 'priceTiers', value: tiers, mark: told[slots.tiers]! },
    { field: 'skus', value: skus.filter(({ deleted }) => !deleted).map(({ skuId }) => skuId), mark: skuListMark(told) },
    { field: 'images', value: liveImages(state), mark: imagesMark(state) },
  ];
}

function skuValues({ skuId, fields, tiers, told }: SkuState): ExplainableValue[] {
  const columns = skuColumns.map(({ field }) => ({ field: `skus/${skuId}/${field}`, value: fields[field] ?? null, mark: told[skuSlot(field)]! }));
  return [...columns, { field: `skus/${skuId}/priceTiers`, value: tiers, mark: told[slots.skuTiers]! }];
}

function imagesMark(state: ProductState): number {
  const roles = new Set<ImageRole>(state.images.filter(({ deleted }) => !deleted).map(({ role }) => role));
  return [...roles].map((role) => imageRoleMark(state.told, role)).reduce((last, mark) => (mark > last || Number.isNaN(last) ? mark : last), Number.NaN);
}

function unknownField(field: string): SyncError {
  const names = [...productColumns.map((column) => column.field), ...lockableLists.map((list) => list.field), 'skus/SKUID', 'skus/SKUID/priceCny'];
  return new SyncError('ARGUMENT_INVALID', `Expected a field of a product, received ${shown(field)}.`, { hint: `Fields are: ${names.join(', ')}.` });
}
