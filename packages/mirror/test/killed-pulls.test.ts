import { test } from 'vitest';
import { killPulls } from './kill-pulls.ts';

test('a pull that is killed ends as one clean run', async () => {
  await killPulls({ stores: 1, kills: 1, pictures: 60, seed: 3 });
}, 180_000);
