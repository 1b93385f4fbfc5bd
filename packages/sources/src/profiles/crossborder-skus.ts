import type { Sku } from '@1688/core';
import type { RawObject } from '../json/json-text.ts';
import { imageUrls } from '../record/image-list.ts';
import { attributeList, attributeOf, skuList } from '../record/offer-parts.ts';
import { readId, readMoney, readObjects, readQuantity, readText } from '../record/read-field.ts';

/** The SKUs of a cross-border detail, with the weights that stand in a list of their own. */
export function crossborderSkus(record: RawObject): Sku[] | null | undefined {
  const items = readObjects(record, 'productSkuInfos');
  if (items == null) return items;
  const weights = weightsById(record);
  return skuList(items, 'productSkuInfos', (item) => {
    const attributes = (readObjects(item, 'skuAttributes') ?? []).map((each) => attributeOf(each['attributeName'], each['value'], imageUrls(each['skuImageUrl'])[0]));
    const skuId = readId(item, 'skuId')?.value;
    return {
      skuId,
      specId: readId(item, 'specId')?.value,
      attributes: attributeList(attributes).slice(0, 64),
      priceCny: readMoney(item, 'price', 'fenxiaoPriceInfo.offerPrice', 'fenxiaoPriceInfo.onePiecePrice'),
      consignPriceCny: readMoney(item, 'consignPrice'),
      retailPriceCny: readMoney(item, 'retailPrice'),
      stockQuantity: readQuantity(item, 'amountOnSale'),
      articleNumber: readText(item, 'cargoNumber'),
      imageUrl: imageUrls(item['skuImageUrl'])[0] ?? attributes.find((attribute) => attribute?.imageUrl)?.imageUrl,
      weightGrams: skuId == null ? undefined : weights.get(skuId),
    };
  });
}

/** Kilograms in `skuShippingDetails`, grams in the older `skuShippingInfoList`; 0 means unknown. The id is a number in one list, text in the other. */
function weightsById(record: RawObject): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const [path, gramsPerUnit] of [['skuShippingInfoList', 1], ['skuShippingDetails', 1000]] as const) {
    for (const item of readObjects(record, `productShippingInfo.${path}`) ?? []) {
      const skuId = readText(item, 'skuId');
      const grams = Math.round(Number(readText(item, 'weight')) * gramsPerUnit * 1000) / 1000;
      if (skuId != null && grams > 0 && Number.isFinite(grams)) weights.set(skuId, grams);
    }
  }
  return weights;
}
