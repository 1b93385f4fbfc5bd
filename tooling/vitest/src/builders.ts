import type { Product, ProductRecord, Supplier } from '@1688/core';

let counter = 0;

/** 1688's offer ids have twelve digits; each call gives another one. */
function nextId(first: number): string {
  counter += 1;
  return String(first + counter);
}

/** A clothing factory in Zhejiang; fields that are given replace its own. */
export function aSupplier(fields: Partial<Supplier> = {}): Supplier {
  const sourceId = fields.sourceId ?? `b2b-${nextId(2_208_000_000)}`;
  return {
    sourceId,
    name: '杭州云裳服饰有限公司',
    companyName: '杭州云裳服饰有限公司',
    supplierType: '生产厂家',
    province: '浙江',
    city: '杭州市',
    yearsActive: 8,
    aliases: [{ kind: 'memberId', value: sourceId }],
    ...fields,
  };
}

/** A summer dress with two SKUs, a price ladder and three pictures; fields that are given replace its own. */
export function aProduct(fields: Partial<Product> = {}): Product {
  const offerId = fields.offerId ?? nextId(610_947_572_000);
  const picture = `https://cbu01.alicdn.com/img/ibank/O1CN01${offerId}_!!2208000001-0-cib.jpg`;
  return {
    offerId,
    title: '夏季新款雪纺连衣裙女中长款收腰显瘦碎花裙',
    categoryId: '1031910',
    categoryName: '连衣裙',
    attributes: [
      { name: '面料名称', value: '雪纺' },
      { name: '风格', value: '韩版' },
      { name: '货号', value: 'YS-2026' },
    ],
    priceMinCny: '31.50',
    priceMaxCny: '35.00',
    currency: 'CNY',
    pricingMode: 'shared-tiers',
    priceTiers: [{ minQuantity: 2, priceCny: '35.00' }, { minQuantity: 100, priceCny: '31.50' }],
    minOrderQuantity: 2,
    unit: '件',
    stockQuantity: 5_200,
    sourceStatus: 'published',
    url: `https://detail.1688.com/offer/${offerId}.html`,
    skus: [
      { skuId: `${offerId}1`, attributes: [{ name: '颜色', value: '米白色' }, { name: '尺码', value: 'M' }], priceCny: '35.00', stockQuantity: 2_600, articleNumber: 'YS-2026-M' },
      { skuId: `${offerId}2`, attributes: [{ name: '颜色', value: '米白色' }, { name: '尺码', value: 'L' }], priceCny: '35.00', stockQuantity: 2_600, articleNumber: 'YS-2026-L' },
    ],
    images: [
      { url: picture, role: 'main' },
      { url: picture.replace('O1CN01', 'O1CN02'), role: 'gallery' },
      { url: picture.replace('O1CN01', 'O1CN03'), role: 'description' },
    ],
    ...fields,
  };
}

/** The record that a detail document of `product` would give; `document` is the product as JSON unless one is given. */
export function aProductRecord(product: Partial<Product> = {}, fields: Partial<ProductRecord> = {}): ProductRecord {
  const whole = aProduct({ supplier: aSupplier(), ...product });
  return {
    product: whole,
    kind: 'detail',
    profile: 'test',
    mapperVersion: 1,
    observedAt: null,
    document: JSON.stringify(whole),
    position: { line: null, record: 1, pointer: '' },
    ...fields,
  };
}
