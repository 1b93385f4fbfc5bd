import { test } from 'vitest';
import { killPulls } from './kill-pulls.ts';

test('a pull that is killed three times ends as one clean run', async () => {
  await killPulls({ stores: 1, kills: 3, pictures: 90, seed: 3 });
}, 180_000);
