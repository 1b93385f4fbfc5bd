import { test } from 'vitest';
import { killWriters } from './killed-rounds.ts';

test('a writer that is killed at any moment leaves whole objects, and all it had acknowledged (S08)', { timeout: 180_000 }, async () => {
  await killWriters(6, (round) => round * 7);
});
