import { describe, expect, test } from 'vitest';
import { SyncError } from '@1688/core';
import { defineProfile, type MappedProduct, type Profile, type RawObject } from '@1688/sources';
import { profileContract } from '@1688/sources/contract';

const example = { rows: [{ goodsNo: '610000000901', goodsName: '帆布鞋', sold: '12', at: '2026-03-01' }, { goodsNo: '610000000902', goodsName: '布鞋', sold: '7', at: '2026-03-02' }] };

/** What a profile reads must not make it fail: everything is text, or an error of ours. */
function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new SyncError('FIELD_INVALID', 'Expected a text.');
}

function mapGood(record: RawObject): MappedProduct {
  return { kind: 'list', observedAt: null, fields: { offerId: 'goodsNo' }, product: { offerId: textOf(record['goodsNo']), title: textOf(record['goodsName']) } };
}

/** A profile that keeps every promise, but for what is broken here. */
function profileWith(broken: Partial<Profile>): Profile {
  return { ...defineProfile({ name: 'my-crawler', mapperVersion: 1, isRecord: (value) => 'goodsNo' in value && 'goodsName' in value, map: mapGood }), ...broken };
}

/** Names of the promises that the profile breaks. */
async function brokenPromises(profile: Profile, examples: readonly unknown[] = [example]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of profileContract(profile, examples)) await run().catch(() => failed.push(name));
  return failed;
}

let calls = 0;

