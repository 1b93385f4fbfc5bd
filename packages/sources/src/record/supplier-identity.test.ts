import { describe, expect, test } from 'vitest';
import { placeOf, supplierOf, userIdOfMedia, userIdOfMember } from './supplier-identity.ts';

const picture = (id: string): string => `https://cbu01.alicdn.com/img/ibank/O1CN01abc_!!${id}-0-cib.jpg`;
const video = 'https://cloud.video.taobao.com/play/u/2200000000001/p/1/e/6/t/1/4000.mp4';

describe('supplierOf', () => {
  test('is known by the strongest key, with all of them as aliases', () => {
    const supplier = supplierOf({ loginId: '示例商行', memberId: 'b2b-2200000000001a1b2c', openId: 'BBB-x' }, { name: '示例' });

    expect(supplier).toEqual({
      sourceId: 'b2b-2200000000001a1b2c', name: '示例',
      aliases: [{ kind: 'memberId', value: 'b2b-2200000000001a1b2c' }, { kind: 'loginId', value: '示例商行' }, { kind: 'openId', value: 'BBB-x' }],
    });
  });

  test('a key with blanks stays an alias, a name alone makes a key that equals no real one', () => {
    expect(supplierOf({ loginId: 'a b', openId: 'x' })?.sourceId).toBe('x');
    expect(supplierOf({}, { name: '义乌 示例 商行' })).toEqual({ sourceId: 'name:义乌示例商行', name: '义乌 示例 商行', aliases: [] });
  });

  test('nothing known is nothing told', () => {
    expect(supplierOf({ memberId: null, userId: '' }, { name: undefined, province: '广东' })).toBeUndefined();
  });
});

describe('a user id', () => {
  test('is believed where the video and every picture agree', () => {
    expect(userIdOfMedia(video, [picture('2200000000001'), picture('0'), picture('2200000000001')])).toBe('2200000000001');
  });

  test('is not believed from pictures alone, or where they differ', () => {
    expect(userIdOfMedia(null, [picture('2200000000001')])).toBeUndefined();
    expect(userIdOfMedia(video, [picture('2200000000001'), picture('2200000000002')])).toBeUndefined();
  });

  test('is cut out of a member id only where a picture shows its length', () => {
    expect(userIdOfMember('b2b-2200000000001a1b2c', picture('2200000000001'))).toBe('2200000000001');
    expect(userIdOfMember('b2b-2200000000001a1b2c', picture('2200000000009'))).toBeUndefined();
  });
});

test.each([
  ['广东省广州市', '广东', '广州市'], ['广东 广州市', '广东', '广州市'], ['上海 上海市', '上海', '上海市'], ['内蒙古自治区包头市', '内蒙古', '包头市'], ['浙江义乌', '浙江', '义乌'], ['广西壮族自治区南宁市', '广西', '南宁市'], ['福建', '福建', undefined],
])('%s is %s, %s', (text, province, city) => {
  expect(placeOf(text)).toEqual(city === undefined ? { province } : { province, city });
});
