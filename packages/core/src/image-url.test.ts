import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absoluteImageUrl, canonicalImageUrl, sellerIdInImageUrl } from './image-url.ts';

const host = 'https://cbu01.alicdn.com/';

describe('absoluteImageUrl', () => {
  test.each([
    ['img/ibank/2014/700/600/1600000000_600000000.jpg', `${host}img/ibank/2014/700/600/1600000000_600000000.jpg`],
    ['/img/ibank/a.jpg', `${host}img/ibank/a.jpg`],
    ['O1CN01abc.jpg', `${host}O1CN01abc.jpg`],
    ['//cbu01.alicdn.com/img/ibank/a.jpg', `${host}img/ibank/a.jpg`],
    ['http://cbu01.alicdn.com/img/ibank/a.jpg', `${host}img/ibank/a.jpg`],
    [' https://cbu01.alicdn.com/img/ibank/a.jpg ', `${host}img/ibank/a.jpg`],
    ['https://cbu01.alicdn.com/https:/cbu01.alicdn.com/img/ibank/a.jpg', `${host}img/ibank/a.jpg`],
    ['https://cbu01.alicdn.com/https://cbu01.alicdn.com/img/ibank/a.jpg', `${host}img/ibank/a.jpg`],
    ['http://shop.example:8080/a.jpg', 'http://shop.example:8080/a.jpg'],
  ])('%s becomes %s', (text, url) => {
    expect(absoluteImageUrl(text)).toBe(url);
  });

  test.each(['', '   ', 'null', 'undefined', 'data:image/png;base64,AA', 'javascript:alert(1)', 'file:///etc/passwd', '无图', 'https://', '//'])('%j is no picture address', (text) => {
    expect(absoluteImageUrl(text)).toBeNull();
  });
});

describe('canonicalImageUrl', () => {
  const picture = `${host}img/ibank/O1CN01abc_!!2200000000001-0-cib.jpg`;

  test.each([
    '_460x460.jpg', '_460x460q90.jpg', '_400x400q90.jpg_.webp', '_.webp', '_Q90.jpg_.webp', '_80x80.jpg', '_110x10000Q75.jpg_.webp', '_sum.jpg', '_b.jpg', '?x-oss-process=style/alsy',
  ])('the suffix %s is cut', (suffix) => {
    expect(canonicalImageUrl(picture + suffix)).toBe(picture);
  });

  test.each(['.220x220.jpg', '.360x360.jpg', '.460x460xz.jpg', '.310x310.jpg', '.search.jpg'])('the old size %s is cut', (suffix) => {
    expect(canonicalImageUrl(`${host}img/ibank/1400000000_100000000${suffix}`)).toBe(`${host}img/ibank/1400000000_100000000.jpg`);
  });

  test('the mirror host is the same place', () => {
    expect(canonicalImageUrl(picture.replace('cbu01.alicdn.com', 'cbu01-overseas.1688.com'))).toBe(picture);
  });

  test('the name keeps its underscores', () => {
    expect(canonicalImageUrl(`${host}img/ibank/2020/900/300/15200000000_900000000.jpg`)).toBe(`${host}img/ibank/2020/900/300/15200000000_900000000.jpg`);
  });

  test('a query on a host that is not known stays: it may choose the picture', () => {
    expect(canonicalImageUrl('https://shop.example/p?id=7#top')).toBe('https://shop.example/p?id=7');
  });

  test('a second time changes nothing', () => {
    const suffix = fc.constantFrom('', '_460x460.jpg', '_.webp', '.220x220.jpg', '?a=1', '_a.png_b.gif', '.search.jpg');
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_!-]{1,20}$/), fc.array(suffix, { maxLength: 3 }), (name, suffixes) => {
      const once = canonicalImageUrl(`${host}img/ibank/${name}.jpg${suffixes.join('')}`);

      expect(canonicalImageUrl(once)).toBe(once);
    }));
  });
});

describe('sellerIdInImageUrl', () => {
  test('reads the id of a shop', () => {
    expect(sellerIdInImageUrl(`${host}img/ibank/O1CN01abc_!!2200000000001-0-cib.jpg`)).toBe('2200000000001');
  });

  test.each(['O1CN01abc_!!0-0-cib.jpg', '15200000000_900000000.jpg', 'O1CN01abc_!!6000000001831-0-m_tb_svideo_preimg.jpg'])('%s names no shop', (name) => {
    expect(sellerIdInImageUrl(`${host}img/ibank/${name}`)).toBeNull();
  });
});
