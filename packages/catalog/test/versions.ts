import type { ImageRole, Outcome, PriceTier, Product, ProductRecord, ProductUpdate, RecordKind, RejectedRecord, Sku, Supplier } from '@1688/core';
import fc from 'fast-check';

/** One thing that a source told of an offer at a time. */
export interface Version {
  readonly kind: RecordKind;
  readonly observedAt: Date;
  readonly product: ProductUpdate;
}

const prices = ['7.80', '12.50', '31.50', '35.00'];
const skuIds = ['5011', '5012', '5013', '5014'];
const pictures = ['O1CN01a', 'O1CN01b', 'O1CN01c', 'O1CN01d'].map((name) => `https://cbu01.alicdn.com/img/ibank/${name}_!!2208000001-0-cib.jpg`);
const roles: readonly ImageRole[] = ['main', 'gallery', 'description'];

const money = fc.constantFrom(...prices);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { freq: 5, nil: null });
const text = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const tiers: fc.Arbitrary<PriceTier[]> = fc.uniqueArray(fc.record({ minQuantity: fc.constantFrom(1, 10, 100), priceCny: money }), { selector: (tier) => tier.minQuantity, maxLength: 3 });
const skuFields = {
  skuId: fc.constantFrom(...skuIds), priceCny: maybe(money), stockQuantity: maybe(fc.constantFrom(0, 5, 9)), articleNumber: maybe(text('A-01', 'A-02')),
  weightGrams: maybe(fc.constantFrom(0, 120.5)), priceTiers: maybe(tiers),
};
const skus = fc.uniqueArray(fc.record(skuFields, { requiredKeys: ['skuId'] }) as fc.Arbitrary<Sku>, { selector: (sku) => sku.skuId, maxLength: 4 });
const images = fc.uniqueArray(fc.record({ role: fc.constantFrom(...roles), url: fc.constantFrom(...pictures) }), { selector: ({ role, url }) => `${role} ${url}`, maxLength: 4 });

/** Suppliers of which one record tells no more than one key, so that none of them turns out to be another. */
export const supplier: fc.Arbitrary<Supplier> = fc.record({
  sourceId: text('b2b-1', 'b2b-2'), name: maybe(text('杭州云裳服饰', '义乌彩虹饰品')), city: maybe(text('杭州', '义乌')), yearsActive: maybe(fc.constantFrom(0, 3)),
}, { requiredKeys: ['sourceId'] });

const fields = {
  title: text('夏季新款雪纺连衣裙', '冬季加厚羽绒服', '真丝围巾'), subtitle: maybe(text('显瘦', '保暖')), description: maybe(text('<p>雪纺</p>', '<p>羽绒</p>')), unit: maybe(text('件', '条')),
  priceMinCny: maybe(money), priceMaxCny: maybe(money), minOrderQuantity: maybe(fc.constantFrom(1, 2)), stockQuantity: maybe(fc.constantFrom(0, 7)),
  currency: maybe(text('CNY', 'USD')), sourceStatus: maybe(text('published', 'expired')), priceTiers: maybe(tiers), skus: maybe(skus), images: maybe(images), supplier: maybe(supplier),
};

/** What a document may tell: any of the fields, the title at least. */
export const product: fc.Arbitrary<ProductUpdate> = fc.record({ offerId: fc.constant('610947572360'), ...fields }, { requiredKeys: ['offerId', 'title'] }) as fc.Arbitrary<ProductUpdate>;

export const momentOf = (number: number): Date => new Date(Date.UTC(2026, 0, 1) + number * 3_600_000);

export interface VersionsOptions {
  readonly kinds: readonly RecordKind[];
  /** At most. */
  readonly count: number;
  /** At least. Default 2. */
  readonly least?: number;
  /** So many different tellings: versions repeat when there are fewer than `count`. */
  readonly pool: number;
}

/** Versions of one offer, each of a moment of its own, oldest first. */
export function versions({ kinds, count, pool, least = 2 }: VersionsOptions): fc.Arbitrary<Version[]> {
  const told = fc.array(product, { minLength: pool, maxLength: pool });
  const chosen = fc.array(fc.record({ index: fc.nat(pool - 1), kind: fc.constantFrom(...kinds) }), { minLength: least, maxLength: count });
  return fc.tuple(told, chosen).map(([products, picks]) => picks.map(({ index, kind }, number) => ({ kind, observedAt: momentOf(number), product: products[index]! })));
}

/** The same versions for another offer, with suppliers of its own. */
export function ofOffer(list: readonly Version[], number: number): Version[] {
  return list.map((version) => {
    const { supplier: told, ...others } = version.product;
    const own = told ? { supplier: { ...told, sourceId: `${number}-${told.sourceId}` } } : told === null ? { supplier: null } : {};
    return { ...version, product: { ...others, ...own, offerId: `61${number}` } };
  });
}

/** As a source yields them, in this order, each with its own time. */
export async function* recordsOfVersions(list: Iterable<Version>): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
  let record = 0;
  for (const { kind, observedAt, product: told } of list) {
    record += 1;
    yield {
      ok: true,
      value: { product: told as Product, kind, observedAt, profile: 'test', mapperVersion: 1, document: JSON.stringify(told), position: { line: record, record, pointer: '' } },
    };
  }
}
