import { describe, expect, test } from 'vitest';
import type { ProductRecord } from '@1688/core';
import { detectSource } from '@1688/sources';
import { bytes, fixture, readAll, readGood, readRejects } from './read-all.ts';

/** What one message, given as an object or as JSON text, becomes. */
async function read(message: object | string): Promise<ProductRecord[]> {
  return await readGood(bytes(typeof message === 'string' ? message : JSON.stringify(message)), { profile: 'change-message' });
}

function stockMessage(entries: readonly object[], around: object = {}): object {
  return { msgId: 1, type: 'PRODUCT_PRODUCT_INVENTORY_CHANGE', userInfo: '', data: { OfferInventoryChangeList: entries }, gmtBorn: 1_772_330_401_000, ...around };
}

function changeMessage(action: string): object {
  return { msgId: 1, type: 'PRODUCT_RELATION_VIEW_PRODUCT_CHANGE', data: { memberId: 'b2b-1', productIds: '610000000105', action, msgSendTime: '2026-03-01 10:43:28' } };
}

describe('change-message, what happened to an offer', () => {
  test('every message of a log is a record of its own kind, or passed over, or a reject', async () => {
    const records = await readGood(fixture('change-messages.jsonl'));

    expect(await detectSource(fixture('change-messages.jsonl'))).toMatchObject({ format: 'jsonl', profile: 'change-message' });
    expect(new Set(records.map(({ kind }) => kind))).toEqual(new Set(['message']));
    expect(records.map(({ position, product }) => `${position.line} ${product.offerId} ${product.sourceStatus ?? product.stockQuantity ?? '-'}`)).toEqual([
      '1 610000000101 expired', '1 610000000102 expired', '2 610000000101 published', '3 610000000103 deleted', '4 610000000101 -', '5 610000000104 -', '6 610000000105 member expired', '6 610000000106 member expired',
      '7 610000000105 -', '8 610000000101 386', '8 610000000101 380', '8 610000000107 225936008', '9 610000000101 -', '10 610000000101 -', '16 610000000109 expired',
    ]);
    expect(await readRejects(fixture('change-messages.jsonl'))).toEqual(['8 FIELD_MISSING skuOnSale', '13 FIELD_INVALID data', '14 FIELD_MISSING productIds']);
  });

  test('no message has a title', async () => {
    for (const { product } of await readGood(fixture('change-messages.jsonl'))) expect(product).not.toHaveProperty('title');
  });

  test('the member in a message is not taken for the seller', async () => {
    for (const { product } of await readGood(fixture('change-messages.jsonl'))) expect(product).not.toHaveProperty('supplier');
  });

  test('a message about two offers is two records, each with a document that is a message about one', async () => {
    const [first, second] = await readGood(fixture('change-messages.jsonl'));

    const again = await read(second!.document);

    expect([first!.position, second!.position]).toEqual([{ line: 1, record: 1, pointer: '' }, { line: 1, record: 2, pointer: '' }]);
    expect(JSON.parse(second!.document)).toMatchObject({ msgId: '7091800003790954036', type: 'PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE', data: { productIds: '610000000102', msgSendTime: '2026-03-01 10:00:05' } });
    expect(again).toEqual([{ ...second!, format: 'json', position: { line: 1, record: 1, pointer: '' } }]);
  });

  test('a message about one offer is kept as it came', async () => {
    const text = '{"msgId":7091800003790954036,"type":"PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE","data":{"productIds": "610000000101"}}';

    expect((await read(text))[0]!.document).toBe(text);
  });

  test('the data may be an object or the text of one', async () => {
    const data = { productIds: '610000000101', status: 'RELATION_VIEW_PRODUCT_EXPIRE', msgSendTime: '2026-03-01 10:00:05' };
    const message = { msgId: 1, type: 'PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE', gmtBorn: 1_772_330_400_123 };

    const [asObject] = await read({ ...message, data });
    const [asText] = await read({ ...message, data: JSON.stringify(data) });

    expect(asText!.product).toEqual(asObject!.product);
    expect(asText!.product.sourceStatus).toBe('expired');
  });

  test('without its envelope, a message is known by its own status', async () => {
    const [record] = await read({ productIds: '610000000101', memberId: 'b2b-1', status: 'RELATION_VIEW_PRODUCT_DELETE', msgSendTime: '2026-03-01 14:00:00' });

    expect(record).toMatchObject({ product: { offerId: '610000000101', sourceStatus: 'deleted' }, observedAt: new Date('2026-03-01T06:00:00Z') });
  });

  test.each([['new', undefined], ['modify', undefined], ['audit', undefined], ['update', undefined], ['revised', undefined], ['sku_new', undefined], ['sku_delete', undefined], ['publish', 'published'], ['repost', 'published'], ['member_delete', 'member deleted'], ['member_expired', 'member expired'], ['unheard_of', undefined]])(
    'the action %s means the status %s', async (action, status) => {
      const [record] = await read(changeMessage(action));

      expect(record!.product.sourceStatus).toBe(status);
    });

  test('an array, a page of the pull API and lines are read alike', async () => {
    const page = await readGood(fixture('change-messages-page.json'));
    const array = await readGood(bytes(JSON.stringify([changeMessage('repost'), changeMessage('member_expired')])));

    expect(page.map(({ position, product }) => [position.pointer, product.sourceStatus ?? product.stockQuantity])).toEqual([['/pushMessagePage/datas/0', 'expired'], ['/pushMessagePage/datas/1', 12]]);
    expect(array.map(({ product }) => product.sourceStatus)).toEqual(['published', 'member expired']);
  });

  test('messages about orders, logistics and pools of offers are passed over in silence', async () => {
    const messages = [
      { msgId: 1, type: 'ORDER_BUYER_VIEW_ORDER_PAY', data: { orderId: '2958624554509662976' } },
      { msgId: 2, type: 'LOGISTICS_BUYER_VIEW_TRACE', data: '不是 JSON' },
      { msgId: 3, type: 'PRODUCT_PFT_OFFER_QUIT', data: { offerId: 610_000_000_101, type: 'single_direct' } },
      { msgId: 4, type: 'CROSSBOARD_XYT_PLATFORM_OFFER_CHANGE', data: { productIds: '610000000101', status: 'delete' } },
    ];

    expect(await readAll(bytes(messages.map((each) => JSON.stringify(each)).join('\n')))).toEqual([]);
  });

  test('an empty page of the queue is an input without a record', async () => {
    await expect(readAll(bytes('{"pushMessagePage":{"datas":[],"totalCount":0}}'))).rejects.toMatchObject({ code: 'SOURCE_EMPTY' });
  });

  test('one bad id among good ones costs one reject', async () => {
    const message = bytes(JSON.stringify({ msgId: 1, type: 'PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE', data: { productIds: '610000000101,6.1E+11' } }));

    expect((await readGood(message)).map(({ product }) => product.offerId)).toEqual(['610000000101']);
    expect(await readRejects(message)).toEqual(['1 FIELD_INVALID productIds']);
  });

  test('a message that says only that a price changed tells no price', async () => {
    const records = (await readGood(fixture('change-messages.jsonl'))).filter(({ position }) => position.line === 9 || position.line === 10);

    expect(records.map(({ product }) => product)).toEqual([{ offerId: '610000000101' }, { offerId: '610000000101' }]);
  });
});

