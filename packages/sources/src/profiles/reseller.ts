import type { ProductImage } from '@1688/core';
import { isObject, type RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { imageList, imageUrls, mainAndGallery } from '../record/image-list.ts';
import { attributeList, attributeOf, needOfferId, needTitle, readTiers, readUrl } from '../record/offer-parts.ts';
import { invalid, readCount, readFlag, readId, readMoney, readObjects, readPrice, readQuantity, readRating, readText, readTime, textOf, valueAt } from '../record/read-field.ts';
import { placeOf, supplierOf, userIdOfMember } from '../record/supplier-identity.ts';
import { descriptionImages } from '../values/description-images.ts';
import { spread } from '../values/price-text.ts';
import { resellerSkus } from './reseller-skus.ts';

const idPaths = ['item_id', 'num_iid'];
const urlPaths = ['product_url', 'item_url', 'detail_url'];
const signature = ['price_info', 'shop_info', 'sale_info', 'product_url', 'main_imgs', 'sku_props', 'pic_url', 'detail_url', 'quantity_prices', 'nick', 'title_origin'];

/**
 * Data resellers: TMAPI's search rows and details (domestic, where `title` is Chinese, and global, where it is a translation of
 * `title_origin` or `origin_title`) and onebound's `item_get` and `item_search`.
 */
export const reseller = defineProfile({
  name: 'reseller',
  mapperVersion: 1,
  isRecord: isItem,
  evidence: (value) => [...idPaths, ...signature].filter((key) => key in value),
  recognises(records, { format }) {
    if (records.length === 0) return 0;
    const own = records.filter((record) => isItem(record) && signature.some((key) => key in record)).length / records.length;
    const bare = records.filter(isItem).length / records.length;
    return format === 'json' || format === 'jsonl' ? Math.max(0.9 * own, 0.5 * bare) : 0.2 * bare;
  },
  map: mapItem,
});

function isItem(value: RawObject): boolean {
  return idPaths.some((key) => key in value) && ['title', 'title_origin', 'origin_title', 'img', 'pic_url', 'price', 'product_url'].some((key) => key in value);
}

function mapItem(record: RawObject): MappedProduct {
  const offerId = needOfferId(record, idPaths, urlPaths);
  const title = needTitle(record, 'html', 'title_origin', 'origin_title', 'title');
  const currency = readText(record, 'currency', 'price_info.currency');
  if (currency != null && !/^(?:CNY|RMB|¥|￥)$/i.test(currency)) throw invalid('currency', 'CNY, as prices are kept in yuan', currency);
  const detail = ['skus', 'sku_props', 'main_imgs', 'product_props', 'item_imgs', 'desc'].some((key) => key in record);
  const tiers = readTiers(record, ['quantity_prices', 'tiered_price_info.prices', 'priceRange'], ['begin_num', 'beginAmount'], ['price']);
  const pictures = picturesOf(record, detail);
  return {
    kind: detail ? 'detail' : 'list',
    fields: { offerId: offerId.field, title: title.field, titleTranslated: 'title', supplier: 'shop_info', description: 'desc' },
    product: {
      offerId: offerId.value,
      title: title.value,
      titleTranslated: title.field === 'title' ? undefined : readText(record, 'title'),
      subtitle: readText(record, 'desc_short', 'sub_title'),
      description: readText(record, 'desc'),
      categoryId: categoryOf(record),
      attributes: attributesOf(record),
      ...prices(record, tiers),
      currency: currency == null ? undefined : 'CNY',
      // A search row without tiers does not show them; only a detail tells that there are none.
      priceTiers: !detail && tiers?.length === 0 ? undefined : tiers,
      minOrderQuantity: readQuantity(record, 'quantity_begin', 'min_num', 'tiered_price_info.begin_num') ?? (tiers?.length ? Math.min(...tiers.map((tier) => tier.minQuantity)) : undefined),
      unit: readText(record, 'offer_unit', 'unit'),
      sellUnit: readText(record, 'sellUnit', 'sell_unit'),
      mixedBatch: mixedBatchOf(record),
      stockQuantity: readQuantity(record, 'stock', 'num'),
      soldQuantity: readCount(record, 'sale_info.sale_quantity_int', 'sale_info.sale_quantity', 'sale_info.sale_quantity_90days', 'sale_count', 'total_sold', 'sales'),
      rating: readRating(record, 'goods_score'),
      url: readUrl(record, ...urlPaths.slice(0, 2)) ?? pageOf(readUrl(record, 'detail_url')),
      videoUrl: readUrl(record, 'video_url', 'video', 'video.url') ?? videoOf(record),
      supplier: supplierOfItem(record, pictures),
      skus: resellerSkus(record),
      images: pictures,
      createdAtSource: readTime(record, 'created_time'),
      updatedAtSource: readTime(record, 'modified_time'),
    },
  };
}

/** onebound lists videos, or sends an empty list. */
function videoOf(record: RawObject): string | null | undefined {
  const [first] = readObjects(record, 'video') ?? [];
  return first ? readUrl(first, 'url') : readUrl(record, 'video_url');
}

/** Undefined for TMAPI's `detail_url`, which leads to the description. */
function pageOf(url: string | null | undefined): string | undefined {
  return url != null && /1688\.com\/(?:offer|pic)\//.test(url) ? url : undefined;
}

/** The told range, widened by the tiers; without a range the price is only the lowest one. */
function prices(record: RawObject, tiers: readonly { priceCny: string }[] | null | undefined): MappedProduct['product'] {
  const price = readPrice(record, 'price_info.sale_price', 'price_info.price', 'price');
  const low = readMoney(record, 'price_info.price_min') ?? price?.min;
  const high = readMoney(record, 'price_info.price_max') ?? (price && price.max !== price.min ? price.max : undefined);
  const range = spread([low, high, ...(tiers ?? []).map((tier) => tier.priceCny)]);
  if (!range) return price === null ? { priceMinCny: null, priceMaxCny: null } : {};
  return { priceMinCny: range.min, priceMaxCny: high === undefined && !tiers?.length ? undefined : range.max };
}

/** TMAPI lists the path from the leaf to the root. */
function categoryOf(record: RawObject): string | null | undefined {
  const path = valueAt(record, 'category_path');
  if (Array.isArray(path)) return path.length > 0 ? readId({ category_path: path[0] as unknown }, 'category_path')?.value : undefined;
  return readId(record, 'category_id', 'cid')?.value;
}

function mixedBatchOf(record: RawObject): boolean | null | undefined {
  const smallest = readCount(record, 'mixed_batch.shop_mix_num', 'mixed_batch.mix_num');
  if (smallest != null) return smallest < 2_147_483_647; // TMAPI's word for "none"
  const tags = record['tags'];
  return Array.isArray(tags) && tags.includes('混批') ? true : readFlag(record, 'mixed_batch.support');
}

function attributesOf(record: RawObject): ReturnType<typeof attributeList> | null | undefined {
  const props = readObjects(record, 'product_props', 'props');
  return props && attributeList(props.flatMap((prop) => ('name' in prop && 'value' in prop ? [attributeOf(prop['name'], prop['value'])] : Object.entries(prop).map(([name, value]) => attributeOf(name, value)))));
}

function picturesOf(record: RawObject, detail: boolean): ProductImage[] | undefined {
  const shown = [...imageUrls(record['img'] ?? record['pic_url']), ...imageUrls(record['main_imgs'] ?? record['item_imgs'])];
  const values = (readObjects(record, 'sku_props') ?? []).flatMap((prop) => readObjects(prop, 'values') ?? []);
  const ofSkus = [
    ...values.flatMap(({ imageUrl }) => imageUrls(imageUrl)),
    ...imageUrls(Object.values(isObject(record['props_img']) ? record['props_img'] : {})), ...imageUrls(readObjects(record, 'prop_imgs.prop_img')),
  ];
  const described = [...descriptionImages(readText(record, 'desc') ?? ''), ...imageUrls(record['desc_img'])];
  const images = [...mainAndGallery(shown), ...imageList(['sku', ofSkus], ['description', described])];
  return images.length > 0 || detail ? images : undefined;
}

/** onebound writes `示例(_sopid@BBB…)`, or the part in brackets alone: an encrypted openId beside the login id. */
function nickOf(nick: string | null | undefined): { readonly loginId: string | undefined; readonly openId: string | undefined } {
  const match = /^(.*?)\(?_sopid@([^()\s]+)\)?$/.exec(nick ?? '');
  return match ? { loginId: match[1]!.trim() || undefined, openId: match[2] } : { loginId: nick ?? undefined, openId: undefined };
}

function supplierOfItem(record: RawObject, pictures: readonly ProductImage[] | undefined): ReturnType<typeof supplierOf> {
  const sellerId = readText(record, 'seller_id', 'seller_info.user_num_id', 'sid', 'seller_info.sid');
  const { loginId, openId } = nickOf(readText(record, 'shop_info.login_id', 'shop_info.seller_login_id', 'nick', 'seller_nick', 'seller_info.nick'));
  const memberId = readText(record, 'shop_info.member_id', 'shop_info.seller_member_id', 'seller_info.member_id') ?? (sellerId?.startsWith('b2b-') ? sellerId : undefined);
  const area = valueAt(record, 'delivery_info.area_from');
  return supplierOf(
    {
      memberId,
      userId: readText(record, 'shop_info.seller_user_id', 'shop_info.user_id', 'shop_info.userid') ?? (sellerId != null && /^\d{5,20}$/.test(sellerId) ? sellerId : undefined) ?? userIdOfMember(memberId, pictures?.[0]?.url),
      loginId,
      openId,
    },
    {
      name: readText(record, 'shop_info.shop_name', 'shop_info.company_name', 'seller_info.shop_name', 'shop_name', 'seller_info.title') ?? loginId,
      companyName: readText(record, 'shop_info.company_name', 'seller_info.company_name'),
      supplierType: readText(record, 'shop_info.biz_type'),
      url: readUrl(record, 'shop_info.shop_url', 'seller_info.shop_url', 'seller_info.zhuy'),
      rating: readRating(record, 'shop_info.sore_info.composite_new_score', 'shop_info.score_info.composite_new_score'),
      yearsActive: readCount(record, 'shop_info.shop_years', 'shop_info.tp_year'),
      ...placeOf(Array.isArray(area) ? area.map((each) => textOf(each) ?? '').join(' ') : readText(record, 'delivery_info.location', 'location', 'area')),
    },
  );
}
