import { testDatabase } from '@1688/vitest';
import { test } from 'vitest';
import { simulate } from './simulated-scans.ts';

test('J12: many lives of a shop, each from its seed, leave what the definition says', async () => {
  await using database = await testDatabase();

  await simulate(database.db, 75, 20_260_000);
}, 300_000);
