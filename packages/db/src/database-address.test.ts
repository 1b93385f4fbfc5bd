import { expect, test } from 'vitest';
import { createdbLine, maskedUrl, parseDatabaseAddress } from './database-address.ts';

test('an address names host, port, user, password and database', () => {
  const address = parseDatabaseAddress('postgres://erp:p%40ss%2Fword@db.example:6432/%E5%95%86%E5%93%81');

  expect(address).toMatchObject({ host: 'db.example', port: 6432, user: 'erp', password: 'p@ss/word', database: '商品', sslMode: 'disable' });
});

test('a socket folder stands in the place of the host or in a parameter', () => {
  expect(parseDatabaseAddress('postgres://erp@%2Frun%2Fsockets:5433/shop')).toMatchObject({ host: '/run/sockets', port: 5433, user: 'erp', database: 'shop' });
  expect(parseDatabaseAddress('postgresql:///shop?host=/run/sockets&port=5433&user=erp')).toMatchObject({ host: '/run/sockets', port: 5433, user: 'erp', database: 'shop' });
});

test('what is left out has the usual value, and the database is named as the user', () => {
  expect(parseDatabaseAddress('postgres://erp@localhost')).toMatchObject({ host: 'localhost', port: 5432, user: 'erp', password: null, database: 'erp' });
  expect(parseDatabaseAddress('postgres://[::1]/shop')).toMatchObject({ host: '::1', user: 'postgres', database: 'shop' });
});

test('a shown address has no password', () => {
  expect(maskedUrl(parseDatabaseAddress('postgres://erp:geheim@[::1]:5433/shop?sslmode=require'))).toBe('postgres://erp:***@[::1]:5433/shop');
  expect(maskedUrl(parseDatabaseAddress('postgresql:///shop?host=/run&password=geheim'))).toBe('postgres://postgres:***@%2Frun:5432/shop');
});

test.each(['', 'mysql://a/b', 'postgres://a:b#c@host/db', 'postgres://a:geheim@host:70000/db', 'postgres://a:geheim@host/db?sslmode=maybe', 'postgres://a:geheim@host/db?colour=red', 'postgres://a:50%@host/db'])(
  'an address that cannot be read is told without the text itself: %s', (text) => {
    expect(() => parseDatabaseAddress(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('geheim') }));
  });

test('the createdb line quotes what a shell would read otherwise', () => {
  expect(createdbLine(parseDatabaseAddress("postgres://erp@localhost/it's"))).toBe(`createdb -h localhost -p 5432 -U erp -E UTF8 -T template0 'it'\\''s'`);
});
