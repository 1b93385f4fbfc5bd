import { expect, test } from 'vitest';
import { addressGuard } from './address-guard.ts';
import { addressesToTry, checkedUrl } from './image-url.ts';

const guard = addressGuard([{ cidr: '127.0.0.1/32', port: 8080 }]);

test('checkedUrl reads what sources of 1688 write', () => {
  expect(checkedUrl(' //cbu01.alicdn.com/img/ibank/a.jpg ', guard).href).toBe('https://cbu01.alicdn.com/img/ibank/a.jpg');
  expect(checkedUrl('img/ibank/2014/1.jpg', guard).href).toBe('https://cbu01.alicdn.com/img/ibank/2014/1.jpg');
  expect(checkedUrl('http://127.0.0.1:8080/a.jpg', guard).port).toBe('8080');
});

test('checkedUrl names what is wrong with an address', () => {
  const cases = [
    ['', 'URL_INVALID'], ['   ', 'URL_INVALID'], ['no address', 'URL_INVALID'], ['https://', 'URL_INVALID'], [`https://a/${'x'.repeat(65_536)}`, 'URL_INVALID'],
    ['https://a/b\r\nHost: evil', 'URL_INVALID'], ['https://a/\0', 'URL_INVALID'], ['https://a:65536/', 'URL_PORT'],
    ['file:///etc/passwd', 'URL_SCHEME'], ['data:image/png;base64,AA', 'URL_SCHEME'], ['ftp://a/', 'URL_SCHEME'], ['javascript:alert(1)', 'URL_SCHEME'],
    ['https://user:secret@a/', 'URL_CREDENTIALS'], ['https://user@a/', 'URL_CREDENTIALS'],
    ['http://a:22/', 'URL_PORT'], ['http://a:6379/', 'URL_PORT'], ['http://a:0/', 'URL_PORT'],
    ['http://127.1/', 'ADDRESS_BLOCKED'], ['http://[::ffff:7f00:1]/', 'ADDRESS_BLOCKED'], ['http://metadata.google.internal/', 'ADDRESS_BLOCKED'],
  ] as const;
  for (const [url, code] of cases) {
    expect(() => checkedUrl(url, guard), url.slice(0, 40)).toThrow(expect.objectContaining({ code, retryable: false, message: expect.not.stringContaining('secret') }));
  }
});

test.each([
  ['img/ibank/2014/1.jpg', ['https://cbu01.alicdn.com/img/ibank/2014/1.jpg']],
  [' //cbu01.alicdn.com/img/ibank/O1CN01a_!!22-0-cib.jpg_460x460q90.jpg_.webp', ['https://cbu01.alicdn.com/img/ibank/O1CN01a_!!22-0-cib.jpg', 'https://cbu01.alicdn.com/img/ibank/O1CN01a_!!22-0-cib.jpg_460x460q90.jpg_.webp']],
  ['http://cbu01.alicdn.com/img/ibank/1.220x220.jpg', ['https://cbu01.alicdn.com/img/ibank/1.jpg', 'https://cbu01.alicdn.com/img/ibank/1.220x220.jpg']],
  ['https://cbu01-overseas.1688.com/img/ibank/a.jpg', ['https://cbu01.alicdn.com/img/ibank/a.jpg', 'https://cbu01-overseas.1688.com/img/ibank/a.jpg']],
  ['O1CN01abc.jpg', ['https://cbu01.alicdn.com/O1CN01abc.jpg', 'https://cbu01.alicdn.com/img/ibank/O1CN01abc.jpg']],
  ['https://cbu01.alicdn.com/O1CN01abc.jpg_.webp', ['https://cbu01.alicdn.com/O1CN01abc.jpg', 'https://cbu01.alicdn.com/img/ibank/O1CN01abc.jpg', 'https://cbu01.alicdn.com/O1CN01abc.jpg_.webp']],
  ['https://img.alicdn.com/imgextra/a.png_80x80.jpg?x-oss-process=style/alsy', ['https://img.alicdn.com/imgextra/a.png', 'https://img.alicdn.com/imgextra/a.png_80x80.jpg?x-oss-process=style/alsy']],
  ['https://shop.example/a.jpg_80x80.jpg?v=2', ['https://shop.example/a.jpg_80x80.jpg?v=2']],
  ['no address', ['no address']],
])('%s is looked for at %j', (text, addresses) => {
  expect(addressesToTry(text)).toEqual(addresses);
});
