import { testDatabase } from '@1688/vitest';
import { test } from 'vitest';
import { simulate } from './simulated-scans.ts';

test('J12: a hundred lives of a shop, each from its seed, leave what the definition says', async () => {
  await using database = await testDatabase();

  await simulate(database.db, 100, 20_260_000);
}, 300_000);
