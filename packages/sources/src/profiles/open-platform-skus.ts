import type { Sku } from '@1688/core';
import type { RawObject } from '../json/json-text.ts';
import { imageUrls } from '../record/image-list.ts';
import { attributeList, attributeOf, readTiers, skuList } from '../record/offer-parts.ts';
import { readId, readMoney, readObjects, readQuantity, readText } from '../record/read-field.ts';

/** The SKUs of a product of the open platform; null where `skuInfos` is told to be nothing. */
export function openPlatformSkus(record: RawObject): Sku[] | null | undefined {
  const items = readObjects(record, 'skuInfos');
  if (items == null) return items;
  const names = attributeNames(record);
  const consignPrices = extendedConsignPrices(record);
  return skuList(items, 'skuInfos', (item) => {
    const attributes = (readObjects(item, 'attributes') ?? []).map((each) => skuAttribute(each, names));
    const skuId = readId(item, 'skuId')?.value;
    return {
      skuId,
      specId: readId(item, 'specId')?.value,
      attributes: attributeList(attributes).slice(0, 64),
      priceCny: readMoney(item, 'price'),
      consignPriceCny: readMoney(item, 'consignPrice') ?? readMoney({ consignPrice: consignPrices.get(skuId ?? '') }, 'consignPrice'),
      retailPriceCny: readMoney(item, 'retailPrice'),
      stockQuantity: readQuantity(item, 'amountOnSale'),
      articleNumber: readText(item, 'cargoNumber'),
      imageUrl: attributes.find((attribute) => attribute?.imageUrl)?.imageUrl,
      priceTiers: readTiers(item, ['priceRange', 'priceRanges'], ['startQuantity'], ['price']),
    };
  });
}

/** Older answers name an axis by its number alone; the product's attributes may say its name, else the number stands for it. */
function skuAttribute(item: RawObject, names: ReadonlyMap<string, string>): ReturnType<typeof attributeOf> {
  const id = readText(item, 'attributeID') ?? '';
  const name = readText(item, 'attributeDisplayName', 'attributeName') ?? names.get(id) ?? id;
  return attributeOf(name, readText(item, 'attributeValue', 'customValueName'), imageUrls(item['skuImageUrl'])[0]);
}

function attributeNames(record: RawObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const each of readObjects(record, 'attributes') ?? []) {
    const id = readText(each, 'attributeID');
    const name = readText(each, 'attributeName');
    if (id != null && name != null) names.set(id, name);
  }
  return names;
}

/** `extendInfos` has the consign price of each SKU in one text: `31151771910:2088.0;31151771909:2088.0;`. */
function extendedConsignPrices(record: RawObject): ReadonlyMap<string, string> {
  const info = (readObjects(record, 'extendInfos') ?? []).find((each) => each['key'] === 'consignPrice');
  const text = info === undefined ? '' : (readText(info, 'value') ?? '');
  return new Map([...text.matchAll(/(\d{1,64}):(\d{1,10}(?:\.\d{1,4})?)(?=;|$)/g)].map((match) => [match[1]!, match[2]!]));
}
