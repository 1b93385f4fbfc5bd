import { SyncError, type PriceTier, type PricingMode, type ProductImage, type Sku, type Supplier } from '@1688/core';
import type { RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { imageList, imageUrls, mainAndGallery } from '../record/image-list.ts';
import { attributeList, attributeOf, needOfferId, needTitle, readTiers, readUrl } from '../record/offer-parts.ts';
import { readCount, readFlag, readId, readMoney, readObjects, readQuantity, readText, readTime, valueAt } from '../record/read-field.ts';
import { placeOf, supplierOf } from '../record/supplier-identity.ts';
import { withoutUndefined } from '../record/without-undefined.ts';
import { descriptionImages } from '../values/description-images.ts';
import { parsePrice, spread } from '../values/price-text.ts';
import { plainNumbers } from './open-platform-numbers.ts';
import { openPlatformSkus } from './open-platform-skus.ts';

const modes: Readonly<Record<string, PricingMode>> = { 0: 'tiers', 1: 'sku', 2: 'shared-tiers', 3: 'sku-tiers' };

/** Parts of a record in which Java's doubles stand. */
const numericParts = ['saleInfo', 'skuInfos', 'shippingInfo'] as const;

/**
 * The open platform's `alibaba.product.get`, `…simple.get`, `…list.get`, `alibaba.cross.productInfo` and `productList`, in any wrapper
 * (`productInfo`, `result.pageResult.resultList`, `productList`, `toReturn`): a record is whatever object has a `productID` and one
 * of the parts that only this family knows.
 */
export const openPlatform = defineProfile({
  name: 'open-platform',
  mapperVersion: 1,
  confidence: 0.95,
  isRecord: (value) => 'productID' in value && ['subject', 'saleInfo', 'skuInfos', 'image', 'supplierLoginId'].some((key) => key in value),
  evidence: (record) => ['productID', 'subject', 'saleInfo', 'skuInfos', 'supplierLoginId'].filter((key) => key in record),
  map: mapProduct,
});

const fields = {
  description: 'description', categoryId: 'categoryID', categoryName: 'categoryName', attributes: 'attributes', priceTiers: 'saleInfo.priceRanges', priceMinCny: 'saleInfo.priceRanges',
  priceMaxCny: 'saleInfo.priceRanges', consignPriceCny: 'saleInfo.consignPrice', retailPriceCny: 'saleInfo.retailprice', minOrderQuantity: 'saleInfo.minOrderQuantity', unit: 'saleInfo.unit',
  sellUnit: 'saleInfo.sellunit', unitsPerSellUnit: 'saleInfo.batchNumber', stockQuantity: 'saleInfo.amountOnSale', soldQuantity: 'bookedCount', sourceStatus: 'status', skus: 'skuInfos', images: 'image.images', supplier: 'supplierLoginId',
} as const;

function mapProduct(raw: RawObject): MappedProduct {
  refuseAnswerOfFailure(raw);
  const record: RawObject = { ...raw, ...Object.fromEntries(numericParts.filter((part) => part in raw).map((part) => [part, plainNumbers(raw[part])])) };
  const offerId = needOfferId(record, ['productID'], []);
  const title = needTitle(record, 'html', 'subject');
  const skus = openPlatformSkus(record);
  const tiers = readTiers(record, ['saleInfo.priceRanges'], ['startQuantity'], ['price']);
  const pricingMode = modes[readText(record, 'saleInfo.quoteType') ?? ''];
  const attributes = readObjects(record, 'attributes');
  const range = priceRange(record, pricingMode, tiers, skus);
  return {
    // A list without `needDetail` gives the head of each product: no prices, no SKUs, few pictures.
    kind: 'saleInfo' in record || 'skuInfos' in record ? 'detail' : 'list',
    fields: { ...fields, offerId: offerId.field, title: title.field },
    product: {
      offerId: offerId.value,
      title: title.value,
      description: readText(record, 'description'),
      categoryId: readId(record, 'categoryID')?.value,
      categoryName: readText(record, 'categoryName') ?? undefined,
      attributes: attributes && attributeList(attributes.map((each) => attributeOf(each['attributeName'], each['value']))),
      specifications: specificationsOf(record),
      ...range,
      consignPriceCny: readMoney(record, 'saleInfo.consignPrice'),
      retailPriceCny: readMoney(record, 'saleInfo.retailprice', 'saleInfo.retailPrice'),
      currency: range.priceMinCny === undefined ? undefined : 'CNY',
      pricingMode,
      priceTiers: tiers,
      minOrderQuantity: readQuantity(record, 'saleInfo.minOrderQuantity'),
      unit: readText(record, 'saleInfo.unit'),
      sellUnit: readText(record, 'saleInfo.sellunit', 'saleInfo.sellUnit'),
      unitsPerSellUnit: readQuantity(record, 'saleInfo.batchNumber'),
      mixedBatch: readFlag(record, 'saleInfo.mixWholeSale'),
      stockQuantity: readQuantity(record, 'saleInfo.amountOnSale'),
      soldQuantity: readCount(record, 'bookedCount'),
      sourceStatus: readText(record, 'status'),
      videoUrl: readUrl(record, 'mainVedio', 'mainVideo', 'detailVedio', 'detailVideo'),
      supplier: supplierOfProduct(record),
      skus,
      images: picturesOf(record, skus),
      createdAtSource: readTime(record, 'createTime'),
      updatedAtSource: readTime(record, 'lastUpdateTime', 'modifyTime'),
    },
  };
}

/** What the API answers instead of a product: `{"errMsg":"商品[610…]不存在"}`. */
function refuseAnswerOfFailure(record: RawObject): void {
  if ('productID' in record) return;
  const message = readText(record, 'errMsg', 'errorMessage', 'error_message', 'message');
  if (message == null) return;
  throw new SyncError('RECORD_INVALID', `Expected a product of the open platform, received the answer ${JSON.stringify(message.slice(0, 200))}.`, { hint: 'Ask the API for this offer again, or leave it out.' });
}

/** Lowest and highest of the prices that are true in this mode; an answer without any may tell a reference price (`66.0`, `57.00-80.00`). */
function priceRange(record: RawObject, mode: PricingMode | undefined, tiers: readonly PriceTier[] | null | undefined, skus: readonly Sku[] | null | undefined): MappedProduct['product'] {
  const ofSkus = spread((skus ?? []).map((sku) => sku.priceCny));
  const ofSkuTiers = spread((skus ?? []).flatMap((sku) => sku.priceTiers ?? []).map((tier) => tier.priceCny));
  const ofTiers = spread((tiers ?? []).map((tier) => tier.priceCny));
  const bySku = mode === 'sku-tiers' ? (ofSkuTiers ?? ofSkus) : ofSkus;
  const range = mode === 'sku' || mode === 'sku-tiers' ? (bySku ?? ofTiers) : (ofTiers ?? bySku);
  if (range) return { priceMinCny: range.min, priceMaxCny: range.max };
  const reference = parsePrice(readText(record, 'referencePrice') ?? '');
  if (reference) return { priceMinCny: reference.min, priceMaxCny: reference.max };
  // Prices that are told and hidden, on request or gone are nothing; an answer without price fields tells nothing.
  const told = tiers !== undefined || (skus ?? []).some((sku) => sku.priceCny !== undefined || sku.priceTiers !== undefined);
  return told ? { priceMinCny: null, priceMaxCny: null } : {};
}

/** `image.images` are paths below the picture host; `intelligentInfo` has pictures that are not the seller's and is passed over. */
function picturesOf(record: RawObject, skus: readonly Sku[] | null | undefined): ProductImage[] | undefined {
  if (!('image' in record) && !('description' in record)) return undefined;
  const ofSkus = (skus ?? []).flatMap((sku) => sku.imageUrl ?? []);
  return [
    ...mainAndGallery(imageUrls(valueAt(record, 'image.images'))),
    ...imageList(['sku', ofSkus], ['description', descriptionImages(readText(record, 'description') ?? '')]),
  ];
}

function supplierOfProduct(record: RawObject): Supplier | undefined {
  return supplierOf(
    {
      memberId: readText(record, 'supplierMemberId', 'memberId'),
      userId: readText(record, 'supplierUserId'),
      loginId: readText(record, 'supplierLoginId', 'sellerLoginId'),
    },
    placeOf(readText(record, 'shippingInfo.sendGoodsAddressText')),
  );
}

/** Facts that have no field of their own. Weights are kilograms and sizes centimetres; 0 stands for "unknown" in both. */
function specificationsOf(record: RawObject): Record<string, string | number> | undefined {
  const size = (...keys: string[]): number | undefined => {
    const value = Number(readText(record, ...keys.map((key) => `shippingInfo.${key}`)));
    return value > 0 && Number.isFinite(value) ? value : undefined;
  };
  const facts = withoutUndefined({
    articleNumber: readText(record, 'productCargoNumber') ?? undefined,
    productType: readText(record, 'productType') ?? undefined,
    bizType: readText(record, 'bizType') ?? undefined,
    saleType: readText(record, 'saleInfo.saleType') ?? undefined,
    unitWeightKg: size('unitWeight'),
    netWeightKg: size('suttleWeight', 'offerSuttleWeight'),
    packageLengthCm: size('length', 'offerLength'),
    packageWidthCm: size('width', 'offerWidth'),
    packageHeightCm: size('height', 'offerHeight'),
    packageSizeCm: readText(record, 'shippingInfo.packageSize') ?? undefined,
    volumeCm3: size('volume'),
  });
  return Object.keys(facts).length > 0 ? (facts as Record<string, string | number>) : undefined;
}
