import type { PricingMode, ProductImage, Supplier } from '@1688/core';
import type { RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { imageList, imageUrls, mainAndGallery } from '../record/image-list.ts';
import { attributeList, attributeOf, needOfferId, needTitle, readTiers, readUrl } from '../record/offer-parts.ts';
import { readCount, readFlag, readId, readMoney, readObjects, readPrice, readQuantity, readRating, readText, readTime, valueAt, textOf } from '../record/read-field.ts';
import { placeOf, supplierOf, userIdOfMedia } from '../record/supplier-identity.ts';
import { withoutUndefined } from '../record/without-undefined.ts';
import { descriptionImages } from '../values/description-images.ts';
import { spread } from '../values/price-text.ts';
import { crossborderSkus } from './crossborder-skus.ts';

const modes: Readonly<Record<string, PricingMode>> = { 0: 'tiers', 1: 'sku', 2: 'shared-tiers', 3: 'sku-tiers' };

/**
 * The cross-border API (`queryProductDetail`, `keywordQuery`, `imageQuery`, `querySellerOfferList`) in any relay's wrapper: a
 * record is whatever object has `offerId` and `subject`, or an image-search relay's `id` and `titleTranslated`.
 */
export const crossborder = defineProfile({
  name: 'crossborder',
  mapperVersion: 1,
  inherits: ['sellerOpenId'],
  isRecord: (value) => ('offerId' in value && ('subject' in value || 'subjectTrans' in value)) || ('id' in value && 'titleTranslated' in value),
  evidence: (value) => ['offerId', 'subject', 'subjectTrans', 'priceInfo', ...detailKeys, 'titleTranslated'].filter((key) => key in value),
  map: (record) => (isDetail(record) ? mapDetail(record) : mapRow(record)),
});

const detailKeys = ['productSaleInfo', 'productSkuInfos', 'productImage', 'productAttribute', 'description'];

function isDetail(record: RawObject): boolean {
  return detailKeys.some((key) => key in record);
}

/** What list rows and details tell alike. */
function shared(record: RawObject): { readonly product: Pick<MappedProduct['product'], 'offerId' | 'title'> & MappedProduct['product']; readonly fields: Readonly<Record<string, string>> } {
  const offerId = needOfferId(record, ['offerId', 'id'], ['promotionURL', 'detailUrl', 'url']);
  const title = needTitle(record, 'html', 'subject', 'title');
  return {
    fields: { offerId: offerId.field, title: title.field, titleTranslated: 'subjectTrans', priceTiers: 'productSaleInfo.priceRangeList', skus: 'productSkuInfos', images: 'productImage', supplier: 'sellerOpenId' },
    product: {
      offerId: offerId.value,
      title: title.value,
      titleTranslated: readText(record, 'subjectTrans', 'titleTranslated'),
      rating: readRating(record, 'tradeScore'),
      createdAtSource: readTime(record, 'createDate'),
      updatedAtSource: readTime(record, 'modifyDate', 'lastUpdateTime'),
    },
  };
}

/** A search row shows one price, the lowest, and one picture. */
function mapRow(record: RawObject): MappedProduct {
  const { product, fields } = shared(record);
  const price = readPrice(record, 'priceInfo.price', 'price.wholesale', 'priceInfo.consignPrice', 'price');
  const pictures = [...imageUrls(record['imageUrl'] ?? record['image']), ...imageUrls(record['whiteImage'])];
  return {
    kind: 'list',
    fields: { ...fields, priceMinCny: 'priceInfo.price', images: 'imageUrl' },
    product: {
      ...product,
      priceMinCny: price ? price.min : price,
      priceMaxCny: price ? (price.max === price.min ? undefined : price.max) : price,
      consignPriceCny: readMoney(record, 'priceInfo.consignPrice', 'price.consignment'),
      currency: 'CNY',
      minOrderQuantity: readQuantity(record, 'minOrderQuantity'),
      soldQuantity: readCount(record, 'monthSold', 'soldOut'),
      supplier: supplierOfOffer(record, undefined),
      images: pictures.length > 0 ? mainAndGallery(pictures) : undefined,
    },
  };
}

function mapDetail(record: RawObject): MappedProduct {
  const { product, fields } = shared(record);
  const skus = crossborderSkus(record);
  const tiers = readTiers(record, ['productSaleInfo.priceRangeList', 'productSaleInfo.priceRanges'], ['startQuantity'], ['price']);
  const pricingMode = modes[readText(record, 'productSaleInfo.quoteType') ?? ''];
  const skuPrices = spread((skus ?? []).map((sku) => sku.priceCny));
  const tierPrices = spread((tiers ?? []).map((tier) => tier.priceCny));
  const range = pricingMode === 'sku' || pricingMode === 'sku-tiers' ? (skuPrices ?? tierPrices) : (tierPrices ?? skuPrices);
  const pictures = imageUrls(valueAt(record, 'productImage.images'));
  const videoUrl = readUrl(record, 'mainVideo', 'mainVedio', 'detailVideo', 'detailVedio');
  return {
    kind: 'detail',
    fields,
    product: {
      ...product,
      subtitle: sellingPoints(record),
      description: readText(record, 'description'),
      categoryId: readId(record, 'categoryId')?.value,
      // Every relay that was seen sends null here: that tells nothing about the category's name.
      categoryName: readText(record, 'categoryName') ?? undefined,
      attributes: readObjects(record, 'productAttribute') && attributeList(readObjects(record, 'productAttribute')!.map((each) => attributeOf(each['attributeName'], each['value']))),
      specifications: specificationsOf(record),
      priceMinCny: range?.min ?? (tiers === undefined && skus === undefined ? undefined : null),
      priceMaxCny: range?.max ?? (tiers === undefined && skus === undefined ? undefined : null),
      consignPriceCny: readMoney(record, 'productSaleInfo.consignPrice'),
      currency: 'CNY',
      pricingMode,
      priceTiers: tiers,
      minOrderQuantity: readQuantity(record, 'minOrderQuantity', 'productSaleInfo.minOrderQuantity'),
      unit: readText(record, 'productSaleInfo.unitInfo.unit', 'productSaleInfo.unit'),
      sellUnit: readText(record, 'productSaleInfo.sellunit', 'sellUnit'),
      unitsPerSellUnit: readQuantity(record, 'batchNumber', 'productSaleInfo.batchNumber'),
      mixedBatch: readFlag(record, 'sellerMixSetting.generalHunpi', 'productSaleInfo.mixWholeSale'),
      stockQuantity: readQuantity(record, 'productSaleInfo.amountOnSale'),
      soldQuantity: readCount(record, 'soldOut'),
      sourceStatus: readText(record, 'status'),
      videoUrl,
      supplier: supplierOfOffer(record, userIdOfMedia(videoUrl, pictures)),
      skus,
      images: picturesOf(record, pictures, skus),
    },
  };
}

function picturesOf(record: RawObject, shown: readonly string[], skus: ReturnType<typeof crossborderSkus>): ProductImage[] {
  const ofSkus = (skus ?? []).flatMap((sku) => sku.imageUrl ?? []);
  return [
    ...mainAndGallery([...shown, ...imageUrls(valueAt(record, 'productImage.whiteImage'))]),
    ...imageList(['sku', ofSkus], ['description', descriptionImages(readText(record, 'description') ?? '')]),
  ];
}

function supplierOfOffer(record: RawObject, userId: string | undefined): Supplier | undefined {
  return supplierOf(
    {
      memberId: readText(record, 'memberId', 'sellerMemberId'),
      userId: readText(record, 'supplierUserId', 'sellerUserId') ?? userId,
      loginId: readText(record, 'sellerLoginId', 'supplierLoginId', 'loginId'),
      openId: readText(record, 'sellerOpenId'),
    },
    {
      name: readText(record, 'companyName', 'sellerName') ?? undefined,
      companyName: readText(record, 'companyName') ?? undefined,
      rating: readRating(record, 'sellerDataInfo.compositeServiceScore'),
      ...placeOf(readText(record, 'productShippingInfo.sendGoodsAddressText')),
    },
  );
}

function sellingPoints(record: RawObject): string | undefined {
  const points = record['sellingPoint'];
  const text = Array.isArray(points) ? points.map(textOf).filter(Boolean).join('；') : readText(record, 'sellingPoint');
  return text ? text.slice(0, 2_000) : undefined;
}

/** Facts that have no field of their own; 0 stands for "unknown" in sizes and weights. */
function specificationsOf(record: RawObject): Record<string, string | number> | undefined {
  const size = (key: string): number | undefined => Number(readText(record, `productShippingInfo.${key}`)) || undefined;
  const facts = withoutUndefined({
    articleNumber: readText(record, 'productCargoNumber') ?? undefined,
    shippingTimeGuarantee: readText(record, 'productShippingInfo.shippingTimeGuarantee') ?? undefined,
    packageWeightKg: size('weight'),
    packageLengthCm: size('length'),
    packageWidthCm: size('width'),
    packageHeightCm: size('height'),
  });
  return Object.keys(facts).length > 0 ? (facts as Record<string, string | number>) : undefined;
}
