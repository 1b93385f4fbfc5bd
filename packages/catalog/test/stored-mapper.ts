import type { DocumentMapper, KeptDocument } from '@1688/catalog';
import { SyncError, type Product } from '@1688/core';

export interface TestMapperOptions {
  readonly version?: number;
  /** What this version makes of a product. */
  readonly change?: (product: Product, document: KeptDocument) => Product;
}

/** Maps documents that are the JSON of their product, as those of `recordsOf` are. */
export function testMapper({ version = 1, change = (product) => product }: TestMapperOptions = {}): DocumentMapper {
  return {
    versionOf: (profile) => (profile === 'test' ? version : null),
    map(document) {
      if (document.profile !== 'test') throw new SyncError('SOURCE_PROFILE', `Expected the profile test, received ${document.profile}.`);
      return { ok: true, value: { product: change(JSON.parse(document.document) as Product, document), kind: document.kind } };
    },
    trace: (document, fields) => new Map(fields.map((field) => [field, { pointers: [{ pointer: `/${field}`, raw: (JSON.parse(document.document) as Record<string, unknown>)[field] }] }])),
  };
}
