import type { Change } from '@1688/core';

/** What a run did to one value of a product or supplier. */
export interface FoldedValue {
  /** Before the run; undefined where the feed does not say, as of a SKU that was not there. */
  readonly before: unknown;
  /** After it. */
  readonly after: unknown;
  /** The run after it that changed the value too, null for one without a run; undefined when nobody did. */
  readonly changedBy: string | null | undefined;
}

export interface FoldedRun {
  /**
   * By field; of SKUs `skus/SKUID/priceCny` and `skus/SKUID/listed`. `listing` and `removed` stand for 下架 and removal, which are no
   * fields.
   */
  readonly values: ReadonlyMap<string, FoldedValue>;
  /** True when the run made it. */
  readonly created: boolean;
  /** True when somebody else changed anything of it later. */
  readonly touchedLater: boolean;
}

interface Step {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What a run did to one entity, and what was done to the same values since.
 * @param changes all entries of the entity from the run's first on, in their order
 * @param isOwn true for the run's entries; those of `ignored` runs count for nothing
 */
export function foldRun(changes: readonly Change[], isOwn: (change: Change) => boolean): FoldedRun {
  const values = new Map<string, FoldedValue>();
  let created = false;
  let touchedLater = false;
  for (const change of changes) {
    const own = isOwn(change);
    if (own && change.kind === 'created') created = true;
    if (!own) touchedLater = true;
    for (const { field, before, after } of stepsOf(change)) {
      const known = values.get(field);
      if (own) values.set(field, known ? { ...known, after: after === undefined ? known.after : after } : { before, after, changedBy: undefined });
      else if (known) values.set(field, { ...known, changedBy: change.syncRecordId });
    }
  }
  return { values, created, touchedLater };
}

function stepsOf({ kind, fields }: Change): Step[] {
  if (kind === 'removed' || kind === 'restored') return [{ field: 'removed', before: kind === 'restored', after: kind === 'removed' }];
  if (kind === 'delisted' || kind === 'relisted') {
    const { delistedAt, evidence } = fields;
    return [{ field: 'listing', before: { delistedAt: delistedAt?.before ?? null, evidence: evidence?.before ?? null }, after: { delistedAt: delistedAt?.after ?? null } }];
  }
  return Object.entries(fields).flatMap(([field, { before, after }]) => (field === 'skus' ? skuSteps(before, after) : [{ field, before, after }]));
}

type ListedSku = Readonly<Record<string, unknown>> & { readonly skuId: string };

/** A SKU on both sides has moved; one on one side alone came or went, and is whole. */
function skuSteps(before: unknown, after: unknown): Step[] {
  const [was, is] = [byId(before), byId(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((skuId) => {
    const [old, now] = [was.get(skuId), is.get(skuId)];
    const names = Object.keys({ ...old, ...now }).filter((name) => name !== 'skuId');
    const steps = names.map((name): Step => ({ field: `skus/${skuId}/${name}`, before: old?.[name], after: now?.[name] }));
    return old && now ? steps : [...steps, { field: `skus/${skuId}/listed`, before: old !== undefined, after: now !== undefined }];
  });
}

function byId(list: unknown): Map<string, ListedSku> {
  return new Map((Array.isArray(list) ? (list as ListedSku[]) : []).map((sku) => [sku.skuId, sku]));
}
