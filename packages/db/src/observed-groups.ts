import type { Column, FieldGroup } from './columns.ts';
import { productColumns, skuColumns } from './model-columns.ts';

export type ObservedGroup = FieldGroup | 'images';

/** What is told of a product. Undefined was not told; `fields` are spelled as in `@1688/core`, and others among them play no part. */
export interface ToldParts {
  readonly fields: object;
  readonly supplier?: unknown;
  readonly tiers?: unknown;
  readonly skus?: readonly { readonly fields: object; readonly tiers?: unknown }[] | null | undefined;
  readonly images?: unknown;
}

/** The groups of which something is told: each keeps the newest time at which it was seen. Which SKUs there are is content. */
export function toldGroups({ fields, supplier, tiers, skus, images }: ToldParts): ObservedGroup[] {
  const groups = new Set<ObservedGroup>();
  const add = (columns: readonly Column[], told: object): void => {
    const values = told as Readonly<Record<string, unknown>>;
    for (const { field, group } of columns) if (values[field] !== undefined) groups.add(group);
  };
  add(productColumns, fields);
  if (supplier !== undefined || skus !== undefined) groups.add('content');
  if (tiers !== undefined) groups.add('price');
  for (const sku of skus ?? []) {
    add(skuColumns, sku.fields);
    if (sku.tiers !== undefined) groups.add('price');
  }
  if (images !== undefined) groups.add('images');
  return [...groups];
}
