import { expect, test } from 'vitest';
import { interleave } from './gc-interleaving.ts';

test('collections beside writers never leave a row without its object, in 1,000 seeded interleavings', async () => {
  let met = 0;
  for (let seed = 1; seed <= 10; seed += 1) met += await interleave({ rounds: 100, seed });
  process.stdout.write(`1,000 interleavings, seeds 1 to 10: ${met} times a writer met a file that had just been collected\n`);

  expect(met).toBeGreaterThan(0);
}, 900_000);
