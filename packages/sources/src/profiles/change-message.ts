import type { Sku } from '@1688/core';
import { isObject, type RawObject } from '../json/json-text.ts';
import { defineProfile, type MappedProduct } from '../profile.ts';
import { needOfferId } from '../record/offer-parts.ts';
import { invalid, missing, readId, readQuantity, readText, readTime } from '../record/read-field.ts';
import { bodyOf, hasEnvelope, idFields, messageParts, stockEntries } from './change-message-parts.ts';

/** What an event says about the offer's status, in the words that the product APIs use. Events that are not here leave it open. */
const statuses: Readonly<Record<string, string>> = {
  EXPIRE: 'expired', DELETE: 'deleted', REPOST: 'published',
  MEMBER_EXPIRED: 'member expired', MEMBER_DELETE: 'member deleted', PUBLISH: 'published',
};

/** Topics of product events, as `type`, `topicName` or the `status` of a body spell them. */
const productTopic = /(?:^|_)PRODUCT_(EXPIRE|DELETE|REPOST|NEW_OR_MODIFY|AUDIT|CHANGE)$/;
/** Topics that say that a price has changed, and never to what in a way that could be trusted: the offer has to be fetched again. */
const priceTopic = /(?:^|_)(?:FENXIAO_)?PRICE_CHANGE$|(?:^|_)OFFER_PRICE_MODIFY$/;
const stockTopic = /(?:^|_)INVENTORY_CHANGE$/;
const topicName = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/**
 * 1688's push messages about products: 下架, 上架, deleted, modified, audited, stock and price changes; as they are pushed, pulled
 * (`push.query.messageList`) or kept, with or without the envelope. Messages about orders and logistics are passed over.
 * A message never has a title. Its `memberId` is not said to be the seller's, so nothing is told about the supplier.
 */
export const changeMessage = defineProfile({
  name: 'change-message',
  mapperVersion: 1,
  confidence: 0.95,
  isRecord: isMessage,
  evidence: (record) => ['type', 'msgId', 'gmtBorn', 'OfferInventoryChangeList', 'productIds', 'msgSendTime'].filter((key) => key in record),
  expand: messageParts,
  map: mapMessage,
});

function isMessage(value: RawObject): boolean {
  if ('OfferInventoryChangeList' in value || 'offerInventoryChangeList' in value) return true;
  if (hasEnvelope(value)) return typeof value['type'] === 'string' && topicName.test(value['type']);
  const topic = value['type'] ?? value['status'];
  return ('productIds' in value || 'productId' in value) && ('msgSendTime' in value || (typeof topic === 'string' && isProductTopic(topic)));
}

/** Null for a message about something else than a product's status, content, price or stock. */
function mapMessage(message: RawObject): MappedProduct | null {
  const body = bodyOf(message);
  const topic = readText(message, 'type') ?? readText(message, 'topicName') ?? (body && readText(body, 'status')) ?? '';
  if (body === null) {
    if (!isProductTopic(topic)) return null;
    throw invalid('data', 'an object, or the JSON text of one', message['data']);
  }
  const stocks = stockEntries(body);
  if (stocks !== null) return stocks.length === 0 ? null : mapStocks(message, stocks);
  if (stockTopic.test(topic)) return null; // a list of nothing
  if (!isProductTopic(topic) && hasEnvelope(message)) return null;
  return mapEvent(message, body, topic);
}

function isProductTopic(topic: string): boolean {
  return productTopic.test(topic) || priceTopic.test(topic) || stockTopic.test(topic);
}

function mapEvent(message: RawObject, body: RawObject, topic: string): MappedProduct {
  const offerId = needOfferId(body, idFields, []);
  const event = productTopic.exec(topic)?.[1] ?? '';
  const action = readText(body, 'action')?.toUpperCase() ?? '';
  return {
    kind: 'message',
    observedAt: readTime(message, 'gmtBorn') ?? readTime(body, 'msgSendTime'),
    fields: { offerId: offerId.field, sourceStatus: 'type' },
    product: { offerId: offerId.value, sourceStatus: statuses[event] ?? statuses[action] },
  };
}

/** Entries of one offer and one moment; of two about the same SKU the later one counts. */
function mapStocks(message: RawObject, entries: readonly unknown[]): MappedProduct {
  const first = entries[0];
  if (!isObject(first)) throw invalid('OfferInventoryChangeList', 'a list of objects', first);
  const offerId = needOfferId(first, ['offerId', 'productId'], []);
  const skus = new Map<string, Sku>();
  let stockQuantity: number | null | undefined;
  for (const entry of entries.filter(isObject)) {
    const ofOffer = readQuantity(entry, 'offerOnSale');
    const ofSku = readQuantity(entry, 'skuOnSale');
    const skuId = readId(entry, 'skuId')?.value;
    const counted = ofOffer != null || (ofSku != null && skuId != null);
    if (!counted) throw onlyDelta(entry);
    if (ofOffer != null) stockQuantity = ofOffer;
    if (skuId != null && skuId !== '0' && ofSku != null) skus.set(skuId, { skuId, stockQuantity: ofSku });
  }
  return {
    kind: 'message',
    observedAt: readTime(first, 'bizTime') ?? readTime(message, 'gmtBorn') ?? readTime(message, 'msgSendTime'),
    fields: { offerId: offerId.field, stockQuantity: 'offerOnSale', skus: 'OfferInventoryChangeList' },
    product: { offerId: offerId.value, stockQuantity, skus: skus.size > 0 ? [...skus.values()] : undefined },
  };
}

/** A change is no stock: messages come twice, late and out of order, so adding them up gives a number that nobody ever had. */
function onlyDelta(entry: RawObject): Error {
  const delta = readText(entry, 'quantity');
  const field = readText(entry, 'skuId') == null ? 'offerOnSale' : 'skuOnSale';
  return missing(field, `the stock itself${delta == null ? '' : ` besides the change of ${delta.slice(0, 20)}`}`);
}
