import { expect, test } from 'vitest';
import { changesByTime } from './changes-by-time.ts';
import { matrixAxes } from './sku-axes.ts';

const first = '2026-11-01T00:00:00Z';
const later = '2026-11-08T00:00:00Z';

test('a first sight is no change, a second value is', () => {
  const points = [{ observedAt: later, skuId: null, field: 'stock', value: 7 }, { observedAt: first, skuId: null, field: 'stock', value: 9 }, { observedAt: first, skuId: null, field: 'title', value: '裙' }];

  expect(changesByTime(points, [])).toEqual([{ at: later, changes: [{ field: 'stock', before: 9, after: 7 }], skuChanges: 0, listed: [] }]);
});

test('values of SKUs are counted, and going off the market stands at its time, the newest first', () => {
  const points = [first, later].map((observedAt, at) => ({ observedAt, skuId: '1', field: 'price', value: String(at) }));

  expect(changesByTime(points, [{ kind: 'delisted', observedAt: '2026-11-20T00:00:00Z' }])).toEqual([
    { at: '2026-11-20T00:00:00Z', changes: [], skuChanges: 0, listed: ['delisted'] }, { at: later, changes: [], skuChanges: 1, listed: [] },
  ]);
});

const sku = (...values: string[]) => ({ attributes: values.map((value, at) => ({ name: ['颜色', '尺码'][at] ?? '', value })) });

test('SKUs of two attributes make a matrix', () => {
  expect(matrixAxes([sku('红', 'M'), sku('红', 'L'), sku('蓝', 'M')])).toEqual({ names: ['颜色', '尺码'], rows: ['红', '蓝'], columns: ['M', 'L'] });
});

test('SKUs of one attribute, of none, or a pair twice make none', () => {
  expect(matrixAxes([sku('红'), sku('蓝')])).toBeNull();
  expect(matrixAxes([{ attributes: null }])).toBeNull();
  expect(matrixAxes([sku('红', 'M'), sku('红', 'M')])).toBeNull();
});
