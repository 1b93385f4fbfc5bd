import type { ProductImage, Sku } from '@1688/core';
import { isObject, type RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { imageList, imageUrls, mainAndGallery } from '../record/image-list.ts';
import { attributeList, attributeOf, needOfferId, needTitle, readTiers, readUrl, skuList } from '../record/offer-parts.ts';
import { readCount, readId, readMoney, readObjects, readPrice, readQuantity, readRating, readText, valueAt } from '../record/read-field.ts';
import { placeOf, supplierOf } from '../record/supplier-identity.ts';
import { spread } from '../values/price-text.ts';

/**
 * What the command-line tool 1688-cli prints: the offers of `offer` (one, or a batch), the rows of `search` and `image-search`, and
 * the items of `research` as one document or as JSON Lines. An item of `research` has a row in `offer` and, where it was looked up,
 * a summary of the offer in `enriched`: together they are one record.
 */
export const cli1688 = defineProfile({
  name: '1688-cli',
  mapperVersion: 1,
  confidence: 0.92,
  isRecord: (value) => isOffer(value) || isRow(value) || isItem(value),
  evidence: (value) => ['priceTiers', 'minOrderQty', 'saledCount', 'isP4P', 'purchase', 'sourceKeyword', 'offer', 'enriched'].filter((key) => key in value),
  map(record) {
    if (!isItem(record)) return isRow(record) ? mapRow(record, {}) : mapOffer(record);
    return mapRow(record['offer'] as RawObject, isObject(record['enriched']) ? record['enriched'] : {});
  },
});

function isOffer(value: RawObject): boolean {
  return 'offerId' in value && 'title' in value && 'minOrderQty' in value && 'priceTiers' in value;
}

function isRow(value: RawObject): boolean {
  return 'offerId' in value && 'title' in value && isObject(value['price']) && ('isP4P' in value || 'purchase' in value);
}

function isItem(value: RawObject): boolean {
  return 'sourceKeyword' in value && isObject(value['offer']);
}

const fields = { titleTranslated: 'title', priceTiers: 'priceTiers', skus: 'skus', images: 'images', attributes: 'attributes' };

/** What the tool did not see on the page is null or an empty list: that tells nothing about the offer. */
function mapOffer(record: RawObject): MappedProduct {
  const offerId = needOfferId(record, ['offerId'], ['url']);
  const title = needTitle(record, 'html', 'title');
  const attributes = readObjects(record, 'attributes');
  const tiers = tiersOf(record, 'priceTiers');
  const skus = skusOf(record);
  const pictures = picturesOf(record, skus);
  const weightKg = Number(readText(record, 'freight.unitWeight')) || undefined;
  return {
    kind: 'detail',
    fields: { ...fields, offerId: offerId.field, title: title.field },
    product: {
      offerId: offerId.value,
      title: title.value,
      categoryId: readId(record, 'categoryId')?.value ?? undefined,
      attributes: attributes == null || attributes.length === 0 ? undefined : attributeList(attributes.map((each) => attributeOf(each['name'], each['value']))),
      specifications: weightKg === undefined ? undefined : { packageWeightKg: weightKg },
      ...pricesOf(record),
      priceTiers: tiers?.length ? tiers : undefined,
      minOrderQuantity: readQuantity(record, 'minOrderQty') ?? undefined,
      unit: readText(record, 'unitName') ?? undefined,
      mixedBatch: mixedBatchOf(record),
      soldQuantity: readCount(record, 'saledCount') ?? undefined,
      url: readUrl(record, 'url'),
      supplier: supplierOf(
        {
          memberId: readText(record, 'supplier.memberId'),
          userId: readText(record, 'supplier.userId'),
          loginId: readText(record, 'supplier.loginId'),
        },
        {
          name: readText(record, 'supplier.name', 'shopCard.name') ?? undefined,
          url: readUrl(record, 'shopCard.url') ?? undefined,
          rating: readRating(record, 'shopCard.serviceScore') ?? undefined,
          yearsActive: readCount(record, 'shopCard.years') ?? undefined,
          ...placeOfFreight(record),
        },
      ),
      skus: skus?.length ? skus : undefined,
      images: pictures.length > 0 ? pictures : undefined,
    },
  };
}

/** A search row; `summary` is what `research` found out beyond it. */
function mapRow(row: RawObject, summary: RawObject): MappedProduct {
  const offerId = needOfferId(row, ['offerId'], ['url']);
  const title = needTitle(row, 'html', 'title');
  const own = pricesOf(summary);
  const tiers = tiersOf(summary, 'priceTiers') ?? tiersOf(row, 'purchase.priceTiers');
  const pictures = [...imageUrls(row['image']), ...imageUrls(summary['mainImage']), ...imageUrls(row['images'])];
  return {
    kind: 'list',
    fields: { ...fields, offerId: offerId.field, title: title.field, priceMinCny: 'price.min', priceMaxCny: 'price.max' },
    product: {
      offerId: offerId.value,
      title: title.value,
      categoryId: readId(summary, 'categoryId')?.value ?? undefined,
      ...(own.priceMinCny == null ? rowPrices(row) : own),
      priceTiers: tiers?.length ? tiers : undefined,
      minOrderQuantity: readQuantity(summary, 'minOrderQty') ?? readQuantity(row, 'purchase.minimumQuantity') ?? undefined,
      unit: readText(summary, 'unitName') ?? undefined,
      mixedBatch: mixedBatchOf(summary),
      stockQuantity: summary['stockKnown'] === false ? undefined : (readQuantity(summary, 'totalStock') ?? undefined),
      soldQuantity: readCount(summary, 'saledCount') ?? readCount(row, 'demand.soldCount', 'demand.soldCountText') ?? undefined,
      rating: readRating(row, 'supplier.tradeService.goodsScore') ?? undefined,
      url: readUrl(row, 'url'),
      supplier: supplierOf(
        {
          memberId: readText(row, 'supplier.memberId') ?? readText(summary, 'supplier.memberId'),
          userId: readText(summary, 'supplier.userId'),
          loginId: readText(row, 'supplier.loginId') ?? readText(summary, 'supplier.loginId'),
        },
        {
          name: readText(row, 'supplier.name') ?? undefined,
          supplierType: readText(row, 'bizType') ?? undefined,
          url: readUrl(row, 'supplier.shopUrl') ?? undefined,
          rating: readRating(row, 'supplier.tradeService.compositeScore') ?? undefined,
          yearsActive: readCount(row, 'supplier.years') ?? undefined,
          ...placeOf([readText(row, 'location.province'), readText(row, 'location.city')].filter(Boolean).join(' ')),
        },
      ),
      images: pictures.length > 0 ? mainAndGallery(pictures) : undefined,
    },
  };
}

/** Numbers as the page showed them; `priceRange` says the same in words (¥12.00-18.00). */
function pricesOf(record: RawObject): MappedProduct['product'] {
  const text = readPrice(record, 'priceRange');
  const tiers = spread((tiersOf(record, 'priceTiers') ?? []).map((tier) => tier.priceCny));
  const min = readMoney(record, 'priceMin') ?? text?.min ?? tiers?.min;
  const max = readMoney(record, 'priceMax') ?? text?.max ?? tiers?.max;
  if (min == null && max == null) return text === null && readText(record, 'priceRange') != null ? { priceMinCny: null, priceMaxCny: null } : {};
  return { priceMinCny: min, priceMaxCny: max, currency: 'CNY' };
}

/** A search row shows the lowest price; only a real range tells the highest. */
function rowPrices(row: RawObject): MappedProduct['product'] {
  const price = readPrice(row, 'price.text');
  const min = readMoney(row, 'price.min') ?? price?.min;
  const max = readMoney(row, 'price.max') ?? price?.max;
  if (min == null) return price === null && readText(row, 'price.text') != null ? { priceMinCny: null, priceMaxCny: null } : {};
  return { priceMinCny: min, priceMaxCny: max === min ? undefined : max, currency: 'CNY' };
}

/** Tiers whose quantity was not seen on the page are left out; a quantity may stand in words (≥2件). */
function tiersOf(record: RawObject, path: string): ReturnType<typeof readTiers> {
  const steps = readObjects(record, path);
  const known = steps?.filter((step) => readText(step, 'minQty', 'minimumQuantity', 'quantityText') != null);
  return known && readTiers({ [path]: known }, [path], ['minQty', 'minimumQuantity', 'quantityText'], ['price']);
}

/** 混批起订量: told only where goods may be mixed. */
function mixedBatchOf(record: RawObject): boolean | undefined {
  const smallest = readCount(record, 'mixOrderQty');
  return smallest != null && smallest > 0 && smallest < 2_147_483_647 ? true : undefined;
}

function placeOfFreight(record: RawObject): ReturnType<typeof placeOf> {
  const parts = [readText(record, 'freight.province'), readText(record, 'freight.city')].filter(Boolean);
  return placeOf(parts.length > 0 ? parts.join(' ') : readText(record, 'freight.sendArea'));
}

interface Axis {
  readonly name: string;
  readonly pictures: ReadonlyMap<string, string | undefined>;
}

/** `specs` holds the values alone (`红色>L`), in the order of `options`, or with their names (`颜色:红色;尺码:L`). */
function skusOf(record: RawObject): Sku[] | null | undefined {
  const items = readObjects(record, 'skus');
  if (items == null) return items;
  const axes = (readObjects(record, 'options') ?? []).map(axisOf);
  const grams = weightsOf(record);
  return skuList(items, 'skus', (item) => {
    const attributes = (readText(item, 'specs') ?? '').split(/&gt;|[>;；]/).map((part, index) => attributeOfPart(part.trim(), axes, index));
    const skuId = readId(item, 'skuId')?.value;
    return {
      skuId,
      attributes: attributeList(attributes).slice(0, 64),
      priceCny: readMoney(item, 'price', 'multiPrice') ?? undefined,
      stockQuantity: readQuantity(item, 'stock') ?? undefined,
      soldQuantity: readCount(item, 'saleCount') ?? undefined,
      imageUrl: imageUrls(item['image'])[0] ?? attributes.find((attribute) => attribute?.imageUrl)?.imageUrl,
      weightGrams: skuId == null ? undefined : grams.get(skuId),
    };
  });
}

function axisOf(option: RawObject): Axis {
  const values = readObjects(option, 'values') ?? [];
  return { name: readText(option, 'prop') ?? '', pictures: new Map(values.map((value) => [readText(value, 'name') ?? '', imageUrls(value['imageUrl'])[0]])) };
}

function attributeOfPart(part: string, axes: readonly Axis[], index: number): ReturnType<typeof attributeOf> {
  const named = axes.find(({ name }) => name !== '' && part.startsWith(`${name}:`));
  if (named) return attributeOf(named.name, part.slice(named.name.length + 1), named.pictures.get(part.slice(named.name.length + 1)));
  const axis = axes[index]?.pictures.has(part) ? axes[index] : (axes.find(({ pictures }) => pictures.has(part)) ?? axes[index]);
  return attributeOf(axis?.name ?? '规格', part, axis?.pictures.get(part));
}

/** Offer pages tell the weight of a package in grams; 0 means that nobody knows. */
function weightsOf(record: RawObject): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const item of readObjects(record, 'packageInfo') ?? []) {
    const [skuId, grams] = [readText(item, 'skuId'), Number(readText(item, 'weight'))];
    if (skuId != null && grams > 0 && Number.isFinite(grams)) weights.set(skuId, grams);
  }
  return weights;
}

function picturesOf(record: RawObject, skus: readonly Sku[] | null | undefined): ProductImage[] {
  const items = readObjects(record, 'media.items') ?? [];
  const described = items.filter((item) => item['role'] === 'detail').flatMap((item) => imageUrls(item['originalUrl'] ?? item['normalizedUrl']));
  const axes = (readObjects(record, 'options') ?? []).flatMap((option) => readObjects(option, 'values') ?? []);
  const ofSkus = [...axes.flatMap((value) => imageUrls(value['imageUrl'])), ...(skus ?? []).flatMap((sku) => sku.imageUrl ?? [])];
  return [...mainAndGallery([...imageUrls(valueAt(record, 'mainImage')), ...imageUrls(record['images'])]), ...imageList(['sku', ofSkus], ['description', described])];
}
