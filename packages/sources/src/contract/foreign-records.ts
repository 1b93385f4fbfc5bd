import type { RawObject } from '../json/json-text.ts';

/** Objects that no source of products writes. */
export const foreignRecords: readonly RawObject[] = [
  {}, { '': '' }, { a: 1 }, { '0': null, '1': null }, { length: 1 }, { __proto__: null, toString: 1 }, { constructor: {}, hasOwnProperty: 1 },
  { name: 'left-pad', version: '1.3.0', dependencies: {} },
  { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: null }] },
  { orderId: '2958624554509662976', buyerId: 1, payTime: '2024-08-08 15:14:21', total: '12.00' },
  { level: 'info', time: 1_700_000_000_000, msg: 'started', data: 'x' },
  { code: 500, msg: '系统繁忙', data: null }, { success: false, message: '参数错误' },
  { _id: { $oid: '650000000000000000000000' }, user: 'a', tags: [1, 2, 3] },
];
