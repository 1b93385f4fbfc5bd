import type { Attribute, Sku } from '@1688/core';
import { isObject, type RawObject } from '../json/json-text.ts';
import { imageUrls } from '../record/image-list.ts';
import { attributeList, attributeOf, skuList } from '../record/offer-parts.ts';
import { readId, readMoney, readObjects, readQuantity, readText, textOf } from '../record/read-field.ts';

/** SKUs of TMAPI (`skus` beside `sku_props`) and of onebound (`skus.sku` beside `props_img`). */
export function resellerSkus(record: RawObject): Sku[] | null | undefined {
  const field = isObject(record['skus']) ? 'skus.sku' : 'skus';
  const items = readObjects(record, field);
  if (items == null) return items;
  const pictures = picturesByValue(record);
  return skuList(items, field, (item) => {
    const keys = readText(item, 'props_ids', 'properties')?.split(';') ?? [];
    const imageUrl = keys.map((key) => pictures.get(key)).find((url) => url !== undefined);
    return {
      skuId: readId(item, 'skuid', 'sku_id', 'skuId')?.value ?? readId(item, 'props_ids', 'properties')?.value,
      specId: readId(item, 'specid', 'spec_id')?.value,
      attributes: attributesOf(item, keys, pictures),
      priceCny: readMoney(item, 'sale_price', 'price'),
      stockQuantity: readQuantity(item, 'stock', 'quantity'),
      articleNumber: readText(item, 'article_number', 'cargo_number', 'outer_id'),
      imageUrl,
      weightGrams: weightOf(item),
    };
  });
}

/** `pid:vid` → the picture of that value, such as one colour. */
function picturesByValue(record: RawObject): ReadonlyMap<string, string> {
  const pictures = new Map<string, string>();
  for (const prop of readObjects(record, 'sku_props') ?? []) {
    for (const value of readObjects(prop, 'values') ?? []) {
      const url = imageUrls(value['imageUrl'])[0];
      if (url !== undefined) pictures.set(`${textOf(prop['pid']) ?? ''}:${textOf(value['vid']) ?? ''}`, url);
    }
  }
  for (const [key, value] of Object.entries(isObject(record['props_img']) ? record['props_img'] : {})) {
    const url = imageUrls(value)[0];
    if (url !== undefined) pictures.set(key, url);
  }
  for (const prop of readObjects(record, 'prop_imgs.prop_img') ?? []) {
    const url = imageUrls(prop['url'])[0];
    if (url !== undefined) pictures.set(textOf(prop['properties']) ?? '', url);
  }
  return pictures;
}

/** `颜色:白;尺码:L` (TMAPI) or `0:0:颜色:白;1:0:尺码:L` (onebound); a value may hold colons itself. */
function attributesOf(item: RawObject, keys: readonly string[], pictures: ReadonlyMap<string, string>): Attribute[] | null | undefined {
  const names = readText(item, 'props_names', 'properties_name');
  if (names == null) return names;
  const pairs = names.split(';').map((pair, index) => {
    const [, key, text] = /^(?:(\d+:\d+):)?(.*)$/s.exec(pair)!;
    const colon = text!.indexOf(':');
    return colon < 0 ? null : attributeOf(text!.slice(0, colon), text!.slice(colon + 1), pictures.get(key ?? keys[index] ?? ''));
  });
  return attributeList(pairs).slice(0, 64);
}

/** TMAPI tells the weight of a package in kilograms; 0 means that nobody knows. */
function weightOf(item: RawObject): number | undefined {
  const kilograms = Number(readText(item, 'package_info.weight') ?? Number.NaN);
  return kilograms > 0 && kilograms < 100_000 ? Math.round(kilograms * 1_000_000) / 1_000 : undefined;
}
