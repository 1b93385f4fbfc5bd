import type { RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { imageList, imageUrls, mainAndGallery } from '../record/image-list.ts';
import { needOfferId, needTitle, readUrl } from '../record/offer-parts.ts';
import { invalid, isBlank, readCount, readId, readMoney, readPrice, readQuantity, readRating, readText, readTime } from '../record/read-field.ts';
import { placeOf, supplierOf } from '../record/supplier-identity.ts';
import { descriptionImages } from '../values/description-images.ts';
import { compareMoney } from '@1688/core';
import { fieldOfHeader, headerNames, type TableField } from './table-headers.ts';

/**
 * Rows under Chinese or English headers, from CSV, TSV and XLSX, and flat JSON objects with such keys, as crawlers write them.
 * A blank cell tells nothing: it never empties a field that another source filled.
 */
export const table = defineProfile({
  name: 'table',
  mapperVersion: 1,
  isRecord: isRow,
  recognises(records, { format }) {
    const fit = records.filter(isRow).length / Math.max(1, records.length);
    return fit * (format === 'json' || format === 'jsonl' ? 0.45 : 0.8);
  },
  map: mapRow,
});

/** A title and something that names the offer. Mere `id` and `name` could be anything: they want a third known column. */
function isRow(value: RawObject): boolean {
  const known = Object.keys(value).flatMap((key) => fieldOfHeader(key) ?? []);
  if (!known.includes('title') || !(known.includes('offerId') || known.includes('url'))) return false;
  return new Set(known).size > 2 || !('id' in value);
}

function mapRow(row: RawObject): MappedProduct {
  const columns = columnsOf(row);
  const told = Object.fromEntries(Object.entries(row).filter(([, value]) => !isBlank(value)));
  if (Object.keys(told).length > 0 && 'error' in told && !columns.offerId.some((key) => key in told)) {
    throw invalid('error', 'absent: the row tells of a failed page', told['error']);
  }
  const offerId = needOfferId(told, columns.offerId, columns.url);
  // A row that was torn by a line break in its title has half a title here. Ids in 1688's tables are digits; other shops' hold one.
  if (!/^[!-~]*\d[!-~]*$/.test(offerId.value) || /^\d+[.,]\d+$/.test(offerId.value)) throw invalid(offerId.field, 'an id such as 610947572360', offerId.value);
  const title = needTitle(told, 'plain', ...columns.title);
  const price = pricesOf(told, columns);
  const description = readText(told, ...columns.description);
  const pictures = columns.images.flatMap((column) => imageUrls(told[column]));
  const images = [...mainAndGallery(pictures), ...imageList(['description', descriptionImages(description ?? '')])];
  return {
    kind: 'list',
    observedAt: readTime(told, ...columns.observedAt),
    fields: { ...Object.fromEntries(Object.entries(columns).map(([field, [first]]) => [field, first ?? headerNames[field as TableField][0]])), offerId: offerId.field, title: title.field },
    product: {
      offerId: offerId.value,
      title: title.value,
      titleTranslated: readText(told, ...columns.titleTranslated),
      subtitle: readText(told, ...columns.subtitle),
      description,
      categoryId: readId(told, ...columns.categoryId)?.value,
      categoryName: readText(told, ...columns.categoryName),
      ...price,
      consignPriceCny: readMoney(told, ...columns.consignPrice),
      retailPriceCny: readMoney(told, ...columns.retailPrice),
      minOrderQuantity: readQuantity(told, ...columns.minOrderQuantity),
      unit: readText(told, ...columns.unit),
      stockQuantity: readQuantity(told, ...columns.stockQuantity),
      soldQuantity: readCount(told, ...columns.soldQuantity),
      reviewCount: readCount(told, ...columns.reviewCount),
      rating: readRating(told, ...columns.rating),
      sourceStatus: readText(told, ...columns.sourceStatus),
      url: readUrl(told, ...columns.url),
      videoUrl: readUrl(told, ...columns.videoUrl),
      supplier: supplierOfRow(told, columns),
      images: images.length > 0 ? images : undefined,
      createdAtSource: readTime(told, ...columns.createdAt),
      updatedAtSource: readTime(told, ...columns.updatedAt),
    },
  };
}

/** A table tells its price whole: a single one is lowest and highest at once. */
function pricesOf(row: RawObject, columns: Columns): MappedProduct['product'] {
  const price = readPrice(row, ...columns.price);
  const min = readMoney(row, ...columns.priceMin) ?? (price ? price.min : price);
  const max = readMoney(row, ...columns.priceMax) ?? (price ? price.max : price);
  if (min && max && compareMoney(min, max) > 0) throw invalid(columns.priceMax[0] ?? 'price', `a price of at least ${min}`, max);
  return { priceMinCny: min, priceMaxCny: max };
}

function supplierOfRow(row: RawObject, columns: Columns): ReturnType<typeof supplierOf> {
  const key = readText(row, ...columns.userId);
  const companyName = readText(row, ...columns.companyName);
  return supplierOf(
    {
      memberId: readText(row, ...columns.memberId) ?? (key?.startsWith('b2b-') ? key : undefined),
      userId: key != null && /^\d{5,20}$/.test(key) ? key : undefined,
      loginId: readText(row, ...columns.loginId) ?? (key != null && !/^(?:b2b-|\d)/.test(key) ? key : undefined),
    },
    { name: readText(row, ...columns.supplierName) ?? companyName, companyName, url: readUrl(row, ...columns.shopUrl), ...placeOf(readText(row, ...columns.location)) },
  );
}

type Columns = Readonly<Record<TableField, readonly string[]>>;

/** The columns of each field, in the table's order. */
function columnsOf(row: RawObject): Columns {
  const columns = Object.fromEntries(Object.keys(headerNames).map((field) => [field, [] as string[]])) as Record<TableField, string[]>;
  for (const header of Object.keys(row)) {
    const field = fieldOfHeader(header);
    if (field !== null) columns[field].push(header);
  }
  return columns;
}
