import type { ProductImage, Sku } from '@1688/core';
import { isObject, type RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { imageList, imageUrls, mainAndGallery } from '../record/image-list.ts';
import { attributeList, attributeOf, needOfferId, needTitle, offerIdOfUrl, readTiers, readUrl, skuList } from '../record/offer-parts.ts';
import { invalid, isBlank, readCount, readId, readMoney, readObjects, readPrice, readQuantity, readRating, readText, readTime, told } from '../record/read-field.ts';
import { placeOf, supplierOf } from '../record/supplier-identity.ts';
import { descriptionImages } from '../values/description-images.ts';
import { spread } from '../values/price-text.ts';

const ids = ['offerId', 'productId', 'itemId', 'offer_id'];
const urls = ['url', 'offerUrl', 'productUrl', 'detailUrl', 'itemUrl', 'link', 'sourceUrl'];
const titles = ['titleChinese', 'titleCn', 'titleZh', 'titleOriginal', 'originalTitle', 'title', 'productTitle', 'productName', 'name', 'subject'];
const tierLists = ['priceTiers', 'quantityPrices', 'tieredPrices', 'tierPrices', 'priceLadder', 'priceRanges'];
const signature = [
  'priceCny', 'priceMin', 'moq', 'minOrderQuantity', 'minimumOrderQuantity', 'minOrder', 'supplierName', 'supplier', 'companyName', 'shopName', 'sellerName', 'sellerLoginId',
  'monthlySales', 'saleQuantity', 'soldCount', 'soldText', 'imageUrl', 'imageUrls', 'thumbnailUrl', 'mainImage', 'scrapedAt', ...tierLists,
];

/**
 * Rows of Apify data sets. Each actor names its fields itself, so this is a table of the names that actors for 1688 use, in camel
 * case, flat or with the supplier as an object. CSV and XLSX from the same place are read by `table`.
 */
export const apify = defineProfile({
  name: 'apify',
  mapperVersion: 1,
  isRecord,
  evidence: (value) => [...ids, ...urls, ...signature].filter((key) => key in value),
  recognises(records, { format }) {
    if (format !== 'json' && format !== 'jsonl') return 0;
    // Below a bare `Product` of our own, which has some of these fields too; above `table`, which knows most of them by accident.
    return (0.55 * records.filter(isRecord).length) / Math.max(1, records.length);
  },
  map: mapRow,
});

function isRecord(value: RawObject): boolean {
  if (!titles.some((key) => typeof value[key] === 'string')) return false;
  const identified = ids.some((key) => key in value) || urls.some((key) => typeof value[key] === 'string' && offerIdOfUrl(value[key]) !== undefined);
  return identified && signature.some((key) => key in value);
}

function mapRow(row: RawObject): MappedProduct {
  const failure = told(row, ['error', '#error', 'errorMessage']);
  if (failure !== undefined && failure.value !== null && failure.value !== false && !titles.some((key) => !isBlank(row[key] ?? null))) {
    throw invalid(failure.field, 'absent: the row tells of a failed page', failure.value);
  }
  const offerId = needOfferId(row, ids, urls);
  const title = needTitle(row, 'html', ...titles);
  const currency = readText(row, 'currency', 'priceCurrency', 'price.currency');
  if (currency != null && !/^(?:CNY|RMB|¥|￥)$/i.test(currency)) throw invalid('currency', 'CNY, as prices are kept in yuan', currency);
  const tiers = readTiers(row, tierLists, ['minQty', 'minQuantity', 'beginAmount', 'startQuantity', 'minimumQuantity', 'quantity', 'from', 'min'], ['priceCny', 'price', 'unitPrice', 'value']);
  const skus = skusOf(row);
  const description = readText(row, 'descriptionHtml', 'description');
  const detail = skus != null || told(row, ['attributes', 'specifications', 'descriptionHtml']) !== undefined;
  return {
    kind: detail ? 'detail' : 'list',
    observedAt: readTime(row, 'scrapedAt', 'crawledAt', 'extractedAt', 'fetchedAt', 'timestamp'),
    fields: { offerId: offerId.field, title: title.field, titleTranslated: 'titleEn', description: 'description', skus: 'skus', images: 'images', supplier: 'supplier' },
    product: {
      offerId: offerId.value,
      title: title.value,
      titleTranslated: readText(row, 'titleEn', 'titleEnglish', 'titleTranslated', 'translatedTitle') ?? (titles.indexOf(title.field) < titles.indexOf('title') ? readText(row, 'title') : undefined),
      description,
      categoryId: readId(row, 'categoryId')?.value,
      categoryName: readText(row, 'categoryName', 'category'),
      attributes: attributesOf(row, 'attributes', 'specifications', 'properties'),
      ...pricesOf(row, tiers),
      currency: currency == null ? undefined : 'CNY',
      priceTiers: tiers?.length === 0 && !detail ? undefined : tiers,
      minOrderQuantity: readQuantity(row, 'moq', 'minOrderQuantity', 'minimumOrderQuantity', 'minOrder'),
      unit: readText(row, 'unit', 'unitName'),
      stockQuantity: readQuantity(row, 'stock', 'stockQuantity', 'totalStock', 'inventory'),
      soldQuantity: readCount(row, 'soldCount', 'unitsSold', 'saleQuantity', 'salesVolume', 'monthlySales', 'soldText', 'sales'),
      reviewCount: readCount(row, 'reviewCount', 'reviewsCount'),
      rating: readRating(row, 'rating', 'goodsScore'),
      url: readUrl(row, ...urls),
      videoUrl: readUrl(row, 'videoUrl', 'video'),
      supplier: supplierOfRow(row),
      skus,
      images: picturesOf(row, skus, description),
    },
  };
}

/** One price is the lowest one; tiers widen it. */
function pricesOf(row: RawObject, tiers: readonly { readonly priceCny: string }[] | null | undefined): MappedProduct['product'] {
  const price = readPrice(row, 'priceCny', 'price', 'priceRange', 'wholesalePrice', 'price.text', 'price.value', 'price.amount');
  const low = readMoney(row, 'priceMin', 'minPrice', 'price.min') ?? price?.min;
  const high = readMoney(row, 'priceMax', 'maxPrice', 'price.max') ?? (price && price.max !== price.min ? price.max : undefined);
  const range = spread([low, high, ...(tiers ?? []).map((tier) => tier.priceCny)]);
  if (!range) return price === null ? { priceMinCny: null, priceMaxCny: null } : {};
  return { priceMinCny: range.min, priceMaxCny: high === undefined && !tiers?.length ? undefined : range.max };
}

/** A list of name and value, or an object by names. */
function attributesOf(row: RawObject, ...paths: string[]): ReturnType<typeof attributeList> | null | undefined {
  const found = told(row, paths);
  if (found === undefined || found.value === null) return found?.value as null | undefined;
  if (Array.isArray(found.value)) return attributeList(found.value.filter(isObject).map((each) => attributeOf(each['name'] ?? each['key'], each['value'], imageUrls(each['imageUrl'])[0])));
  return isObject(found.value) ? attributeList(Object.entries(found.value).map(([name, value]) => attributeOf(name, value))) : undefined;
}

function skusOf(row: RawObject): Sku[] | null | undefined {
  const paths = ['skus', 'variants', 'skuList'];
  const field = told(row, paths)?.field ?? 'skus';
  const items = readObjects(row, ...paths);
  if (items == null) return items;
  return skuList(items, field, (item) => {
    const text = readText(item, 'specs', 'name', 'title');
    const attributes = attributesOf(item, 'attributes', 'options', 'props') ?? (text == null ? [] : attributeList([attributeOf('规格', text)]));
    return {
      skuId: readId(item, 'skuId', 'id')?.value,
      specId: readId(item, 'specId')?.value,
      attributes: attributes.slice(0, 64),
      priceCny: readMoney(item, 'priceCny', 'price'),
      stockQuantity: readQuantity(item, 'stock', 'stockQuantity', 'inventory', 'quantity'),
      soldQuantity: readCount(item, 'soldCount', 'saleCount'),
      articleNumber: readText(item, 'articleNumber', 'cargoNumber'),
      imageUrl: imageUrls(item['imageUrl'] ?? item['image'])[0],
    };
  });
}

function supplierOfRow(row: RawObject): ReturnType<typeof supplierOf> {
  const key = readText(row, 'supplierId', 'supplier.id', 'sellerId', 'shopId');
  const name = readText(row, 'supplierName', 'supplier.name', 'shopName', 'sellerName', 'supplier.companyName', 'companyName', 'supplier', 'seller') ?? undefined;
  const places = [readText(row, 'province', 'supplier.province'), readText(row, 'city', 'supplier.city')].filter(Boolean);
  return supplierOf(
    {
      memberId: readText(row, 'memberId', 'supplier.memberId', 'sellerMemberId') ?? (key?.startsWith('b2b-') ? key : undefined),
      userId: readText(row, 'supplier.userId', 'sellerUserId') ?? (key != null && /^\d{5,20}$/.test(key) ? key : undefined),
      loginId: readText(row, 'sellerLoginId', 'supplier.loginId', 'loginId') ?? (key != null && !/^(?:b2b-|\d)/.test(key) ? key : undefined),
    },
    {
      name,
      companyName: readText(row, 'companyName', 'supplier.companyName') ?? undefined,
      supplierType: readText(row, 'supplierType', 'supplier.type', 'bizType') ?? undefined,
      url: readUrl(row, 'supplierUrl', 'supplier.url', 'supplier.storeUrl', 'supplier.shopUrl', 'shopUrl', 'storeUrl') ?? undefined,
      rating: readRating(row, 'supplierRating', 'supplier.rating') ?? undefined,
      yearsActive: readCount(row, 'supplierYears', 'supplier.years', 'verifiedYears', 'yearsInBusiness') ?? undefined,
      ...placeOf(places.length > 0 ? places.join(' ') : readText(row, 'location', 'supplier.location')),
    },
  );
}

function picturesOf(row: RawObject, skus: readonly Sku[] | null | undefined, description: string | null | undefined): ProductImage[] | undefined {
  const shown = ['mainImage', 'imageUrl', 'image', 'thumbnailUrl', 'images', 'imageUrls'].flatMap((key) => imageUrls(row[key]));
  const images = [...mainAndGallery(shown), ...imageList(['sku', (skus ?? []).flatMap((sku) => sku.imageUrl ?? [])], ['description', descriptionImages(description ?? '')])];
  return images.length > 0 ? images : undefined;
}