describe('change-message, times', () => {
  test('a message was seen when it was born, to the millisecond, given as a number or as text', async () => {
    const born = { msgId: 1, type: 'PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE', data: { productIds: '1', msgSendTime: '2026-03-01 10:00:05' } };

    expect((await read({ ...born, gmtBorn: 1_772_330_400_123 }))[0]!.observedAt).toEqual(new Date(1_772_330_400_123));
    expect((await read({ ...born, gmtBorn: '1772330400123' }))[0]!.observedAt).toEqual(new Date(1_772_330_400_123));
  });

  test('without it, when it was sent, in China time; without that, at no time of its own', async () => {
    const sent = { msgId: 1, type: 'PRODUCT_RELATION_VIEW_PRODUCT_EXPIRE', data: { productIds: '1', msgSendTime: '2026-03-01 10:00:05' } };

    expect((await read(sent))[0]!.observedAt).toEqual(new Date('2026-03-01T02:00:05Z'));
    expect((await read({ ...sent, data: { productIds: '1' } }))[0]!.observedAt).toBeNull();
  });
});

describe('change-message, stocks', () => {
  test('stocks of one offer and moment are one record, with the SKUs that it names', async () => {
    const records = (await readGood(fixture('change-messages.jsonl'))).filter(({ position }) => position.line === 8);

    expect(records.map(({ product, observedAt }) => [product, observedAt!.getTime()])).toEqual([
      [{ offerId: '610000000101', stockQuantity: 386, skus: [{ skuId: '3746000000101', stockQuantity: 300 }, { skuId: '3746000000102', stockQuantity: 88 }] }, 1_772_330_400_500],
      [{ offerId: '610000000101', stockQuantity: 380, skus: [{ skuId: '3746000000102', stockQuantity: 82 }] }, 1_772_330_460_000],
      [{ offerId: '610000000107', stockQuantity: 225_936_008 }, 1_772_330_400_500],
    ]);
  });

  test('an entry without its own moment was seen with the message', async () => {
    const [record] = await read(stockMessage([{ offerId: 1, offerOnSale: 5, quantity: 1 }]));

    expect(record!.observedAt).toEqual(new Date(1_772_330_401_000));
  });

  test('a change without the stock itself is rejected, alone, and says what it had', async () => {
    const outcomes = await readAll(bytes(JSON.stringify(stockMessage([{ offerId: 1, quantity: -10, bizTime: '1772330400500' }, { offerId: 1, offerOnSale: 7, quantity: -1, bizTime: '1772330400500' }]))));

    const rejects = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome]));

    expect(outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.product] : []))).toEqual([{ offerId: '1', stockQuantity: 7 }]);
    expect(rejects).toHaveLength(1);
    expect(rejects[0]).toMatchObject({ error: { code: 'FIELD_MISSING' }, item: { field: 'offerOnSale' } });
    expect(rejects[0]!.error.message).toContain('the change of -10');
    expect(JSON.parse(rejects[0]!.item.document)).toMatchObject({ data: { OfferInventoryChangeList: [{ quantity: -10 }] } });
  });

  test('a sold-out SKU is 0, and a stock below 0 is rejected', async () => {
    const soldOut = await read(stockMessage([{ offerId: 1, offerOnSale: 3, skuId: 2, skuOnSale: 0, quantity: -1 }]));
    const below = await readRejects(bytes(JSON.stringify(stockMessage([{ offerId: 1, offerOnSale: -3, quantity: -1 }]))));

    expect(soldOut[0]!.product.skus).toEqual([{ skuId: '2', stockQuantity: 0 }]);
    expect(below).toEqual(['1 FIELD_INVALID offerOnSale']);
  });

  test('a SKU’s stock alone says nothing about the offer’s, and the other way round', async () => {
    const [ofSku] = await read(stockMessage([{ offerId: 1, skuId: 2, skuOnSale: 4, quantity: -1 }]));
    const [ofOffer] = await read(stockMessage([{ offerId: 1, skuId: 2, offerOnSale: 9, quantity: -1 }]));

    expect(ofSku!.product).toEqual({ offerId: '1', skus: [{ skuId: '2', stockQuantity: 4 }] });
    expect(ofOffer!.product).toEqual({ offerId: '1', stockQuantity: 9 });
  });

  test('ids beyond the exact numbers keep their digits, in an object and in text', async () => {
    const entry = '{"offerId":9007199254740993771,"offerOnSale":1,"skuId":9007199254740993773,"skuOnSale":1}';
    const body = `{"OfferInventoryChangeList":[${entry}]}`;

    const [asObject] = await read(`{"msgId":1,"type":"PRODUCT_PRODUCT_INVENTORY_CHANGE","data":${body}}`);
    const [asText] = await read(`{"msgId":1,"type":"PRODUCT_PRODUCT_INVENTORY_CHANGE","data":${JSON.stringify(body)}}`);

    expect(asObject!.product).toMatchObject({ offerId: '9007199254740993771', skus: [{ skuId: '9007199254740993773' }] });
    expect(asText!.product).toEqual(asObject!.product);
  });
});
