import { absoluteImageUrl, type Sku } from '@1688/core';
import type { RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { imageList, mainAndGallery } from '../record/image-list.ts';
import { needTitle, readUrl, skuList } from '../record/offer-parts.ts';
import { isBlank, missing, readId, readMoney, readPrice, readQuantity, readText, readTime } from '../record/read-field.ts';
import { withoutUndefined } from '../record/without-undefined.ts';
import { descriptionImages } from '../values/description-images.ts';

/** Chinese labels of the columns that are read: older packages have only these. */
export const packageLabels: Readonly<Record<string, string>> = {
  宝贝名称: 'title', 宝贝类目: 'cid', 省: 'location_state', 城市: 'location_city', 宝贝价格: 'price', 宝贝数量: 'num', 宝贝描述: 'description', 修改时间: 'modified',
  新图片: 'picture', 视频: 'video', 销售属性组合: 'skuProps', 商家编码: 'outer_id', 数字ID: 'num_id', 商品条形码: 'barcode', 宝贝卖点: 'subtitle', 物流重量: 'item_weight',
};

const columnFields: Readonly<Record<string, string>> = {
  title: 'title', cid: 'specifications.taobaoCategoryId', location_state: 'specifications.location', location_city: 'specifications.location', price: 'price', num: 'stockQuantity', description: 'description',
  modified: 'updatedAtSource', picture: 'images', video: 'videoUrl', skuProps: 'skus', outer_id: 'offerId', num_id: 'offerId', barcode: 'specifications.barcode', subtitle: 'subtitle', item_weight: 'specifications.weightKg',
};

/** A Taobao assistant 数据包 whose 商家编码 (`outer_id`) is the 1688 offer it was made from; else the 数字ID is taken. */
export const taobaoPackage = defineProfile({
  name: 'taobao-package',
  mapperVersion: 1,
  confidence: 0.95,
  isRecord: (value) => 'title' in value && 'picture' in value && 'skuProps' in value && ('outer_id' in value || 'num_id' in value),
  evidence: (value) => ['picture', 'skuProps', 'outer_id', 'num_id'].filter((key) => key in value),
  fieldOfColumn: (header) => columnFields[header] ?? null,
  map: mapItem,
});

function mapItem(row: RawObject): MappedProduct {
  const told = Object.fromEntries(Object.entries(row).filter(([, value]) => !isBlank(value)));
  const offerId = offerIdOf(told);
  const title = needTitle(told, 'plain', 'title');
  const price = readPrice(told, 'price');
  const description = readText(told, 'description');
  const skus = skusOf(told);
  return {
    kind: 'detail',
    fields: { offerId: offerId.field, priceMinCny: 'price', priceMaxCny: 'price', stockQuantity: 'num', skus: 'skuProps', images: 'picture' },
    product: {
      offerId: offerId.value,
      title: title.value,
      subtitle: readText(told, 'subtitle'),
      description,
      specifications: withoutUndefined({
        taobaoCategoryId: readText(told, 'cid') ?? undefined,
        location: [readText(told, 'location_state'), readText(told, 'location_city')].filter(Boolean).join(' ') || undefined,
        barcode: readText(told, 'barcode') ?? undefined,
        weightKg: readText(told, 'item_weight') ?? undefined,
      }),
      priceMinCny: price ? price.min : price,
      priceMaxCny: price ? price.max : price,
      currency: 'CNY',
      stockQuantity: readQuantity(told, 'num'),
      videoUrl: readUrl(told, 'video'),
      skus,
      images: [...mainAndGallery(picturesOf(readText(told, 'picture'))), ...imageList(['description', descriptionImages(description ?? '')])],
      updatedAtSource: readTime(told, 'modified'),
    },
  };
}

function offerIdOf(row: RawObject): { readonly value: string; readonly field: string } {
  const outer = readId(row, 'outer_id');
  if (outer?.value != null && /^\d{6,20}$/.test(outer.value)) return { field: 'outer_id', value: outer.value };
  const own = readId(row, 'num_id');
  if (own?.value != null && own.value !== '0') return { field: 'num_id', value: own.value };
  if (outer?.value != null) return { field: 'outer_id', value: outer.value };
  throw missing('outer_id', 'an offer id');
}

/** `<md5>:1:0:|<url>;<md5>:1:1:|<url>;`; an entry without an address has its picture in a file beside the package. */
function picturesOf(text: string | null | undefined): string[] {
  return [...(text ?? '').matchAll(/:1:\d+:\|([^;]*)/g)].map((match) => absoluteImageUrl(match[1]!)).filter((url) => url !== null);
}

/** `price:quantity:outer id:pid:vid;pid:vid;price:…`: a group begins where a piece has more than two parts. */
function skusOf(row: RawObject): Sku[] | undefined {
  const text = readText(row, 'skuProps');
  if (text == null) return undefined;
  const groups: { price: string; quantity: string; outer: string; values: string[] }[] = [];
  for (const piece of text.split(';')) {
    const [price = '', quantity = '', outer = '', ...value] = piece.split(':');
    if (value.length > 0) groups.push({ price, quantity, outer, values: [value.join(':')] });
    else if (piece !== '') groups.at(-1)?.values.push(piece);
  }
  return skuList(groups, 'skuProps', (group) => {
    const values = (group['values'] as string[]).join(';');
    return { skuId: values.slice(0, 64), priceCny: readMoney(group, 'price'), stockQuantity: readQuantity(group, 'quantity'), articleNumber: readText(group, 'outer') };
  });
}
