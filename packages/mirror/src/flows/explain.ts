import { explainProduct as explain, type DocumentMapper, type KeptDocument, type ProductExplanation } from '@1688/catalog';
import { mapperVersionOf, mapStored, mapWithPointers, type StoredRecord } from '@1688/sources';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';

export interface ExplainFieldOptions {
  /** Such as `priceMinCny`, `skus/SKUID` or `skus/SKUID/priceCny`. Default: every field of the product itself that has a value. */
  readonly field?: string | undefined;
}

/** Where each value of a product comes from; see `explainProduct` of `@1688/catalog`. @throws NOT_FOUND, ARGUMENT_INVALID */
export function explainProduct(mirror: Mirror, offerId: string, { field }: ExplainFieldOptions = {}): Promise<ProductExplanation> {
  return explain(mirror.db, offerId, { mapper: documentMapper(mirror.config.file), ...defined({ field }) });
}

/** Maps documents of the vault with the profiles of this version and those of the configuration. */
export function documentMapper({ profiles }: Pick<Mirror['config']['file'], 'profiles'>): DocumentMapper {
  const stored = ({ document, profile, format, columns }: KeptDocument): StoredRecord => ({ document, profile, format, ...defined({ columns: columns ?? undefined, profiles }) });
  return {
    versionOf: (profile) => mapperVersionOf(profile, profiles),
    map: (document) => mapStored(stored(document)),
    trace: (document, fields) => mapWithPointers(stored(document), fields),
  };
}
