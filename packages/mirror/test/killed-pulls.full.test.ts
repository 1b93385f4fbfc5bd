import { test } from 'vitest';
import { killPulls } from './kill-pulls.ts';

test('pulls that are killed two hundred times end as clean runs', async () => {
  await Promise.all([20_261_123, 20_261_223].map((seed) => killPulls({ stores: 5, kills: 20, pictures: 300, seed })));
}, 900_000);
