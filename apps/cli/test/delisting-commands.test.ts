import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliStore, tableOf, type CliStore } from './cli-store.ts';

let store: CliStore;
beforeAll(async () => {
  store = await cliStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const row = (number: number): [string, string, string] => [`61094700000${number}`, `连衣裙 ${number}`, '30'];
const rows = (...numbers: number[]): string => tableOf(numbers.map(row));

test('two full scans that miss an offer delist it, a cut one is refused, and the evidence is shown', async () => {
  await store.file('all.csv', rows(0, 1, 2, 3, 4, 5));
  await store.file('most.csv', rows(0, 1, 2, 3, 4));
  await store.file('cut.csv', rows(0));
  const scan = (file: string, ...flags: string[]) => store.run('import', file, '--scope', 'shop', '--full-scan', ...flags);
  await scan('all.csv');
  await scan('most.csv');

  const second = await scan('most.csv');
  const cut = await scan('cut.csv');
  const allowed = await scan('cut.csv', '--resume', '--allow-mass-delisting', '--delist-after', '1');
  const shown = await store.run('product', 'get', row(5)[0]);
  const history = await store.data<{ listing: { kind: string; evidence: { scope: string } }[] }>('product', 'history', row(5)[0]);
  const delisted = await store.run('product', 'list', '--delisted', '--lang', 'zh');

  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('1 delisted, 0 relisted') as string });
  expect(cut.code).toBe(5);
  expect(cut.stderr).toContain('SYNC_GUARD');
  expect(cut.stderr).toContain('--allow-mass-delisting');
  expect(allowed.stdout).toContain('4 delisted');
  expect(shown.stdout).toContain('missed by full scans of shop: runs 2 (');
  expect(history.listing).toMatchObject([{ kind: 'delisted', evidence: { kind: 'scan', scope: 'shop' } }]);
  expect(delisted.stdout.match(/已下架/g)).toHaveLength(5);
});

test('a full scan whose rejects do not say which offers they were warns that it counts for nothing', async () => {
  await store.file('broken.csv', `${rows(0, 1, 2, 3, 4, 5)},没有编号,30\n`);

  const { code, stdout, stderr } = await store.run('import', 'broken.csv', '--scope', 'shop', '--full-scan');

  expect(code).toBe(4);
  expect(stdout + stderr).toContain('does not count');
  expect(stdout).toContain('relisted');
});

describe('locks', () => {
  test('a locked field survives an import, is shown, and comes back with the unlock', async () => {
    const id = row(1)[0];
    const locked = await store.run('product', 'lock', id, 'title', '--value', 'Dress');
    await store.file('new.csv', tableOf([[id, '新款连衣裙', '29']]));
    await store.run('import', 'new.csv');

    const shown = await store.run('product', 'get', id);
    const listed = await store.run('product', 'list');
    const exported = await store.run('export', 'products', '--format', 'csv');
    const unlocked = await store.data<{ locks: unknown[] }>('product', 'unlock', id);

    expect(locked).toMatchObject({ code: 0, stdout: expect.stringContaining('连衣裙 1') as string });
    expect(shown.stdout).toMatch(/^Dress \[locked\]/);
    expect(shown.stdout).toContain('29.00');
    expect(listed.stdout).toMatch(/title +Dress/);
    expect(exported.stdout).toContain('"[""title""]"');
    expect(unlocked.locks).toEqual([]);
    expect((await store.data<{ title: string }>('product', 'get', id)).title).toBe('新款连衣裙');
  });

  test('a field that is none ends 2, an offer that is none ends 7, a number is taken as one', async () => {
    const id = row(2)[0];

    expect((await store.run('product', 'lock', id, 'colour')).code).toBe(2);
    expect((await store.run('product', 'lock', '7', 'title')).code).toBe(7);
    expect((await store.run('product', 'unlock', id, 'title')).code).toBe(2);
    expect((await store.run('product', 'lock', id, 'minOrderQuantity', '--value', '12')).code).toBe(0);
    expect((await store.data<{ minOrderQuantity: number }>('product', 'get', id)).minOrderQuantity).toBe(12);
  });
});
