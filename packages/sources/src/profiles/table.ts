import type { RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct, type Profile } from '../profile.ts';
import { imageList, imageUrls, mainAndGallery } from '../record/image-list.ts';
import { needOfferId, needTitle, readUrl } from '../record/offer-parts.ts';
import { invalid, isBlank, readCount, readId, readMoney, readPrice, readQuantity, readRating, readText } from '../record/read-field.ts';
import { placeOf, supplierOf } from '../record/supplier-identity.ts';
import { descriptionImages } from '../values/description-images.ts';
import { compareMoney, productSchema, SyncError } from '@1688/core';
import { withoutUndefined } from '../record/without-undefined.ts';
import { parseTableTime } from '../values/table-time.ts';
import { columnTargets, fieldFinder, folded, type FieldOf } from './table-columns.ts';
import { fieldOfHeader, headerNames, type TableField } from './table-headers.ts';

/**
 * Rows under Chinese or English headers, from CSV, TSV and XLSX, and flat JSON objects with such keys, as crawlers write them.
 * A blank cell tells nothing: it never empties a field that another source filled.
 */
export const table = tableProfile(fieldOfHeader, new Set());

/**
 * The profile `table` with columns of the user's own: header → field, as in the option `columns`.
 * @throws ARGUMENT_INVALID for a field that does not exist
 */
export function tableWith(columns: Readonly<Record<string, string>>): Profile {
  return tableProfile(fieldFinder(columns), new Set(Object.keys(columns).map(folded)));
}

/** `asked` columns come before others of the same field. */
function tableProfile(fieldOf: FieldOf, asked: ReadonlySet<string>): Profile {
  const isRecord = (value: RawObject): boolean => isRow(value, fieldOf, asked.size > 0);
  const columnsOf = columnFinder(fieldOf, asked);
  return defineProfile({
    name: 'table',
    mapperVersion: 1,
    isRecord,
    evidence: (value) => Object.keys(value).filter((header) => fieldOf(header) !== null),
    fieldOfColumn(header) {
      const field = fieldOf(header);
      return field && columnTargets[field];
    },
    recognises(records, { format }) {
      const fit = records.filter(isRecord).length / Math.max(1, records.filter((record) => !isPart(record, fieldOf)).length);
      return fit * (format === 'json' || format === 'jsonl' ? 0.45 : 0.8);
    },
    map: (row, { format }) => (isPart(row, fieldOf) ? null : mapRow(format === 'csv' || format === 'tsv' ? withoutFormulaMarks(row) : row, columnsOf(row))),
  });
}

/** A title and something that names the offer. Mere `id` and `name` could be anything: they want a third known column, unless the user said so. */
function isRow(value: RawObject, fieldOf: FieldOf, asked: boolean): boolean {
  const known = Object.keys(value).flatMap((key) => fieldOf(key) ?? []);
  if (!known.includes('title') || !(known.includes('offerId') || known.includes('url'))) return false;
  return asked || new Set(known).size > 2 || !('id' in value);
}

/** A row of the sheets of SKUs and tiers in our own workbooks: a part of a product, without its title. */
function isPart(row: RawObject, fieldOf: FieldOf): boolean {
  return ('规格ID' in row || 'skuId' in row) && !Object.keys(row).some((header) => fieldOf(header) === 'title');
}

/** The quote goes that our CSV has before text which a spreadsheet would run; a text that had one itself got another. */
function withoutFormulaMarks(row: RawObject): RawObject {
  return Object.fromEntries(Object.entries(row).map(([header, value]) => [header, typeof value === 'string' ? value.replace(/^'(?='*[=+\-@\t\r])/, '') : value]));
}