const broken: readonly (readonly [what: string, broken: Partial<Profile>, promise: string])[] = [
  ['has no name', { name: '' }, 'the name is a short word'],
  ['has a version that is no whole number', { mapperVersion: 1.5 }, 'the name is a short word'],
  ['has the version 0', { mapperVersion: 0 }, 'the name is a short word'],
  ['knows none of its records', { isRecord: () => false }, 'each example holds at least one record'],
  ['takes every object for its record', { isRecord: () => true }, 'isRecord answers true or false'],
  ['answers something else than true or false', { isRecord: (value) => ('goodsName' in value ? value['goodsNo'] : false) as boolean }, 'isRecord answers true or false'],
  ['fails on records of others', { isRecord: (value) => (value['goodsNo'] as string).length > 0 }, 'isRecord answers true or false'],
  ['is not sure of its own records', { recognises: () => 0.1 }, 'recognises is sure enough'],
  ['is sure of nothing', { recognises: () => 0.9 }, 'recognises answers 0 for no record'],
  ['divides by no record', { recognises: (records) => records.length / records.length }, 'recognises answers 0 for no record'],
  ['is more than sure', { recognises: (records) => records.length }, 'recognises answers 0 for no record'],
  ['gives no product', { map: () => null }, 'each record of the examples is mapped'],
  ['refuses its own records', { map: () => { throw new SyncError('FIELD_INVALID', 'no'); } }, 'each record of the examples is mapped'],
  ['gives a product that the model refuses', { map: (record) => ({ ...mapGood(record), product: { ...mapGood(record).product, priceMinCny: '12元' } }) }, 'what is mapped passes'],
  ['gives ids as numbers', { map: (record) => ({ ...mapGood(record), product: { ...mapGood(record).product, offerId: Number(record['goodsNo']) as unknown as string } }) }, 'ids are text'],
  ['gives SKU ids as numbers', { map: (record) => ({ ...mapGood(record), product: { ...mapGood(record).product, skus: [{ skuId: 5 as unknown as string }] } }) }, 'ids are text'],
  ['reads ids as numbers', { map: (record) => ({ ...mapGood(record), product: { ...mapGood(record).product, offerId: String(Number(textOf(record['goodsNo']))) } }) }, 'an id beyond the exact numbers'],
  ['gives a kind of its own', { map: (record) => ({ ...mapGood(record), kind: 'row' as 'list' }) }, 'the kind is list, detail or message'],
  ['leaves out a title', { map: (record) => ({ ...mapGood(record), product: { offerId: textOf(record['goodsNo']) } }) }, 'the kind is list, detail or message'],
  ['gives a time that is none', { map: (record) => ({ ...mapGood(record), observedAt: new Date('gestern') }) }, 'observedAt is a time'],
  ['names fields that products do not have', { map: (record) => ({ ...mapGood(record), fields: { goods: 'goodsNo' } }) }, 'fields names fields of the product'],
  ['asks the clock', { map: (record) => ({ ...mapGood(record), observedAt: new Date() }) }, 'the same record gives the same product'],
  ['asks the clock for a number', { map: (record) => ({ ...mapGood(record), product: { ...mapGood(record).product, soldQuantity: Math.floor(Date.now() / 86_400_000) } }) }, 'the same record gives the same product'],
  ['makes up ids', { map: (record) => ({ ...mapGood(record), product: { ...mapGood(record).product, offerId: `auto_${Math.random()}` } }) }, 'the same record gives the same product'],
  ['counts its calls', { map: (record) => ({ ...mapGood(record), product: { ...mapGood(record).product, soldQuantity: (calls += 1) } }) }, 'the same record gives the same product'],
  ['changes the record', { map: (record) => Object.assign(record, { seen: true }) && mapGood(record) }, 'the record stays as it is'],
  ['takes fields out of the record', { map: (record) => {
    const mapped = mapGood(record);
    delete (record as Record<string, unknown>)['goodsNo'];
    return mapped;
  } }, 'the record stays as it is'],
  ['fails on an odd value', { map: (record) => ({ ...mapGood(record), product: { ...mapGood(record).product, soldQuantity: Number((record['sold'] as string).trim()) } }) }, 'whatever a record holds'],
  ['fails for ever on an absent field', { map: (record) => ({ ...mapGood(record), observedAt: new Date((record['at'] as string).slice(0, 10)) }) }, 'whatever a record holds'],
  ['writes to what all objects share', { map: (record) => {
    for (const key of Object.keys(record)) Object.assign(Object.prototype, { [`seen_${key.length}`]: 1 });
    return mapGood(record);
  } }, 'no record changes what all objects share'],
  ['inherits no names', { inherits: [''] }, 'inherits names fields'],
  ['takes a record apart into nothing', { expand: () => [] }, 'expand gives at least one record'],
  ['takes a record apart for ever', { expand: (record) => [record, record] }, 'expand gives at least one record'],
  ['takes a record apart into what is none', { expand: (record) => [{ ...record, goodsName: 1 }, { part: 2 }] }, 'expand gives at least one record'],
  ['fails to take an odd record apart', { expand: (record) => (textOf(record['goodsNo']).includes(',') ? [] : [record]) }, 'expand gives parts of whatever'],
  ['changes the record that it takes apart', { expand: (record) => [Object.assign(record, { at: null })] }, 'expand is pure'],
];

describe('a profile that breaks a promise is caught', () => {
  test('and one that breaks none is not', async () => {
    expect(await brokenPromises(profileWith({}))).toEqual([]);
  });

  test('without an example there is nothing to try', async () => {
    expect((await brokenPromises(profileWith({}), [])).join()).toContain('each record of the examples is mapped');
  });

  test.each(broken)('when it %s', async (_what, parts, promise) => {
    const failed = await brokenPromises(profileWith(parts));
    for (const key of Object.keys(Object.prototype)) if (key.startsWith('seen_')) Reflect.deleteProperty(Object.prototype, key);

    expect(failed.some((name) => name.startsWith(promise)), `${promise}: ${failed.join(' · ')}`).toBe(true);
  });

  test('and the clock and the random numbers are the real ones again', async () => {
    await brokenPromises(profileWith({ map: () => { throw new Error('in the middle'); } }));

    expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(60_000);
    expect(Math.random()).not.toBe(Math.random());
    expect(new Date()).toBeInstanceOf(Date);
  });
});
