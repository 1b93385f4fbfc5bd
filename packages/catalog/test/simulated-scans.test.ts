import { testDatabase } from '@1688/vitest';
import { test } from 'vitest';
import { simulate } from './simulated-scans.ts';

test('J12: whole and broken scans, messages and other imports leave what the definition says, hour by hour', async () => {
  await using database = await testDatabase();

  await simulate(database.db, 6, 1688);
}, 120_000);