function mapRow(row: RawObject, columns: Columns): MappedProduct {
  const told = Object.fromEntries(Object.entries(row).filter(([, value]) => !isBlank(value)));
  if (Object.keys(told).length > 0 && 'error' in told && !columns.offerId.some((key) => key in told)) {
    throw invalid('error', 'absent: the row tells of a failed page', told['error']);
  }
  const offerId = needOfferId(withWideDigits(told, columns.offerId), columns.offerId.length > 0 ? columns.offerId : ['商品ID'], columns.url);
  if (/^\d{15}0{2,}$/.test(offerId.value)) throw cutByExcel(offerId);
  // A row that was torn by a line break in its title has half a title here. Ids in 1688's tables are digits; other shops' hold one.
  if (!/^(?=\D*\d)[!-~]+$/.test(offerId.value) || /^\d+[.,]\d+$/.test(offerId.value)) throw invalid(offerId.field, 'an id such as 610947572360', offerId.value);
  const title = needTitle(told, 'plain', ...(columns.title.length > 0 ? columns.title : ['商品标题']));
  const price = pricesOf(told, columns);
  const description = readText(told, ...columns.description);
  const pictures = columns.images.flatMap((column) => imageUrls(told[column]));
  const images = [...mainAndGallery(pictures), ...imageList(['description', descriptionImages(description ?? '')])];
  return {
    kind: 'list',
    observedAt: timeOf(told, columns.observedAt),
    fields: { ...sourceNames(columns), offerId: offerId.field, title: title.field },
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
      specifications: factsOf(told, columns),
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
      createdAtSource: timeOf(told, columns.createdAt),
      updatedAtSource: timeOf(told, columns.updatedAt),
    },
  };
}

/** Ids typed with a Chinese input method: ６１０９４７５７２３６０. */
function withWideDigits(row: RawObject, headers: readonly string[]): RawObject {
  const wide = headers.filter((header) => typeof row[header] === 'string' && /[０-９]/.test(row[header]));
  return wide.length === 0 ? row : { ...row, ...Object.fromEntries(wide.map((header) => [header, String(row[header]).normalize('NFKC')])) };
}

/** Excel keeps 15 digits of a number and writes zeros for the others. */
function cutByExcel({ field, value }: { readonly field: string; readonly value: string }): SyncError {
  return new SyncError('FIELD_INVALID', `Expected ${field} to be an id with all its digits, received ${JSON.stringify(value)}: Excel has cut the digits behind the 15th.`, {
    hint: 'Format the column as text before you paste the ids into it, and export again.',
    details: { field },
  });
}

/** Codes are text: leading zeros stay, what people put around them to keep Excel from counting goes. */
function factsOf(row: RawObject, columns: Columns): MappedProduct['product']['specifications'] {
  const code = (headers: readonly string[]): string | undefined => readText(row, ...headers)?.replace(/^="(.*)"$/, '$1').replace(/^['‘’`]/, '') || undefined;
  const facts = withoutUndefined({ articleNumber: code(columns.articleNumber), barcode: code(columns.barcode) });
  return Object.keys(facts).length > 0 ? (facts as Record<string, string>) : undefined;
}

/** Of the first column that holds a time; what is none is not told. */
function timeOf(row: RawObject, headers: readonly string[]): Date | undefined {
  const header = headers.find((each) => each in row);
  const value = header === undefined ? undefined : row[header];
  return typeof value === 'string' || typeof value === 'number' ? (parseTableTime(String(value)) ?? undefined) : undefined;
}

/** The column of each field of the product, for rejects by the checks of the model. */
function sourceNames(columns: Columns): Record<string, string> {
  const price = columns.price[0];
  const names: Record<string, string> = price === undefined ? {} : { priceMinCny: price, priceMaxCny: price };
  for (const [field, [column]] of Object.entries(columns)) {
    const target = columnTargets[field as TableField].split('.')[0]!;
    if (column !== undefined && Object.hasOwn(productSchema.shape, target)) names[target] = column;
  }
  return names;
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

/** The columns of each field: those that the user named, then the others, in the table's order. */
function columnFinder(fieldOf: FieldOf, asked: ReadonlySet<string>): (row: RawObject) => Columns {
  const known = new Map<string, TableField | null>();
  const remembered = (header: string): TableField | null => {
    let field = known.get(header);
    if (field === undefined) {
      field = fieldOf(header);
      if (known.size < 10_000) known.set(header, field);
    }
    return field;
  };
  return (row) => {
    const columns = Object.fromEntries(Object.keys(headerNames).map((field) => [field, [] as string[]])) as Record<TableField, string[]>;
    const headers = Object.keys(row);
    const first = asked.size === 0 ? [] : headers.filter((header) => asked.has(folded(header)));
    for (const header of first.length === 0 ? headers : new Set([...first, ...headers])) {
      const field = remembered(header);
      if (field !== null) columns[field].push(header);
    }
    return columns;
  };
}
