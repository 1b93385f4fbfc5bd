import { test } from 'vitest';
import { killWriters } from './killed-rounds.ts';

const seed = 20_261_123;

test('a writer that is killed two hundred times leaves whole objects, and all it had acknowledged (S08)', { timeout: 900_000 }, async () => {
  let state = seed;
  await killWriters(200, () => {
    state = (state * 48_271) % 2_147_483_647; // Park and Miller's generator: the same moments for the same seed
    return (state / 2_147_483_647) * 60;
  });
});
