import { expect, test } from 'vitest';
import { killPulls } from './kill-pulls.ts';

test('pulls that are killed two hundred times end as clean runs', async () => {
  const lanes = await Promise.all([killPulls({ stores: 5, kills: 20, pictures: 300, seed: 20_261_123 }), killPulls({ stores: 5, kills: 20, pictures: 300, seed: 20_261_223 })]);

  expect(lanes[0] + lanes[1]).toBeGreaterThanOrEqual(160);
}, 900_000);
