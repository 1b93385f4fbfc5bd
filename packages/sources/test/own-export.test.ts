import { expect, test } from 'vitest';
import { readProducts } from '../src/index.ts';

async function outcomes(...lines: readonly object[]): Promise<(string | undefined)[]> {
  const told: (string | undefined)[] = [];
  for await (const outcome of readProducts(new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n')))) {
    told.push(outcome.ok ? outcome.value.product.offerId : `${outcome.error.code} ${outcome.item.field}`);
  }
  return told;
}

test('an exported line whose ids a spreadsheet has cut is a reject, and an id that only looks alike is not', async () => {
  const line = { entity: 'product', title: '夏季雪纺连衣裙' };

  expect(await outcomes(
    { ...line, offerId: '610947572360' },
    { ...line, offerId: '6.1E+11' },
    { ...line, offerId: '1e5' },
    { ...line, offerId: 'product_001', skus: [{ skuId: '4.7E+12', attributes: [] }] },
  )).toEqual(['610947572360', 'FIELD_INVALID offerId', '1e5', 'FIELD_INVALID skus']);
});
